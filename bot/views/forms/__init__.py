"""The forms for a new ticket, for editing one, for closing one and for posting one."""

from collections.abc import Mapping
from typing import Any

from bot.actions import Create
from bot.views import blocks, controls, phrases
from bot.views import text as words
from bot.views.controls import TicketVersion
from bot.views.forms.filled_in import changed_fields
from store.models.tickets import (
    DESC_LIMIT,
    RES_LIMIT,
    TITLE_LIMIT,
    Category,
    Priority,
    Record,
    Status,
    Ticket,
    cut_lines,
    fit_title,
)

EXAMPLE = "fixed load balancer configuration"


def new_form(
    *,
    title: str = "",
    desc: str = "",
    pri: Priority = Priority.MEDIUM,
    cat: Category = Category.OTHER,
    private_metadata: str = "",
    ask_channel: bool = False,
) -> dict[str, Any]:
    """The form for a new ticket. `title` may be a whole message: what is too long moves to the description. `ask_channel`:
    add a field for the channel to post the ticket in.
    """
    short, whole = fit_title(words.clean(title), words.clean_lines(desc) or None)
    return _form(
        controls.NEW_FORM,
        "New ticket",
        "Create",
        [
            _title(short, 0),
            _desc(cut_lines(whole or "", DESC_LIMIT), 0),
            _priority(pri, 0),
            _category(cat, 0),
            *([_channel("Post it in", 0, optional=True)] if ask_channel else []),
        ],
        private_metadata,
    )


def filled_form(read: Create | None, *, private_metadata: str, ask_channel: bool = False) -> dict[str, Any]:
    """The form for a new ticket, filled in with what was read in a message; empty for None."""
    if read is None:
        return new_form(private_metadata=private_metadata, ask_channel=ask_channel)
    return new_form(
        title=read.title,
        desc=read.desc or "",
        pri=read.pri or Priority.MEDIUM,
        cat=read.cat or Category.OTHER,
        private_metadata=private_metadata,
        ask_channel=ask_channel,
    )


def edit_form(record: Record, *, private_metadata: str = "") -> dict[str, Any]:
    """The form to edit a ticket. `private_metadata` defaults to `TicketVersion(id, number)`: the ticket and the version
    that the form shows.
    """
    ticket, number = record.ticket, record.version
    shown = [
        _title(words.title(ticket), number),
        _desc(words.desc(ticket), number),
        _priority(ticket.pri, number),
        _category(ticket.cat, number),
        _status(ticket.stat, number),
        _note(words.note(ticket), number),
    ]
    return _form(
        controls.EDIT_FORM, f"Edit {ticket.id}", "Save", shown, private_metadata or _version_metadata(record)
    )


def close_form(record: Record, *, private_metadata: str = "") -> dict[str, Any]:
    """The form to close a ticket, with an optional resolution. `private_metadata` as in `edit_form`."""
    ticket = record.ticket
    shown = [
        blocks.rich("about", blocks.line(blocks.run(words.title(ticket), "bold"))),
        _resolution("", record.version),
    ]
    return _form(
        controls.CLOSE_FORM,
        f"Close {ticket.id}",
        "Close",
        shown,
        private_metadata or _version_metadata(record),
    )


def post_form(record: Record) -> dict[str, Any]:
    """The form to post a private ticket in a channel. Shows what everybody there will see of it."""
    ticket = record.ticket
    note = words.note(ticket)
    seen = [blocks.line(blocks.run(words.title(ticket), "bold"))]
    seen += [blocks.line(blocks.run(words.desc(ticket)))] if words.desc(ticket) else []
    seen += [blocks.quote(blocks.run("Note: ", "bold"), blocks.run(note))] if note else []
    shown = [
        blocks.rich("about", *seen),
        _channel("Channel", record.version, optional=False),
        blocks.context(
            "told",
            "Everybody in the channel will see this ticket from now on; its earlier history stays private.",
        ),
    ]
    return _form(controls.POST_FORM, f"Post {ticket.id}", "Post", shown, _version_metadata(record))


