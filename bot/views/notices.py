"""Short answers: what went wrong or was not done, what was done to many, and what only admins ask for."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot import replies
from bot.results import Outcome
from bot.views import blocks, changes, controls
from bot.views import text as words
from bot.views.buttons import undo_all_button, undo_button, view_button
from bot.views.lists import row_lines, row_text
from bot.views.rendered import Rendered, rendered
from store.models import Change, Record, Status, cut

SHOWN = 10  # tickets of a bulk change that are shown with their titles; the others are named
ROWS = 3  # of them in one section
MESSAGE_LIMIT = 1000  # characters of a message that may hold what a person typed
SAID_LIMIT = 60  # characters quoted of what was not understood
NOT_UNDERSTOOD = "I didn’t understand that."


def notice(
    message: str, *, hint: str = "", before: str = "Try", buttons: Sequence[blocks.Element] = ()
) -> Rendered:
    """One sentence, plain text whatever is in it, and a command that would do."""
    message = cut(words.clean(message), MESSAGE_LIMIT) or "Something went wrong."
    hint = cut(words.clean(hint), MESSAGE_LIMIT)
    told = [blocks.run(message)]
    if hint:
        told += [blocks.run(f" {before}: "), blocks.run(hint, "code")]
    return rendered(
        [words.escape_mrkdwn(message) + (f" {before}: {words.escape_mrkdwn(hint)}" if hint else "")],
        [
            blocks.rich("notice", blocks.line(*told)),
            blocks.actions("notice.actions", buttons) if buttons else None,
        ],
    )


def error(message: str, hint: str = "", prefix: str = "", said: str = "") -> Rendered:
    """What is wrong and what to do: an error, something missing, a refusal. `prefix` begins the command of the `hint`;
    `said` is what was not understood, where that is what is wrong.
    """
    told = message.replace(NOT_UNDERSTOOD, _not_understood(said))
    return notice(told, hint=_as_typed(hint, prefix)).with_metadata(replies.error(message))


def _not_understood(said: str) -> str:
    quoted = cut(words.clean(said), SAID_LIMIT)
    return f"I didn’t understand “{quoted}”." if quoted else NOT_UNDERSTOOD


def _as_typed(hint: str, prefix: str) -> str:
    """A hint with what commands begin with, unless it begins with that already or is no command in words."""
    return hint if not hint or hint.startswith(("/", "{")) else words.command(prefix, hint)


def with_hint(shown: Rendered, hint: str) -> Rendered:
    """`shown` with a plain sentence below it."""
    return shown.with_footnotes(words.escape_mrkdwn(cut(hint, MESSAGE_LIMIT)))


def none(outcome: Outcome, prefix: str = "", said: str = "") -> Rendered:
    return notice(_not_understood(said), hint=_as_typed("help", prefix)).with_metadata(outcome.reply)


def not_found(outcome: Outcome, prefix: str = "") -> Rendered:
    """The same for an id that there is none of and for one that may not be seen: it depends on the id alone."""
    asked = str(outcome.reply.data.get("msg", ""))
    told = f"There is no ticket {asked}." if asked else "There is no such ticket."
    return notice(told, hint=_as_typed("list", prefix), before="See what there is").with_metadata(
        outcome.reply
    )


def unchanged(outcome: Outcome, links: Mapping[str, str] = words.NO_NAMES) -> Rendered:
    """Nothing to do: the ticket is like that already."""
    ticket_id = str(outcome.reply.data.get("data", {}).get("id", ""))
    if not outcome.records:
        return notice(f"{ticket_id} is like that already.").with_metadata(outcome.reply)
    record = outcome.records[0]
    told = notice(_already(record, outcome.values), buttons=[view_button(record)])
    url = links.get(ticket_id, "")
    return told.with_footnotes(words.link(url, "Go to thread") if words.is_url(url) else "").with_metadata(
        outcome.reply
    )


def _already(record: Record, asked: Mapping[str, Any]) -> str:
    """`T001 is already done.`, `T001 already has priority High.`"""
    named = f"{record.ticket.id} “{words.title(record.ticket)}”"
    if "stat" in asked:
        return f"{named} is already {words.status(record.ticket.stat, marked=False).lower()}."
    return f"{named} already has {changes.settings(asked)}." if asked else f"{named} is like that already."


def state_line(record: Record, names: Mapping[str, str], since: float, now: float) -> Rendered:
    """How a ticket is, since when, and who is on it: for its own thread, where its card stands already."""
    ticket = record.ticket
    on_it = words.person(record.started_by, names) if record.started_by else ""
    told = words.dotted(
        f"{words.status(ticket.stat)} for {words.age(since, now)}",
        on_it if ticket.stat is not Status.OPEN else "nobody is on it",
        words.note(ticket),
    )
    return notice(told).with_metadata(replies.one(ticket))


def bulk_result(
    outcome: Outcome, names: Mapping[str, str] = words.NO_NAMES, *, undone: bool = False
) -> Rendered:
    """Who did what to how many, then those that were left alone, by name. `undone`: it has been."""
    done = [str(one) for one in outcome.reply.data.get("data", [])]
    apart = {*done, *outcome.skipped}
    same = [record.ticket.id for record in outcome.records if record.ticket.id not in apart]
    told = [*_done_to_many(outcome.changes, names)] or ["No ticket changed."]
    sentences = [
        *told,
        f"Like that already: {', '.join(same)}." if same else "",
        f"Left alone, changed meanwhile: {', '.join(outcome.skipped)}." if outcome.skipped else "",
        f"Not found: {', '.join(outcome.missing)}." if outcome.missing else "",
        "Undone." if undone else "",
    ]
    buttons = [undo_all_button(outcome.changes)] if outcome.changes and not undone else []
    return notice(" ".join(one for one in sentences if one), buttons=buttons).with_metadata(outcome.reply)


def _done_to_many(made: Sequence[Change], names: Mapping[str, str]) -> list[str]:
    """A sentence for those tickets to which the same was done."""
    alike: dict[tuple[Any, ...], list[Change]] = {}
    for change in made:
        what = (change.kind == "undone", *sorted(change.after.items(), key=lambda item: item[0]))
        alike.setdefault(what, []).append(change)
    who = words.person(made[0].origin.user_id, names) if made else ""
    sentences = []
    for each in alike.values():
        did = changes.many(tuple(each), words.count(len(each)))
        sentences.append(f"{who} {did}: {', '.join(change.ticket_id for change in each)}.")
    return sentences


def undo_question(outcome: Outcome) -> Rendered:
    """A change that was made long ago, or several together, by name, before it is undone."""
    first = outcome.to_undo[0]
    many = len(outcome.to_undo) > 1
    what = words.count(len(outcome.to_undo)) if many else first.ticket_id
    did = changes.many(outcome.to_undo, what) if many else " and ".join(changes.phrases(first, what))
    asked = f"Your latest change was a while ago: you {did}."
    button = undo_all_button(outcome.to_undo) if many else undo_button(first)
    when = words.when(first.origin.timestamp)
    return rendered(
        [words.escape_mrkdwn(asked), words.format_utc(first.origin.timestamp), "Undo it?"],
        [
            blocks.rich("undo.asked", blocks.line(blocks.run(asked))),
            blocks.context("undo.when", when),
            blocks.actions("undo.actions", [button]),
        ],
    ).with_metadata(outcome.reply)


def bulk_preview(outcome: Outcome, names: Mapping[str, str] = words.NO_NAMES) -> Rendered:
    """The frozen tickets, what will be done to them, Confirm and Cancel. `names`: display names by user id."""
    ids = [str(one) for one in outcome.reply.data.get("data", [])]
    asked = changes.question(outcome.values, words.count(len(ids)))
    shown = outcome.records[:SHOWN]
    named = {record.ticket.id for record in shown}
    rest = [one for one in ids if one not in named]
    others = f"{'And' if shown else 'These'}: {', '.join(rest)}" if rest else ""
    expires = "Nothing is changed yet. Only you can confirm, within 10 minutes."
    return rendered(
        [
            words.escape_mrkdwn(asked),
            *(row_text(record, outcome, names) for record in shown),
            words.escape_mrkdwn(others),
            expires,
        ],
        [
            blocks.rich("bulk.asked", blocks.line(blocks.run(asked, "bold"))),
            *_rows(shown, outcome, names),
            blocks.rich("bulk.others", blocks.line(blocks.run(others))) if others else None,
            blocks.actions("bulk.actions", _answers(outcome, len(ids))) if outcome.token else None,
            blocks.context("bulk.expires", expires),
        ],
    ).with_metadata(outcome.reply)


def cancelled() -> Rendered:
    return notice("Cancelled: nothing was changed.")


def several(parts: Sequence[Rendered]) -> Rendered:
    """What came of several commands, a line each."""
    return rendered(
        [part.text for part in parts],
        [
            blocks.section(words.lines([part.text], MESSAGE_LIMIT), f"several.{at}")
            for at, part in enumerate(parts)
        ],
    )


def nothing_done() -> Rendered:
    return notice("Nothing was done.")


def chosen(outcome: Outcome) -> Rendered:
    """In the place of a question that was answered, where the answer stands in the channel."""
    done = ", ".join(record.ticket.id for record in outcome.records)
    return notice(f"Done: {done}.").with_metadata(outcome.reply)


def usage(outcome: Outcome) -> Rendered:
    """Messages, the share of them that rules read, model calls and tokens, a line a day."""
    days: list[dict[str, Any]] = outcome.reply.data.get("data", [])
    if not days:
        return notice("No messages have been counted yet.").with_metadata(outcome.reply)
    head = ("Day", "Messages", "By rules", "Calls", "Tokens")
    cells = [
        (
            str(one["day"]),
            f"{one['messages']:,}",
            _share(one["by_rules"], one["messages"]),
            f"{one['calls']:,}",
            f"{one['tokens']:,}",
        )
        for one in days
    ]
    widths = [max(len(row[at]) for row in [head, *cells]) for at in range(len(head))]
    table = "\n".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in [head, *cells]
    )
    told = [
        f"{one}: {words.count(row['messages'], 'message')}, {share} by rules, "
        f"{words.count(row['calls'], 'model call')}, {words.count(row['tokens'], 'token')}"
        for row, (one, _, share, _, _) in zip(days, cells, strict=True)
    ]
    return rendered(
        ["Usage", *told],
        [blocks.rich("usage", blocks.line(blocks.run("Usage", "bold")), blocks.preformatted(table))],
    ).with_metadata(outcome.reply)


def exported(outcome: Outcome) -> Rendered:
    data = outcome.reply.data.get("data", {})
    form = {"jsonl": "JSON lines", "csv": "CSV"}.get(str(data.get("format")), "a file")
    number = int(data.get("count", 0))
    told = f"Exported {words.count(number)} as {form}: the file is in your direct messages with me."
    return notice(told).with_metadata(outcome.reply)


def invite_hint(bot: str = "tickets") -> Rendered:
    """For a channel that the bot is not in."""
    return notice(
        "I am not in this channel, so only you can see this.",
        hint=f"/invite @{bot}",
        before="To post here, type",
    )


def refused_here(code: str) -> Rendered:
    """For a channel where Slack lets the bot say nothing; `code` is Slack's own."""
    why = "it is archived" if code == "is_archived" else f"Slack says {code}"
    return notice(f"It is done, but I could not say so in the channel ({why}), so only you can see this.")


