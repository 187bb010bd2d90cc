"""Short answers: errors, refusals, hints, and one-line results."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot import replies
from bot.results import Outcome
from bot.views import blocks, phrases
from bot.views import text as words
from bot.views.controls.buttons import new_button, undo_button, view_button
from bot.views.rendered import Rendered, rendered
from store.models.tickets import Change, Record, Status, cut

MESSAGE_LIMIT = 1000  # characters of a message that may quote a person
SAID_LIMIT = 60  # characters quoted of a message that was not understood
NOT_UNDERSTOOD = "I didn’t understand that."


def notice(
    message: str, *, hint: str = "", before: str = "Try", buttons: Sequence[blocks.Element] = ()
) -> Rendered:
    """One sentence, shown as plain text, and a command that would work."""
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
    """What went wrong and what to do about it. `prefix` begins the command in `hint`; `said` is the message, if it was not
    understood. If the person may have meant a new ticket, there is a button for its form.
    """
    told = message.replace(NOT_UNDERSTOOD, _not_understood(said))
    wanted = NOT_UNDERSTOOD in message or hint.startswith("create ")
    buttons = [new_button(words.clean_lines(said) if NOT_UNDERSTOOD in message else "")] if wanted else []
    return notice(told, hint=_with_prefix(hint, prefix), buttons=buttons).with_metadata(
        replies.error(message)
    )


def _not_understood(said: str) -> str:
    quoted = cut(words.clean(said), SAID_LIMIT)
    return f"I didn’t understand “{quoted}”." if quoted else NOT_UNDERSTOOD


def _with_prefix(hint: str, prefix: str) -> str:
    """The hint as a command to type: with `prefix`, unless it begins with a slash or is JSON."""
    return hint if not hint or hint.startswith(("/", "{")) else words.command(prefix, hint)


def none(outcome: Outcome, prefix: str = "", said: str = "") -> Rendered:
    shown = notice(
        _not_understood(said),
        hint=_with_prefix("help", prefix),
        buttons=[new_button(words.clean_lines(said))],
    )
    return shown.with_metadata(outcome.reply)


def not_found(outcome: Outcome, prefix: str = "") -> Rendered:
    """The same answer whether the id does not exist or may not be seen: it depends on the id alone. If other ids were
    named, it says that they were not changed.
    """
    asked = str(outcome.reply.data.get("msg", ""))
    there = "There are no tickets" if "," in asked else "There is no ticket"
    told = f"{there} {asked}." if asked else "There is no such ticket."
    if outcome.skipped:
        verb = "was" if len(outcome.skipped) == 1 else "were"
        told = f"{told} {', '.join(outcome.skipped)} {verb} not changed."
    return notice(told, hint=_with_prefix("list", prefix), before="See what there is").with_metadata(
        outcome.reply
    )


def unchanged(outcome: Outcome, links: Mapping[str, str] = words.NO_NAMES) -> Rendered:
    """Nothing changed: the ticket already has these values."""
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
    return f"{named} already has {phrases.settings(asked)}." if asked else f"{named} is like that already."


def state_line(record: Record, names: Mapping[str, str], since: float, now: float) -> Rendered:
    """A ticket's status, for how long it has had it, and who works on it. For the ticket's thread, where its card is in
    view."""
    ticket = record.ticket
    on_it = words.person(record.started_by, names) if record.started_by else ""
    told = words.dotted(
        f"{ticket.id}: {words.status(ticket.stat)} for {words.age(since, now) or 'less than a minute'}",
        on_it if ticket.stat is not Status.OPEN else "nobody is on it",
        words.note(ticket),
    )
    return notice(told).with_metadata(replies.one(ticket))


def cancelled() -> Rendered:
    return notice("Cancelled: nothing was changed.")


def several(parts: Sequence[Rendered]) -> Rendered:
    """The results of several commands, one per line."""
    return rendered(
        [part.text for part in parts],
        [
            blocks.section(words.lines([part.text], MESSAGE_LIMIT), f"several.{at}")
            for at, part in enumerate(parts)
        ],
    )


def question_expired() -> Rendered:
    """Replaces a question whose buttons no longer work."""
    return notice("This question has expired, and nothing was done. Please write your message again.")


def nothing_done() -> Rendered:
    return notice("Nothing was done.")


def chosen(outcome: Outcome) -> Rendered:
    """Replaces a question that was answered, when the result was posted in the channel."""
    done = ", ".join(record.ticket.id for record in outcome.records)
    return notice(f"Done: {done}.").with_metadata(outcome.reply)


def invite_hint(bot: str = "tickets", *, here: bool = True) -> Rendered:
    """For a channel that the bot is not in. `here=False`: the reader sees this elsewhere, as it cannot be shown in the
    channel."""
    which, where = ("this channel", "here") if here else ("that channel", "there")
    return notice(
        f"I am not in {which}, so only you can see this.",
        hint=f"/invite @{bot}",
        before=f"To post {where}, type{'' if here else ' there'}",
    )


THREAD_GONE = "thread_not_found"  # Slack's error code
_REFUSALS = {"is_archived": "it is archived", THREAD_GONE: "its thread was deleted"}


def refused_here(code: str) -> Rendered:
    """For a channel in which Slack does not let the bot post; `code` is Slack's error code."""
    why = _REFUSALS.get(code, f"Slack says {code}")
    return notice(f"It is done, but I could not say so in the channel ({why}), so only you can see this.")


