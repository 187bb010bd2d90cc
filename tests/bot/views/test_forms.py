from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.actions import Close, Create, Update
from bot.views import controls, forms
from bot.views.forms.filled_in import FIELDS, NO_CHANGE, changed_fields, field_errors, read_form
from store.models.tickets import DESC_LIMIT, RES_LIMIT, TITLE_LIMIT, Category, Priority, Status
from tests.bot.views.samples import HOSTILE, LARGEST, SMALLEST, USUAL, hostile, record
from tests.support.blockkit.alt_text import said
from tests.support.blockkit.check import check_view
from tests.support.profiles import examples


def _inputs(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}


def _filled_in(view: dict[str, Any]) -> dict[str, Any]:
    """The state that Slack sends when the form is submitted as it was opened."""
    values = {}
    for field, element in _inputs(view).items():
        given: dict[str, Any] = {"type": element["type"]}
        if element["type"] == "plain_text_input":
            given["value"] = element.get("initial_value")
        else:
            given["selected_option"] = element.get("initial_option")
        values[field] = {element["action_id"]: given}
    return {"values": values}


@pytest.mark.parametrize(
    ("name", "view"),
    [
        ("new", forms.new_form()),
        (
            "new-filled-in",
            forms.new_form(title="login bug", desc="since Monday", pri=Priority.HIGH, cat=Category.CODE),
        ),
        ("edit", forms.edit_form(USUAL)),
        ("close", forms.close_form(USUAL)),
        (
            "edit-changed",
            forms.changed_meanwhile(USUAL, controls.EDIT_FORM, {"title": "Mine", "res": None, "pri": 2}),
        ),
        ("post", forms.post_form(USUAL)),
        ("post-changed", forms.changed_meanwhile(USUAL, controls.POST_FORM, {})),
        ("close-changed", forms.changed_meanwhile(USUAL, controls.CLOSE_FORM, {"res": "fixed it"})),
    ],
)
def test_a_form_is_what_slack_accepts(name: str, view: dict[str, Any]):
    check_view(view)


def test_the_limits_are_the_tickets_own():
    inputs = _inputs(forms.edit_form(LARGEST))
    limits = {name: element.get("max_length") for name, element in inputs.items() if "max_length" in element}
    assert limits == {"title": TITLE_LIMIT, "desc": DESC_LIMIT, "res": RES_LIMIT}
    assert list(_inputs(forms.new_form())) == ["title", "desc", "pri", "cat"]
    assert _inputs(forms.close_form(USUAL))["res"]["max_length"] == RES_LIMIT


def test_every_field_of_a_form_is_named_by_its_block():
    for name, view in (
        (controls.NEW_FORM, forms.new_form()),
        (controls.EDIT_FORM, forms.edit_form(USUAL)),
        (controls.CLOSE_FORM, forms.close_form(USUAL)),
    ):
        assert view["callback_id"] == name
        assert tuple(_inputs(view)) == FIELDS[name]


def test_a_message_longer_than_a_title_goes_into_the_description():
    message = "the login page of the customer portal shows a blank screen after the update " * 50
    inputs = _inputs(forms.new_form(title=message))
    assert inputs["title"]["initial_value"] == "the login page of the customer portal shows a…"
    assert inputs["desc"]["initial_value"].startswith("the login page of the customer portal shows a blank")
    assert len(inputs["desc"]["initial_value"]) <= DESC_LIMIT


def test_a_form_remembers_which_ticket_it_is_of_and_when_it_was_drawn():
    assert controls.read_ticket_version(forms.edit_form(USUAL)["private_metadata"]) == ("T043", 12)
    assert controls.read_ticket_version(forms.close_form(USUAL)["private_metadata"]) == ("T043", 12)
    assert forms.edit_form(USUAL, private_metadata="more")["private_metadata"] == "more"


def test_a_new_ticket_can_be_made_from_what_was_filled_in():
    state = _filled_in(forms.new_form(title="login bug", pri=Priority.HIGH, cat=Category.CODE))
    filled_in = read_form(state)
    assert filled_in == {"title": "login bug", "desc": None, "pri": 1, "cat": "code"}
    assert Create(**filled_in) == Create(title="login bug", pri=Priority.HIGH, cat=Category.CODE)


@pytest.mark.parametrize("shown", [SMALLEST, USUAL, LARGEST, *map(hostile, HOSTILE.values())])
def test_a_form_saved_as_it_was_opened_changes_nothing(shown):
    assert changed_fields(shown.ticket, read_form(_filled_in(forms.edit_form(shown)))) == {}


