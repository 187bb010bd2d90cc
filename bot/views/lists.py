"""Lists of tickets: two lines each, ten at most, with Previous and Next; and how many there are."""

from collections.abc import Mapping, Sequence

from bot.actions import View
from bot.results import Outcome
from bot.views import blocks, controls
from bot.views import text as words
from bot.views.buttons import new_button, turn_button, view_button
from bot.views.rendered import Rendered, rendered
from store.models import Record, Status, cut

NO_QUERY = View()
LOCK = "🔒"


def ticket_list(
    outcome: Outcome,
    links: Mapping[str, str] = words.NO_NAMES,
    names: Mapping[str, str] = words.NO_NAMES,
    prefix: str = "/ticket",
) -> Rendered:
    """What a VIEW found. `links` has the permalinks of the tickets' cards, by id, as far as there are any; `names`
    people's display names by user id; `prefix` begins the command that shows the rest.
    """
    asked = words.described(outcome.query, names)
    hidden = hidden_note(outcome, prefix)
    if not outcome.records:
        return _empty(asked).with_footnotes(hidden).with_metadata(outcome.reply)
    total = outcome.count or len(outcome.records)
    heading = f"*{words.count(total)}*" + (f"{words.DOT}{words.escape_mrkdwn(asked)}" if asked else "")
    foot = words.dotted(place(outcome), hidden)
    missing = _missing(outcome.missing)
    return rendered(
        [
            heading.replace("*", ""),
            *(row_text(record, outcome, names) for record in outcome.records),
            missing,
            foot,
        ],
        [
            blocks.section(heading, "list.heading"),
            *(
                block
                for record in outcome.records
                for block in row(record, outcome, links.get(record.ticket.id, ""), names)
            ),
            blocks.context("list.missing", missing) if missing else None,
            turning(outcome, controls.PAGE, "list.pages"),
            blocks.context("list.place", foot) if foot else None,
        ],
    ).with_metadata(outcome.reply)


def counts(outcome: Outcome, names: Mapping[str, str] = words.NO_NAMES) -> Rendered:
    """`12 open (3 high) · 4 in progress · 21 done`."""
    found = outcome.counts
    asked = words.described(outcome.query, names)
    high = f" ({found['high']:,} high)" if found.get("high") else ""
    told = [f"{found['open']:,} open{high}"] if "open" in found else []
    told += [f"{found['prog']:,} in progress"] if "prog" in found else []
    told += [f"{found['done']:,} done"] if "done" in found else []
    line = words.dotted(*told)
    of = f" {words.DOT.strip()} {words.escape_mrkdwn(asked)}" if asked else ""
    return rendered([line + of], [blocks.section(f"*{line}*{of}", "stats")]).with_metadata(outcome.reply)


def row(
    record: Record,
    outcome: Outcome,
    link: str = "",
    names: Mapping[str, str] = words.NO_NAMES,
    *,
    marked: bool = True,
) -> list[blocks.Block]:
    """A ticket in two lines, with View; `marked` with its priority, for where no heading says it."""
    about = f"{record.ticket.id}.{record.version}"
    first, second = row_lines(record, outcome, link, names, marked=marked)
    return [
        blocks.section(first, f"row.{about}", view_button(record)),
        blocks.context(f"rest.{about}", second),
    ]


def row_lines(
    record: Record,
    outcome: Outcome,
    link: str = "",
    names: Mapping[str, str] = words.NO_NAMES,
    *,
    marked: bool = True,
) -> tuple[str, str]:
    """Priority, id and title; and what the list's filter does not say: status and who is on it, category, reporter and
    age. As mrkdwn.
    """
    ticket, query = record.ticket, outcome.query or NO_QUERY
    done = ticket.stat is Status.DONE
    title = words.escape_mrkdwn(words.title(ticket))
    shown = f"~{title}~" if done and query.stat != (Status.DONE,) else title
    mark = words.PRIORITIES[ticket.pri][0] if marked and not done and not _one(query.pri) else ""
    lock = LOCK if record.private else ""
    first = words.NBSP.join(part for part in (mark, f"*{words.link(link, ticket.id)}*", lock) if part)
    second = [words.escape_mrkdwn(one) for one in _rest(record, outcome, names)]
    return f"{first} {shown}", words.dotted(*second)


def row_text(record: Record, outcome: Outcome, names: Mapping[str, str] = words.NO_NAMES) -> str:
    """The same for the message's text, in words."""
    ticket, query = record.ticket, outcome.query or NO_QUERY
    urgency = "" if _one(query.pri) else words.priority(ticket.pri, marked=False)
    told = words.dotted(
        words.title(ticket),
        urgency,
        *_rest(record, outcome, names),
        "not for everybody" if record.private else "",
    )
    return f"{ticket.id} {words.escape_mrkdwn(told)}"


def _rest(record: Record, outcome: Outcome, names: Mapping[str, str]) -> list[str]:
    """Plain text, each of them "" where the filter says it or nobody knows it."""
    ticket, query = record.ticket, outcome.query or NO_QUERY
    worker = "" if query.started_by else _known(record.started_by, names)
    on_it = worker if ticket.stat is Status.PROG else ""
    reporter = "" if query.by else _known(record.origin.user_id, names)
    return [
        "" if _one(query.stat) else words.status(ticket.stat, marked=False),
        on_it,
        "" if _one(query.cat) else words.CATEGORIES[ticket.cat],
        f"from {reporter}" if reporter else "",
        _age(record, outcome.asked_at),
    ]


def _age(record: Record, now: float) -> str:
    if not now:
        return ""
    if record.ticket.stat is Status.DONE and record.closed_at is not None:
        return f"closed {words.ago(record.closed_at, now)}"
    return words.age(record.origin.timestamp, now) or "just now"


def _one(values: Sequence[object] | None) -> bool:
    """Whether a part of a filter leaves but one value."""
    return values is not None and len(values) == 1


def _known(user: str, names: Mapping[str, str]) -> str:
    """Empty while nobody knows the name: an id says nothing in a line that is to be read at a glance."""
    return words.person(user, names) if user in names else ""


def place(outcome: Outcome) -> str:
    return f"Page {outcome.page:,} of {outcome.pages:,}" if outcome.pages > 1 else ""


def hidden_note(outcome: Outcome, prefix: str) -> str:
    """`21 done not shown: /ticket list all`, as mrkdwn; "" where nothing is left out."""
    if not outcome.hidden:
        return ""
    return f"{outcome.hidden:,} done not shown: {words.code(words.command(prefix, 'list all'))}"


def turning(outcome: Outcome, action: str, block_id: str) -> blocks.Block | None:
    """Previous and Next, as far as there are such pages, each with the whole query in its value."""
    query = outcome.query or NO_QUERY
    buttons: list[blocks.Element] = []
    if outcome.page > 1:
        buttons += turn_button(
            "Previous", f"{action}.previous", controls.write_query(query, outcome.page - 1)
        )
    if outcome.page < outcome.pages:
        buttons += turn_button("Next", f"{action}.next", controls.write_query(query, outcome.page + 1))
    return blocks.actions(block_id, buttons) if buttons else None


def _missing(ids: Sequence[str]) -> str:
    return words.escape_mrkdwn(cut(f"Not found: {', '.join(ids)}", words.TOLD)) if ids else ""


def _empty(asked: str) -> Rendered:
    told = f"No tickets found: {asked}." if asked else "No open tickets."
    return rendered(
        [words.escape_mrkdwn(told)],
        [
            blocks.rich("list.empty", blocks.line(blocks.run(told))),
            blocks.actions("list.new", [new_button()]),
        ],
    )
