"""Describes the query of a list in words."""

from collections.abc import Iterable, Mapping

from bot.actions import ME, STALE_DAYS, View, Where
from bot.views.mentions import read_mention
from bot.views.text import CATEGORIES, NO_NAMES, PRIORITIES, STATUSES, SUMMARY_LIMIT, clean, dotted, person
from store.models.tickets import Status, cut


def describe_query(query: Where | None, names: Mapping[str, str] = NO_NAMES) -> str:
    """The query as plain text: `open · high · matching “api”`; "" for everything. `names` are display names by user id."""
    if query is None:
        return ""
    statuses = query.stat or ()
    asked = dotted(
        ", ".join((query.tickets or ()) if isinstance(query, View) else ()),
        "in every status" if len(statuses) == len(Status) else _either(STATUSES[one][1] for one in statuses),
        _either(PRIORITIES[one][1] for one in query.pri or ()),
        _either(CATEGORIES[one] for one in query.cat or ()),
        f"matching “{clean(query.text)}”" if query.text else "",
        "yours" if query.mine else "",
        f"from {_whom(query.by, names)}" if query.by else "",
        f"started by {_whom(query.started_by, names)}" if query.started_by else "",
        *_days(query),
        f"unchanged for {STALE_DAYS} days" if query.stale else "",
    )
    return cut(asked, SUMMARY_LIMIT)


def _days(query: Where) -> Iterable[str]:
    if query.since and query.since == query.until:
        return [f"on {query.since}"]
    return [
        f"{word} {day}" for word, day in (("since", query.since), ("until", query.until)) if day is not None
    ]


def _either(given: Iterable[str]) -> str:
    return " or ".join(one.lower() for one in given)


def _whom(given: str, names: Mapping[str, str]) -> str:
    """The person in a filter, given by a mention, a name, or `me`."""
    if given.casefold() == ME:
        return "you"
    user = read_mention(given)
    return person(user, names) if user else clean(given.removeprefix("@"))
