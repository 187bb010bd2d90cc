"""The forms for a new ticket, for editing one and for closing one, and what people filled in."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from bot.actions import Create
from bot.views import blocks, controls, phrases
from bot.views import text as words
from bot.views.controls import Pressed
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

# The fields of each form in their order; the first takes the errors that belong to no field.
FIELDS = {
    controls.NEW_FORM: ("title", "desc", "pri", "cat"),
    controls.EDIT_FORM: ("title", "desc", "pri", "cat", "stat", "res"),
    controls.CLOSE_FORM: ("res",),
    controls.POST_FORM: ("channel",),
}
_MESSAGES = {
    "title": f"Give it a title of 1 to {TITLE_LIMIT} characters.",
    "desc": f"At most {DESC_LIMIT} characters.",
    "res": f"At most {RES_LIMIT} characters.",
    "pri": "Choose high, medium or low.",
    "cat": "Choose one of the categories.",
    "stat": "Choose open, in progress or done.",
}
EXAMPLE = "fixed load balancer configuration"
NO_CHANGE = "No changes to save."


def new_form(
    *,
    title: str = "",
    desc: str = "",
    pri: Priority = Priority.MEDIUM,
    cat: Category = Category.OTHER,
    private_metadata: str = "",
    ask_channel: bool = False,
) -> dict[str, Any]:
    """`title` may be a whole message: what does not fit goes into the description, and is cut there. `ask_channel`: it
    asks where the ticket is to be posted, for where that is not plain.
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
    """The form for a new ticket with what was read in a message; empty for None."""
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
    """Filled in with the ticket as it is. Without any other, `private_metadata` is `Pressed(id, number)`: which
    ticket, and after which change the form was drawn.
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
    return _form(controls.EDIT_FORM, f"Edit {ticket.id}", "Save", shown, private_metadata or _drawn(record))


def close_form(record: Record, *, private_metadata: str = "") -> dict[str, Any]:
    """Asks for the resolution; it may be left empty. `private_metadata` as in `edit_form`."""
    ticket = record.ticket
    shown = [
        blocks.rich("about", blocks.line(blocks.run(words.title(ticket), "bold"))),
        _solved("", record.version),
    ]
    return _form(
        controls.CLOSE_FORM, f"Close {ticket.id}", "Close", shown, private_metadata or _drawn(record)
    )


def post_form(record: Record) -> dict[str, Any]:
    """Asks for the channel that a private ticket is posted in, and shows what everybody there will see of it."""
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
    return _form(controls.POST_FORM, f"Post {ticket.id}", "Post", shown, _drawn(record))


def read_channel(view_state: Mapping[str, Any]) -> str:
    """The id of the channel that was chosen in a form; "" for none. Not trusted: whoever chose it has to be in it."""
    values = view_state.get("values")
    inputs = values.get("channel") if isinstance(values, Mapping) else None
    given = next(iter(inputs.values()), None) if isinstance(inputs, Mapping) else None
    chosen = given.get("selected_conversation") if isinstance(given, Mapping) else None
    return chosen if isinstance(chosen, str) else ""


def _channel(label: str, number: int, *, optional: bool) -> blocks.Block:
    return blocks.choice_field(
        "channel",
        label,
        blocks.channel_select(f"channel.{number}", "Choose a channel"),
        optional=optional,
        # Slack's list cannot be narrowed to the channels that the bot is in.
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
    """The form again with the ticket as it is now, saying so, and with what was filled in and is not in it. `shown` is the
    ticket as the form had shown it: what was left as it was there is nobody's input. The new form's inputs have new names, or
    Slack would keep what they held before.
    """
    ticket = record.ticket
    told = f"{ticket.id} changed while this form was open."
    if form == controls.CLOSE_FORM:
        state = words.state(ticket, marked=False)
        view = close_form(record, private_metadata=private_metadata)
        view["blocks"][-1] = _solved(
            cut_lines(words.clean_lines(str(filled_in.get("res") or "")), RES_LIMIT), record.version
        )
        parts = [blocks.line(blocks.run(f"{told} It is {state} now.", "bold"))]
    elif form == controls.POST_FORM:
        view = post_form(record)
        parts = [blocks.line(blocks.run(f"{told} This is what it holds now.", "bold"))]
    else:
        view = edit_form(record, private_metadata=private_metadata)
        parts = [blocks.line(blocks.run(f"{told} This shows the newer values.", "bold"))]
        lost = edited(ticket, edited(shown, filled_in) if shown else filled_in)
        parts += [blocks.line(blocks.run("You had filled in:"))] if lost else []
        parts += [
            blocks.quote(blocks.run(f"{words.FIELDS[name]}: {phrases.value(name, given)}"))
            for name, given in lost.items()
        ]
    view["blocks"] = [blocks.rich("changed", *parts), *view["blocks"]]
    return view


def read_form(view_state: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that a submitted form's state holds, as JSON values; None for one that was left empty.

    `view_state` is `view["state"]`. Nothing in it is trusted: what is no field of ours, or not of the shape that
    Slack sends, is left out; the values are for the actions' models to check.
    """
    values = view_state.get("values")
    fields: dict[str, Any] = {}
    for block_id, inputs in values.items() if isinstance(values, Mapping) else ():
        if block_id in words.FIELDS and isinstance(inputs, Mapping) and inputs:
            given = next(iter(inputs.values()))
            if isinstance(given, Mapping):
                fields[block_id] = _given(block_id, given)
    return fields


def edited(ticket: Ticket, filled_in: Mapping[str, Any]) -> dict[str, Any]:
    """Of what was filled in, the fields that are not as the form showed them: what there is to change."""
    shown = {
        "title": words.title(ticket),
        "desc": words.desc(ticket) or None,
        "pri": ticket.pri,
        "cat": ticket.cat,
        "stat": ticket.stat,
        "res": words.note(ticket) or None,
    }
    return {name: given for name, given in filled_in.items() if name in shown and given != shown[name]}


def field_errors(error: ValidationError, form: str = controls.NEW_FORM) -> dict[str, str]:
    """What a form says at its fields, by block id, for the errors of the models that check what it holds."""
    there = FIELDS[form]
    found: dict[str, str] = {}
    for one in error.errors(include_url=False, include_input=False):
        named = [str(part) for part in one["loc"] if part in there]
        if named:
            found.setdefault(named[0], _MESSAGES[named[0]])
        else:
            found.setdefault(there[0], NO_CHANGE)
    return found


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


def _drawn(record: Record) -> str:
    return Pressed(record.ticket.id, record.version).value()


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


def _solved(given: str, number: int) -> blocks.Block:
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


def _given(field: str, given: Mapping[str, Any]) -> Any:
    if field in ("pri", "cat", "stat"):
        selected = given.get("selected_option")
        value = selected.get("value") if isinstance(selected, Mapping) else None
        return int(value) if field == "pri" and isinstance(value, str) and value in ("1", "2", "3") else value
    value = given.get("value")
    if not isinstance(value, str):
        return None
    return (" ".join(value.split()) if field == "title" else cut_lines(value, len(value))) or None
