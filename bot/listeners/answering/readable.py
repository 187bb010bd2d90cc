"""What somebody wrote, as it is to be read: with people by their names, and without the signs of Slack's formatting."""

import re

from bot.listeners.services import Services
from bot.views.mentions import channels_in, labelled, people_in

# `*bold*` and `_italic_` stand between other signs than letters, and touch what they format.
_BOLD, _ITALIC, _STRUCK = (
    re.compile(rf"(?<![\w{sign}]){sign}([^\s{sign}](?:[^{sign}\n]*[^\s{sign}])?){sign}(?![\w{sign}])")
    for sign in (r"\*", "_", "~")
)
_FORMATTED = (_BOLD, _ITALIC)
_NAMES_A_TICKET = re.compile(r"\bT\d", re.IGNORECASE)
_BULLET = re.compile(r"^[ \t]*[•◦▪‣][ \t]+", re.MULTILINE)
_CODE = re.compile(r"(```.*?```|`[^`\n]*`|<[^<>]*>)", re.DOTALL)


async def readable(services: Services, text: str) -> str:
    """A message as Slack delivers it, still with its mentions and escapes: each mention of a person, a channel or a group
    with the name as its label, which Slack leaves out.
    """
    ids = people_in(text) - {services.bot}
    names = {one: (await services.directory.person(one)).name for one in sorted(ids)}
    names |= await services.directory.channel_names(channels_in(text))
    return without_formatting(labelled(text, names))


def without_formatting(text: str) -> str:
    """`*create* the _API_ ticket` as `create the API ticket`; code and links stay as they are. What is struck out at the
    beginning, or names a ticket, may be a command that somebody took back: it keeps its signs.
    """
    parts = _CODE.split(_BULLET.sub("", text))
    for at in range(0, len(parts), 2):
        for sign in _FORMATTED:
            parts[at] = sign.sub(lambda found: found[1], parts[at])
        parts[at] = _STRUCK.sub(_without_strike, parts[at])
    return "".join(parts)


def _without_strike(found: re.Match[str]) -> str:
    kept = not found.string[: found.start()].strip() or _NAMES_A_TICKET.search(found[1])
    return found[0] if kept else found[1]