def test_only_what_is_different_is_changed():
    filled_in = read_form(_filled_in(forms.edit_form(USUAL))) | {
        "stat": "done",
        "desc": "new",
        "res": None,
    }
    assert changed_fields(USUAL.ticket, filled_in) == {"stat": "done", "desc": "new", "res": None}


def test_an_emptied_field_is_none():
    state = {"values": {"desc": {"desc.1": {"type": "plain_text_input", "value": None}}}}
    assert read_form(state) == {"desc": None}
    state["values"]["desc"]["desc.1"]["value"] = "  \n "
    assert read_form(state) == {"desc": None}


def test_a_title_that_nobody_can_see_is_none():
    given = {"type": "plain_text_input", "value": "\u200b \u200e"}
    assert read_form({"values": {"title": {"title.1": given}, "res": {"res.1": given}}}) == {
        "title": None,
        "res": None,
    }


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"values": None},
        {"values": []},
        {"values": {"id": {"id.1": {"value": "T001"}}}},
        {"values": {"title": {}}},
        {"values": {"title": "x"}},
        {"values": {"title": {"a": "x"}}},
    ],
)
def test_a_state_of_another_shape_holds_nothing(state: dict[str, Any]):
    assert read_form(state) == {}


@examples(0.5)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["values", "title", "pri", "value", "selected_option"]), inner, max_size=3
            )
        ),
        max_leaves=15,
    )
)
def test_no_state_breaks_the_reader(state: Any):
    read_form(state if isinstance(state, dict) else {"values": state})


def test_a_value_that_is_no_option_is_left_to_the_models():
    state = {"values": {"pri": {"pri.1": {"selected_option": {"value": "9"}}}}}
    with pytest.raises(ValidationError) as refused:
        Update(id="T043", **read_form(state))
    assert field_errors(refused.value, controls.EDIT_FORM) == {"pri": "Choose high, medium or low."}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"title": " "}, {"title": "Give it a title of 1 to 50 characters."}),
        ({"title": ""}, {"title": "Give it a title of 1 to 50 characters."}),
        ({"title": "x", "cat": "food"}, {"cat": "Choose one of the categories."}),
        (
            {"title": "", "pri": 7},
            {"title": "Give it a title of 1 to 50 characters.", "pri": "Choose high, medium or low."},
        ),
        ({"title": "x", "desc": ""}, {"desc": "At most 200 characters."}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(fields: dict[str, Any], told: dict[str, str]):
    with pytest.raises(ValidationError) as refused:
        Create(**fields)
    assert field_errors(refused.value) == told


def test_a_form_in_which_nothing_changed_says_so():
    with pytest.raises(ValidationError) as refused:
        Update(id="T043")
    assert field_errors(refused.value, controls.EDIT_FORM) == {"title": NO_CHANGE}


def test_the_errors_of_a_closing_are_at_its_only_field():
    with pytest.raises(ValidationError) as refused:
        Close(id="T043", res="")
    assert field_errors(refused.value, controls.CLOSE_FORM) == {"res": "At most 100 characters."}


def test_a_form_of_a_ticket_that_changed_shows_the_newer_value_and_keeps_what_was_filled_in():
    newer = record(version=13, title="Somebody else’s title", pri=Priority.HIGH)
    filled_in = {
        "title": "My title",
        "desc": None,
        "pri": 1,
        "cat": "infra",
        "stat": "open",
        "res": "my note",
    }
    view = forms.changed_meanwhile(newer, controls.EDIT_FORM, filled_in)
    check_view(view)
    assert _inputs(view)["title"]["initial_value"] == "Somebody else’s title"
    told = said(view["blocks"])
    assert told.startswith("T043 changed while this form was open.")
    assert "Title: My title" in told
    assert "Note: my note" in told
    assert "Priority: High" not in told
    assert controls.read_ticket_version(view["private_metadata"]) == ("T043", 13)


def test_a_form_drawn_anew_has_inputs_of_new_names_so_that_slack_shows_the_newer_values():
    before = {one["action_id"] for one in _inputs(forms.edit_form(USUAL)).values()}
    again = forms.changed_meanwhile(replace(USUAL, version=13), controls.EDIT_FORM, {})
    assert not before & {one["action_id"] for one in _inputs(again).values()}


def test_a_closing_of_a_ticket_that_changed_keeps_the_note_and_says_how_it_is_now():
    view = forms.changed_meanwhile(
        record(version=13, stat=Status.DONE), controls.CLOSE_FORM, {"res": "fixed it"}
    )
    check_view(view)
    assert _inputs(view)["res"]["initial_value"] == "fixed it"
    assert "Done" in said(view["blocks"])