def _channel(label: str, number: int, *, optional: bool) -> blocks.Block:
    return blocks.choice_field(
        "channel",
        label,
        blocks.channel_select(f"channel.{number}", "Choose a channel"),
        optional=optional,
        # Slack cannot limit the list to channels that the bot is in.
        hint=(
            "One that you and I are in. Left empty, its card comes to you in a direct message."
            if optional
            else "One that you and I are in: if I am not, invite me there first."
        ),
    )


def changed_meanwhile(
    record: Record,
    form: str,
    filled_in: Mapping[str, Any],
    *,
    shown: Ticket | None = None,
    private_metadata: str = "",
) -> dict[str, Any]:
    """The form again, with the ticket's current values, a notice that it changed, and the input that they do not
    contain. `shown` is the ticket as the form had shown it: values left as they were are not input. The new form's
    inputs have new ids, or Slack would keep their earlier contents.
    """
    ticket = record.ticket
    told = f"{ticket.id} changed while this form was open."
    if form == controls.CLOSE_FORM:
        state = words.state(ticket, marked=False)
        view = close_form(record, private_metadata=private_metadata)
        view["blocks"][-1] = _resolution(
            cut_lines(words.clean_lines(str(filled_in.get("res") or "")), RES_LIMIT), record.version
        )
        parts = [blocks.line(blocks.run(f"{told} It is {state} now.", "bold"))]
    elif form == controls.POST_FORM:
        view = post_form(record)
        parts = [blocks.line(blocks.run(f"{told} This is what it holds now.", "bold"))]
    else:
        view = edit_form(record, private_metadata=private_metadata)
        parts = [blocks.line(blocks.run(f"{told} This shows the newer values.", "bold"))]
        lost = changed_fields(ticket, changed_fields(shown, filled_in) if shown else filled_in)
        parts += [blocks.line(blocks.run("You had filled in:"))] if lost else []
        parts += [
            blocks.quote(blocks.run(f"{words.FIELDS[name]}: {phrases.value(name, given)}"))
            for name, given in lost.items()
        ]
    view["blocks"] = [blocks.rich("changed", *parts), *view["blocks"]]
    return view


def _form(
    name: str, title: str, submit: str, shown: list[blocks.Block], private_metadata: str
) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": name,
        "title": blocks.plain(title[: words.VIEW_TITLE]),
        "submit": blocks.plain(submit),
        "close": blocks.plain("Cancel"),
        "private_metadata": private_metadata,
        "blocks": shown,
    }


def _version_metadata(record: Record) -> str:
    return TicketVersion(record.ticket.id, record.version).value()


def _title(given: str, number: int) -> blocks.Block:
    return blocks.text_field(
        "title", "Title", f"title.{number}", longest=TITLE_LIMIT, given=given, optional=False
    )


def _desc(given: str, number: int) -> blocks.Block:
    return blocks.text_field(
        "desc", "Description", f"desc.{number}", longest=DESC_LIMIT, given=given, multiline=True
    )


def _note(given: str, number: int, label: str = "Note", example: str = "") -> blocks.Block:
    return blocks.text_field(
        "res", label, f"res.{number}", longest=RES_LIMIT, given=given, multiline=True, placeholder=example
    )


def _resolution(given: str, number: int) -> blocks.Block:
    return _note(given, number, "How was it solved?", EXAMPLE)


def _priority(chosen: Priority, number: int) -> blocks.Block:
    options = [blocks.option(words.priority(one), str(one.value)) for one in Priority]
    element = blocks.select(f"pri.{number}", "Priority", options, str(chosen.value))
    return blocks.choice_field("pri", "Priority", element)


def _category(chosen: Category, number: int) -> blocks.Block:
    options = [blocks.option(words.CATEGORIES[one], one.value) for one in Category]
    return blocks.choice_field(
        "cat", "Category", blocks.select(f"cat.{number}", "Category", options, chosen.value)
    )


def _status(chosen: Status, number: int) -> blocks.Block:
    options = [blocks.option(words.status(one), one.value) for one in Status]
    return blocks.choice_field(
        "stat", "Status", blocks.select(f"stat.{number}", "Status", options, chosen.value)
    )
