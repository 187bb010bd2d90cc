"""Lists, retries and drops parked deliveries, even while a bot is running and has locked the store's file.

A bot whose store is a file answers on a Unix socket beside the file, which only its own user can open. There it also answers
with the body of /readyz.
"""

import asyncio
import json
import logging
import os
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any, Literal, NamedTuple

from store import open_store
from store.errors import LockedError, NotFoundError, StoreError
from store.models.deliveries import ParkedDelivery
from store.models.tickets import Json
from store.protocol import TicketStore

log = logging.getLogger(__name__)

Operation = Literal["list", "retry", "drop"]

TIMEOUT = 10.0  # seconds to wait for a running bot's answer
MAX_REQUEST = 64 * 1024  # bytes; maximum size of a request
MAX_SOCKET_PATH = 100  # bytes; maximum length of a Unix socket's path, which differs a little between systems
UNREACHABLE = "{} is in use by a running bot that cannot be asked: stop the bot, and try again."


class ParkedRow(NamedTuple):
    """A parked delivery: its key, time of acceptance (seconds since 1970), user, text, and why it failed."""

    key: str
    timestamp: float
    user_id: str
    text: str
    reason: str


def read_row(parked: ParkedDelivery) -> ParkedRow:
    body = parked.delivery.payload
    event: Json = body.get("event") or {}
    user: Any = event.get("user") or body.get("user_id") or (body.get("user") or {}).get("id")
    text = event.get("text") or f"{body.get('command', '')} {body.get('text', '')}".strip()
    return ParkedRow(
        parked.delivery.keys[0],
        parked.delivery.timestamp,
        str(user or ""),
        str(text or body.get("type") or ""),
        parked.reason,
    )


async def operate(store: TicketStore, operation: Operation, key: str = "") -> list[ParkedRow]:
    """Apply `operation` to the parked delivery `key`, or to all. Returns those affected. Raises `StoreError`."""
    rows = [read_row(one) for one in await store.parked()]
    if key:
        rows = [row for row in rows if row.key == key]
        if not rows:
            raise StoreError(
                f"No message that is set aside has the key {key}; `tickets parked` lists the keys."
            )
    act = {"retry": store.retry_parked, "drop": store.drop_parked}.get(operation)
    done: list[ParkedRow] = []
    for row in rows:
        try:
            if act:
                await act(row.key)
            done.append(row)
        except NotFoundError:  # another process was faster
            continue
    return done


async def operate_anywhere(url: str, operation: Operation, key: str = "") -> list[ParkedRow]:
    """Like `operate`, on the store itself, or through the bot that has locked it. Raises `StoreError`."""
    try:
        store = await open_store(url, create=False)
    except LockedError:
        answer = await _ask(url, {"operation": operation, "key": key})
        return [ParkedRow(*row) for row in answer["rows"]]
    try:
        return await operate(store, operation, key)
    finally:
        await store.close()


# through a running bot


def _socket_path(url: str) -> Path | None:
    """The socket beside the store; None for a database or if the path is too long."""
    path = Path(f"{url}.socket").absolute()
    fits = len(os.fsencode(path)) <= MAX_SOCKET_PATH
    return path if fits and "://" not in url and hasattr(asyncio, "start_unix_server") else None


async def ask_readiness(url: str) -> Json:
    """The body of /readyz from the bot that has locked the store. Raises `StoreError`."""
    return await _ask(url, {"operation": "readiness"})


async def _ask(url: str, asked: Json) -> Json:
    path = _socket_path(url)
    if path is None:
        raise StoreError(UNREACHABLE.format(url))
    try:
        async with asyncio.timeout(TIMEOUT):
            reader, writer = await asyncio.open_unix_connection(path)
            writer.write(json.dumps(asked).encode() + b"\n")
            answer: Json = json.loads(await reader.read())
            writer.close()
    except (OSError, TimeoutError, ValueError):
        raise StoreError(UNREACHABLE.format(url)) from None
    if "error" in answer:
        raise StoreError(str(answer["error"]))
    return answer


async def serve_parked(
    url: str,
    store: TicketStore,
    stack: AsyncExitStack,
    on_retry: Callable[[], Awaitable[None]],
    readiness: Callable[[], Awaitable[Json]],
) -> None:
    """Answer on the socket beside the store until `stack` is closed. `on_retry` is called after deliveries were set to
    be retried; `readiness` returns the body of /readyz."""
    path = _socket_path(url)
    if path is None:
        return

    async def respond(asked: Json) -> Json:
        operation = asked["operation"]
        if operation == "readiness":
            return await readiness()
        rows = await operate(store, operation, str(asked.get("key") or ""))
        if operation == "retry" and rows:
            await on_retry()
        return {"rows": rows}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(TIMEOUT):
                said = await respond(json.loads(await reader.readline()))
        except StoreError as error:
            said = {"error": str(error)}
        except (TimeoutError, ValueError, KeyError, TypeError, OSError):
            said = {"error": "The bot could not answer; see its log."}
        with suppress(OSError):
            writer.write(json.dumps(said).encode())
            await writer.drain()
        writer.close()

    path.unlink(missing_ok=True)  # left by a bot that was killed; we hold the store's lock
    before = os.umask(0o177)
    try:
        server = await asyncio.start_unix_server(answer, path, limit=MAX_REQUEST)
    except OSError as error:
        log.warning("`tickets parked` cannot ask this bot: %s", error.strerror)
        return
    finally:
        os.umask(before)
    stack.callback(path.unlink, missing_ok=True)
    stack.callback(server.close)
