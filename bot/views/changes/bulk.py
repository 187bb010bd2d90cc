"""Changes to several tickets: the preview, the result, and the question before an old change is undone."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.results import Outcome
from bot.views import blocks, controls, phrases
from bot.views import text as words
from bot.views.controls.buttons import undo_all_button, undo_button
from bot.views.lists.rows import row_lines, row_text
from bot.views.notices import notice
from bot.views.rendered import Rendered, rendered
from store.models.tickets import Change, Record

SHOWN = 10  # tickets of a bulk change shown with their titles; of the others only the ids
ROWS_PER_SECTION = 3  # tickets per section


def bulk_result(outcome: Outcome, names: Mapping[str, str] = words.NO_NAMES, *, undone: str = "") -> Rendered:
    """Who did what to which tickets, and which were left alone. `undone`: a text saying that the change, or a part of it, was undone."""
    done = [str(one) for one in outcome.reply.data.get("data", [])]
    apart = {*done, *outcome.skipped}
    same = [record.ticket.id for record in outcome.records if record.ticket.id not in apart]
    told = [*_summarize(outcome, names)] or ["No ticket changed."]
    sentences = [
        *told,
        f"Like that already: {', '.join(same)}." if same else "",
        phrases.left_alone(outcome.skipped) if outcome.skipped else "",
        phrases.kept_note(outcome.kept),
        f"Not found: {', '.join(outcome.missing)}." if outcome.missing else "",
        f"{undone[:1].upper()}{undone[1:]}." if undone else "",
    ]
    undoable = outcome.changes and not (undone and all(change.undone_by for change in outcome.changes))
    buttons = [undo_all_button(outcome.changes)] if undoable else []
    return notice(" ".join(one for one in sentences if one), buttons=buttons).with_metadata(outcome.reply)


def _summarize(outcome: Outcome, names: Mapping[str, str]) -> list[str]:
    """One sentence for each group of tickets that were changed in the same way."""
    made = outcome.changes
    alike: dict[tuple[Any, ...], list[Change]] = {}
    for change in made:
        what = (change.kind, *sorted(change.after.items(), key=lambda item: item[0]))
        alike.setdefault(what, []).append(change)
    again = outcome.redone
    who = words.person(made[0].origin.user_id, names) if made else ""
    if again and (merged := _merged_again(made)):
        return [f"{who} {merged}."]
    return [
        f"{who} {_did_to_one(each[0], again=again) if len(each) == 1 else _did_to_many(each, again=again)}."
        for each in alike.values()
    ]


def _merged_again(made: Sequence[Change]) -> str:
    """`merged T002 into T001 again`; "" if this did not redo a merge, which is all that deletes one ticket and changes
    another at once."""
    gone = [change.ticket_id for change in made if change.metadata_after.get("deleted")]
    into = [change.ticket_id for change in made if change.ticket_id not in gone]
    return f"merged {gone[0]} into {into[0]} again" if len(gone) == len(into) == 1 else ""


def _did_to_one(change: Change, *, again: bool) -> str:
    """`reopened T003`, `closed T004: “duplicate of T003”`"""
    did = phrases.in_one_sentence(phrases.past_tense(change, change.ticket_id, again=again))
    note = phrases.note(change)
    return f"{did}: “{note}”" if note else did


def _did_to_many(alike: Sequence[Change], *, again: bool) -> str:
    """`closed 3 tickets: T001, T002, T003`"""
    did = phrases.past_tense_of_many(tuple(alike), words.count(len(alike)), again=again)
    return f"{did}: {', '.join(change.ticket_id for change in alike)}"


def undo_question(outcome: Outcome, names: Mapping[str, str] = words.NO_NAMES) -> Rendered:
    """Asks before an old change, somebody else's, or several made together, are undone."""
    first = outcome.to_undo[0]
    many = len(outcome.to_undo) > 1
    what = words.count(len(outcome.to_undo)) if many else first.ticket_id
    did = (
        phrases.past_tense_of_many(outcome.to_undo, what)
        if many
        else phrases.in_one_sentence(phrases.past_tense(first, what))
    )
    asked = (
        f"The latest change is not yours: {names.get(first.origin.user_id) or 'somebody else'} {did}."
        if outcome.of_another
        else f"Your latest change was a while ago: you {did}."
    )
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
    """The tickets that would change and how, with Confirm and Cancel. `names` are display names by user id."""
    ids = [str(one) for one in outcome.reply.data.get("data", [])]
    asked = phrases.question(outcome.values, words.count(len(ids)))
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
            blocks.actions("bulk.actions", _buttons(outcome, len(ids))) if outcome.token else None,
            blocks.context("bulk.expires", expires),
        ],
    ).with_metadata(outcome.reply)


def _rows(records: Sequence[Record], outcome: Outcome, names: Mapping[str, str]) -> list[blocks.Block]:
    """Few rows per section, so that they fit even if every character has to be escaped."""
    parts = [records[at : at + ROWS_PER_SECTION] for at in range(0, len(records), ROWS_PER_SECTION)]
    return [
        blocks.section(
            "\n".join(line for record in part for line in row_lines(record, outcome, names=names)),
            f"bulk.tickets.{at}",
        )
        for at, part in enumerate(parts)
    ]


def _buttons(outcome: Outcome, number: int) -> list[blocks.Element]:
    verb, _ = phrases.imperative(outcome.values)
    confirm = blocks.button(f"{verb} {number:,}", controls.CONFIRM, outcome.token, style="primary")
    return [
        confirm,
        blocks.button("Cancel", controls.CANCEL, outcome.token, says="Cancel, change nothing"),
    ]
