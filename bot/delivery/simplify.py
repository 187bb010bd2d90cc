"""Simplifies a message that Slack rejects as it is."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from bot.delivery.errors import RefusedError
from bot.views import text as words
from bot.views.rendered import Rendered

log = logging.getLogger(__name__)

SHORT_TEXT = 2000  # characters kept of a message that was too long for Slack
BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
TOO_LONG = frozenset({"msg_too_long"})


async def send_simplified(
    send: Callable[[Rendered], Awaitable[dict[str, Any]]], rendered: Rendered, mark: str = ""
) -> dict[str, Any]:
    """`send` the message in the first form that Slack accepts: unchanged, without its (invisible) metadata, as text only, as
    a shorter text. `mark` identifies the message by its first block's id; text alone carries it in its metadata. Raises
    `RefusedError` if no simpler form would help."""
    form = rendered
    while True:
        try:
            return await send(form)
        except RefusedError as error:
            other = simplify(form, error.code)
            if other is None:
                raise
            log.warning("Slack does not take a message (%s): sent in a plainer form", error)
            form = other.with_mark(mark) if mark and form.blocks and not other.blocks else other


def simplify(form: Rendered, code: str) -> Rendered | None:
    """A simpler form to try after `form` was refused with `code`; None if there is none."""
    if "metadata" in code and form.metadata:
        return replace(form, metadata=None)
    if code in BLOCKS_REFUSED and form.blocks:
        return replace(form, blocks=[])
    if code in TOO_LONG and (form.blocks or len(form.text) > SHORT_TEXT):
        return replace(form, blocks=[], text=words.lines(form.text.split("\n"), SHORT_TEXT))
    return None