def done_but_held(ids: Sequence[str]) -> Rendered:
    """While Slack takes no messages from the bot."""
    return notice(
        f"Done: {', '.join(ids)}. Slack takes no messages from me at the moment: the rest follows when it does."
    )


def posted(record: Record, change: Change, link: str) -> Rendered:
    """Where the card of a ticket stood that is now posted in a channel."""
    told = f"You posted {record.ticket.id} “{words.title(record.ticket)}” in a channel."
    shown = notice(told, buttons=[undo_button(change)])
    return shown.with_footnotes(words.link(link, "Go to its card") if words.is_url(link) else "")


def only_here() -> Rendered:
    """For a conversation that the bot cannot be invited to."""
    return notice("I cannot post in this conversation, so only you can see this.")


def _rows(records: Sequence[Record], outcome: Outcome, names: Mapping[str, str]) -> list[blocks.Block]:
    """In sections that hold them even where every character has to be escaped."""
    parts = [records[at : at + ROWS] for at in range(0, len(records), ROWS)]
    return [
        blocks.section(
            "\n".join(line for record in part for line in row_lines(record, outcome, names=names)),
            f"bulk.tickets.{at}",
        )
        for at, part in enumerate(parts)
    ]


def _answers(outcome: Outcome, number: int) -> list[blocks.Element]:
    verb, _ = changes.imperative(outcome.values)
    confirm = blocks.button(f"{verb} {number:,}", controls.CONFIRM, outcome.token, style="primary")
    return [
        confirm,
        blocks.button("Cancel", controls.CANCEL, outcome.token, says="Cancel, change nothing"),
    ]


def _share(part: int, whole: int) -> str:
    return f"{100 * part // whole} %" if whole else "–"
