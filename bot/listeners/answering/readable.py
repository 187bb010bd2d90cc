"""Makes a message readable: names instead of ids, and no formatting characters."""

import re

from bot.listeners.services import Services
from bot.views.mentions import channels_in, label_mentions, people_in

# Formatting characters enclose text directly, and are not next to letters on their outer side.
_BOLD, _ITALIC, _STRUCK = (
    re.compile(rf"(?<![\w{sign}]){sign}([^\s{sign}](?:[^{sign}\n]*[^\s{sign}])?){sign}(?![\w{sign}])")
    for sign in (r"\*", "_", "~")
)
_FORMATTED = (_BOLD, _ITALIC)
_NAMES_A_TICKET = re.compile(r"\bT\d", re.IGNORECASE)
_BULLET = re.compile(r"^[ \t]*[•◦▪‣][ \t]+", re.MULTILINE)
_CODE = re.compile(r"(```.*?```|`[^`\n]*`|<[^<>]*>)", re.DOTALL)


async def readable(services: Services, text: str) -> str:
    """A message as Slack delivers it, still escaped, but with names added to its mentions of people, channels and
    groups, and without formatting characters.
    """
    ids = people_in(text) - {services.bot}
    names = {one: (await services.directory.person(one)).name for one in sorted(ids)}
    names |= await services.directory.channel_names(channels_in(text))
    return without_formatting(label_mentions(text, names))


def without_formatting(text: str) -> str:
    """`*create* the _API_ ticket` becomes `create the API ticket`. Code and links are kept. Struck-out text keeps its
    `~` at the beginning or if it names a ticket: it may be a command that was taken back.
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
