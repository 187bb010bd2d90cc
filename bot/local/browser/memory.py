"""Saves the local workspace's messages between runs: the bot's store remembers where its cards are, so they must still
be there.
"""

import asyncio
import json
import logging
from dataclasses import asdict
from pathlib import Path

from bot.local.browser.projection import MAX_SHOWN, Marks
from bot.local.fakeslack.event_bus import WorkspaceEvent
from bot.local.fakeslack.server import LocalSlack
from bot.local.fakeslack.workspace.people import Channel, Json

log = logging.getLogger(__name__)

VERSION = 1
PAUSE = 2.0  # seconds between a change and the next save, which then covers all changes since
_PASSING = frozenset({"calling", "call", "response", "delivery", "socket", "modal", "home", "status"})


class Memory:
    """Saves to the file `path`, readable only by its owner. A file that cannot be read is ignored with a warning."""

    def __init__(self, path: Path, slack: LocalSlack, marks: Marks) -> None:
        self._path, self._slack, self._marks = path, slack, marks
        self._changed = asyncio.Event()

    def recall(self) -> None:
        """Restore everything. Call it before anything happens in the workspace."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            if kept["version"] != VERSION:
                raise ValueError("another version's")  # noqa: TRY301  # handled with the other errors below
            latest = self._put_back(kept)
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("What was said earlier cannot be read from %s (%s)", self._path, type(error).__name__)
            return
        ids, clock = self._slack.platform.ids, self._slack.platform.clock
        ids.begin(max(clock.time(), latest + 1))

    def _put_back(self, kept: Json) -> float:
        """Returns the time of the latest message, in seconds since 1970."""
        workspace = self._slack.workspace
        channels = [Channel(**one) for one in kept["channels"]]
        messages = {str(channel): [dict(one) for one in said] for channel, said in kept["messages"].items()}
        ephemerals = [dict(one) for one in kept["ephemerals"]]
        reads = {(user, channel): ts for user, channel, ts in kept["reads"]}
        every = [float(one["ts"]) for said in (*messages.values(), ephemerals) for one in said]
        workspace.channels.update({one.id: one for one in channels})
        for channel, said in messages.items():
            workspace.put_back(channel, said)
        workspace.ephemerals.extend(ephemerals)
        self._marks.read.update(reads)
        return max(every, default=0.0)

    def keep(self) -> None:
        """Save everything, atomically."""
        workspace = self._slack.workspace
        kept = {
            "version": VERSION,
            "channels": [asdict(one) for one in workspace.channels.values()],
            "messages": {
                channel: list(said.values())[-MAX_SHOWN:] for channel, said in workspace.messages.items()
            },
            "ephemerals": workspace.ephemerals[-MAX_SHOWN:],
            "reads": [[user, channel, ts] for (user, channel), ts in self._marks.read.items()],
        }
        draft = self._path.with_name(f"{self._path.name}.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft.touch(0o600)
            draft.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
            draft.replace(self._path)
        except OSError as error:
            log.warning("What was said cannot be kept in %s (%s)", self._path, error.strerror)

    async def follow(self) -> None:
        """Save after every change until cancelled, and once more at the end."""
        unwatch = self._slack.watch(self._handle)
        try:
            while True:
                await self._changed.wait()
                await asyncio.sleep(PAUSE)
                self._changed.clear()
                self.keep()
        finally:
            unwatch()
            self.keep()

    def _handle(self, event: WorkspaceEvent) -> None:
        if event.kind not in _PASSING:
            self._changed.set()