def more_for_you(number: int, command: str, *, more: bool = False) -> Rendered:
    """Accompanies a list that shows only what everybody in the channel may see."""
    verb = "matches" if number == 1 and not more else "match"
    told = f"{words.count(number, 'more ticket', more=more)} {verb} that not everybody here may see."
    return notice(told, hint=command, before="For you alone")


def not_for_all(ids: Sequence[str], command: str) -> Rendered:
    """For a person who asked in a channel for tickets that they may see, but others there may not."""
    return notice(f"Not everybody here may see {', '.join(ids)}.", hint=command, before="For you alone")


def left_alone(ids: Sequence[str]) -> Rendered:
    """The changes that could not be undone, of several that should have been."""
    return notice(phrases.left_alone(ids))


def done_but_held(ids: Sequence[str]) -> Rendered:
    """For when Slack accepts no messages from the bot."""
    return notice(
        f"Done: {', '.join(ids)}. Slack takes no messages from me at the moment: the rest follows when it does."
    )


def posted(record: Record, change: Change, link: str, who: str = "") -> Rendered:
    """Replaces the card of a ticket that was posted in a channel. `who` posted it; "" if that is the reader."""
    told = f"{who or 'You'} posted {record.ticket.id} “{words.title(record.ticket)}” in a channel."
    shown = notice(told, buttons=[] if who else [undo_button(change)])
    return shown.with_footnotes(words.link(link, "Go to its card") if words.is_url(link) else "")


def not_saved(ticket_id: str, filled_in: Mapping[str, Any]) -> Rendered:
    """For a form whose ticket, or whose same fields, somebody else changed while it was open."""
    told = f"Somebody changed {ticket_id} while you had the form open"
    return notice(
        f"{told}, so this was not saved: {_list_fields(filled_in)}."
        if filled_in
        else f"{told}, so nothing was changed. Please open it again."
    )


def made_meanwhile(ticket_id: str, filled_in: Mapping[str, Any]) -> Rendered:
    """For a form for a new ticket of a message that somebody else has made a ticket of. `filled_in`: what that ticket does
    not contain."""
    told = f"This message has a ticket by now, so no other one was made: {ticket_id}."
    return notice(f"{told} You had filled in: {_list_fields(filled_in)}." if filled_in else told)


def _list_fields(filled_in: Mapping[str, Any]) -> str:
    """`Title: “API is slow”; Description: empty`"""
    return "; ".join(
        f"{words.FIELDS[name]}: {f'“{phrases.value(name, given)}”' if given else 'empty'}"
        for name, given in filled_in.items()
    )


def card_outside(ticket_id: str) -> Rendered:
    """For a ticket made from a message that was deleted meanwhile."""
    return notice(f"The message was deleted meanwhile, so the card of {ticket_id} is not in its thread.")


def only_here() -> Rendered:
    """For a conversation to which the bot cannot be invited."""
    return notice("I cannot post in this conversation, so only you can see this.")
