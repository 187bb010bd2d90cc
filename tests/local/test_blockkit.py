"""Block Kit's rules, each with the reason that Slack gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local.fakeslack.blockkit.blocks import BLOCKS, ELEMENTS
from bot.local.fakeslack.blockkit.check import check_view, kept, what_is_wrong
from bot.local.fakeslack.errors import SlackError
from tests.local.shapes import actions, asked, button, home, menu, modal, option, section, words


def reason(*blocks, surface="message"):
    """What is wrong with the blocks, when it is one thing."""
    found = what_is_wrong(list(blocks), surface)
    assert len(found) == 1, found
    return found[0]


SOUND = [
    section(),
    section(fields=[words("a"), words("b", "mrkdwn")]),
    {"type": "section", "fields": [words("only fields")]},
    section(accessory=button()),
    section(accessory=menu("a", "b", initial_option=option("a"))),
    section(accessory={"type": "overflow", "action_id": "more", "options": [option("a")]}),
    section(accessory={"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"}),
    {"type": "divider"},
    {"type": "header", "text": words("T001")},
    {"type": "context", "elements": [words("a", "mrkdwn"), words("b")]},
    actions(button(), menu("a"), button("Close…", "close", "T001") | {"style": "danger"}),
    asked(element=menu("a", kind="radio_buttons")),
    asked(hint=words("a hint"), optional=True),
    {"type": "markdown", "text": "**bold**"},
    {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]},
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
    actions({"type": "datepicker", "action_id": "day", "initial_date": "2024-09-24"}),
    actions(
        button()
        | {"confirm": {"title": words("?"), "text": words("!"), "confirm": words("y"), "deny": words("n")}}
    ),
]


@pytest.mark.parametrize("block", SOUND, ids=lambda block: block["type"])
def test_a_sound_block_has_nothing_wrong(block):
    assert what_is_wrong([block]) == []


def rich(*elements, kind="rich_text_section"):
    inside = list(elements) or [{"type": "rich_text_section", "elements": []}]
    return {"type": "rich_text", "elements": [{"type": kind, "elements": inside}]}


def long(most):
    return "x" * (most + 1)


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (section(long(3000)), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/blocks/0]"),
        (section(fields=[words("a")] * 11), "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
        (section(fields=[words(long(2000))]), "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]"),
        ({"type": "header", "text": words(long(150))}, "must be less than 151 characters [json-pointer:/blocks/0/text/text]"),
        ({"type": "header", "text": words("a", "mrkdwn")}, "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"),
        ({"type": "context", "elements": [words("a")] * 11}, "no more than 10 items allowed [json-pointer:/blocks/0/elements]"),
        ({"type": "context", "elements": []}, "no less than 1 items allowed [json-pointer:/blocks/0/elements]"),
        (actions(*[button(action_id=f"a{n}") for n in range(26)]), "no more than 25 items allowed [json-pointer:/blocks/0/elements]"),
        (actions(button(long(75))), "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"),
        (actions(button(value=long(2000))), "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]"),
        (actions(button(action_id=long(255))), "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]"),
        (actions(button() | {"style": "green"}), "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]"),
        (actions(button() | {"text": words("a", "mrkdwn")}), "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/text/type]"),
        (actions({"type": "button", "action_id": "a"}), "missing required field: text [json-pointer:/blocks/0/elements/0]"),
        ({"type": "divider", "block_id": long(255)}, "must be less than 256 characters [json-pointer:/blocks/0/block_id]"),
        ({"type": "divider", "text": words("a")}, "invalid additional property: text [json-pointer:/blocks/0]"),
        ({"type": "sparkles"}, "unsupported type: sparkles [json-pointer:/blocks/0/type]"),
        ({"type": ["section"]}, "unsupported type: ['section'] [json-pointer:/blocks/0/type]"),
        ({}, "missing required field: type [json-pointer:/blocks/0]"),
        ("text", "must be an object [json-pointer:/blocks/0]"),
        (section(accessory={"type": "plain_text_input"}), "unsupported type: plain_text_input [json-pointer:/blocks/0/accessory/type]"),
        (actions(menu()), "no less than 1 items allowed [json-pointer:/blocks/0/elements/0/options]"),
        (actions(menu(*map(str, range(101)))), "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]"),
        (actions(menu(*"abcdef", kind="overflow")), "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]"),
        (actions(menu(*"abcdefghijk", kind="checkboxes")), "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]"),
        (actions(menu(*"abcdefghijk", kind="radio_buttons")), "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]"),
        (actions(menu("a", options=[option("a", long(75))])), "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]"),
        (actions(menu("a", options=[option(long(150), "a")])), "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]"),
        (actions(menu("a", initial_option=option("b"))), "must be one of the provided options [json-pointer:/blocks/0/elements/0/initial_option]"),
        (actions(menu("a", initial_option=option("a", "Other words"))), "must be one of the provided options [json-pointer:/blocks/0/elements/0/initial_option]"),
        (actions(menu("a", kind="checkboxes", initial_options=[])), "must be one of the provided options [json-pointer:/blocks/0/elements/0/initial_options]"),
        (actions({"type": "static_select", "action_id": "a"}), "must define exactly one of `options` or `option_groups` [json-pointer:/blocks/0/elements/0]"),
        (actions(menu("a", placeholder=words(long(150)))), "must be less than 151 characters [json-pointer:/blocks/0/elements/0/placeholder/text]"),
        (actions(button(), button("Again")), '`action_id` "start" already exists [json-pointer:/blocks/0/elements/1/action_id]'),
        ({"type": "markdown", "text": long(12_000)}, "must be less than 12001 characters [json-pointer:/blocks/0/text]"),
        ({"type": "image", "alt_text": "a"}, "must define exactly one of `image_url` or `slack_file` [json-pointer:/blocks/0]"),
        ({"type": "input", "element": {"type": "plain_text_input"}}, "missing required field: label [json-pointer:/blocks/0]"),
        (asked(element={"type": "plain_text_input", "max_length": 3001}), "must be less than 3001 [json-pointer:/blocks/0/element/max_length]"),
        (asked(element={"type": "plain_text_input", "max_length": 0}), "must be greater than 0 [json-pointer:/blocks/0/element/max_length]"),
        (asked(element={"type": "plain_text_input", "max_length": "9"}), "must be an integer [json-pointer:/blocks/0/element/max_length]"),
        (actions(menu("a", options=["a"])), "must be an object [json-pointer:/blocks/0/elements/0/options/0]"),
        (rich({"type": "text", "text": ""}), "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]"),
        (rich({"type": "mrkdwn", "text": "a"}), "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/elements/0/type]"),
        (rich({"type": "text", "text": "a", "style": {"big": True}}), "invalid additional property: big [json-pointer:/blocks/0/elements/0/elements/0/style]"),
        (rich({"type": "user"}), "missing required field: user_id [json-pointer:/blocks/0/elements/0/elements/0]"),
        (rich(kind="rich_text_list"), "missing required field: style [json-pointer:/blocks/0/elements/0]"),
        (rich(kind="paragraph"), "unsupported type: paragraph [json-pointer:/blocks/0/elements/0/type]"),
        ({"type": "rich_text", "elements": []}, "no less than 1 items allowed [json-pointer:/blocks/0/elements]"),
        (asked(optional="yes"), "must be a boolean [json-pointer:/blocks/0/optional]"),
        (section(7), "must be a string [json-pointer:/blocks/0/text/text]"),
        (section() | {"text": "bare"}, "must be an object [json-pointer:/blocks/0/text]"),
        ({"type": "context", "elements": "bare"}, "must be an array [json-pointer:/blocks/0/elements]"),
    ],
)  # fmt: skip
def test_an_unsound_block_is_refused_for_its_one_fault(block, expected):
    assert reason(block) == expected


def test_groups_of_options_count_as_options():
    groups = [
        {"label": words("one"), "options": [option("a")]},
        {"label": words("two"), "options": [option("b")]},
    ]
    select = {
        "type": "static_select",
        "action_id": "a",
        "option_groups": groups,
        "initial_option": option("b"),
    }
    assert what_is_wrong([actions(select)]) == []


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_a_surface_holds_so_many_blocks(surface, most):
    assert what_is_wrong([section()] * most, surface) == []
    assert (
        reason(*[section()] * (most + 1), surface=surface)
        == f"no more than {most} items allowed [json-pointer:/blocks]"
    )


def test_block_ids_are_unique():
    assert reason(section(block_id="a"), section(block_id="a")) == (
        '`block_id` "a" already exists [json-pointer:/blocks/1/block_id]'
    )


def test_action_ids_are_unique_within_their_block_only():
    """docs.slack.dev: "among all other action_ids in the containing block"."""
    assert what_is_wrong([actions(button(), block_id="a"), actions(button(), block_id="b")]) == []


def test_a_message_has_one_table():
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}
    assert reason(table, table) == "no more than 1 table allowed [json-pointer:/blocks]"


def test_markdown_is_limited_over_the_whole_message():
    block = {"type": "markdown", "text": "x" * 6001}
    assert (
        reason(block, block) == "must be less than 12001 characters of markdown in all [json-pointer:/blocks]"
    )


@pytest.mark.parametrize("surface", ["modal", "home"])
def test_tables_are_for_messages(surface):
    assert reason({"type": "markdown", "text": "x"}, surface=surface) == (
        "unsupported type: markdown [json-pointer:/blocks/0/type]"
    )


def test_one_element_takes_the_focus():
    field = {"type": "plain_text_input", "focus_on_load": True}
    assert reason(asked("a", dict(field)), asked("b", dict(field))) == (
        "only one element may have focus_on_load [json-pointer:/blocks]"
    )


def refused(view, *kinds):
    with pytest.raises(SlackError) as error:
        check_view(view, *(kinds or ("modal",)))
    assert error.value.code == "invalid_arguments"
    assert len(error.value.details["errors"]) == 1
    assert error.value.details["response_metadata"]["messages"] == [
        f"[ERROR] {error.value.details['errors'][0]}"
    ]
    return error.value.details["errors"][0]


def test_sound_views_are_taken():
    check_view(modal(asked(), section(block_id="s")), "modal")
    check_view(home(), "home")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"title": words(long(24))}, "must be less than 25 characters [json-pointer:/view/title/text]"),
        ({"submit": words(long(24))}, "must be less than 25 characters [json-pointer:/view/submit/text]"),
        ({"close": words(long(24))}, "must be less than 25 characters [json-pointer:/view/close/text]"),
        (
            {"private_metadata": long(3000)},
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        ({"callback_id": long(255)}, "must be less than 256 characters [json-pointer:/view/callback_id]"),
        ({"title": None}, "missing required field: title [json-pointer:/view]"),
        ({"submit": None}, "missing required field: submit [json-pointer:/view]"),
        ({"blocks": [section("")]}, "must be more than 0 characters [json-pointer:/view/blocks/0/text/text]"),
        ({"colour": "red"}, "invalid additional property: colour [json-pointer:/view]"),
        ({"type": "sheet"}, "unsupported type: sheet [json-pointer:/view/type]"),
        ({"blocks": "none"}, "must be an array [json-pointer:/view/blocks]"),
    ],
)
def test_an_unsound_modal_is_refused_for_its_one_fault(more, expected):
    assert refused(modal() | more) == expected


def test_a_view_fits_where_it_is_shown():
    assert refused(home()) == "must be one of: modal [json-pointer:/view/type]"
    assert refused(modal(), "home") == "must be one of: home [json-pointer:/view/type]"


def test_a_view_can_be_too_large():
    options = [option(f"{n}" + "v" * 140, "x" * 75) for n in range(100)]
    blocks = [
        asked(f"b{n}", {"type": "static_select", "action_id": "a", "options": options}) for n in range(20)
    ]
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(modal(*blocks), "modal")


def test_what_slack_keeps_has_every_id():
    numbers = iter("abc")
    blocks = kept(
        [section(accessory={"type": "button", "text": words("Go")}), section(block_id="mine")],
        lambda: next(numbers),
    )
    assert [block["block_id"] for block in blocks] == ["a", "mine"]
    assert blocks[0]["accessory"]["action_id"] == "b"
    assert blocks[0]["accessory"]["text"]["emoji"] is True


def test_keeping_blocks_leaves_the_callers_alone():
    mine = [section()]
    kept(mine, lambda: "a")
    assert mine == [section()]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = ["text", "elements", "element", "options", "option_groups", "accessory", "fields", "rows", "initial_option",
         "initial_options", "label", "block_id", "action_id", "value", "focus_on_load"]  # fmt: skip
KINDS = [*BLOCKS, *ELEMENTS, "plain_text", "mrkdwn"]
NEARLY = st.recursive(
    JSON,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.fixed_dictionaries({"type": st.sampled_from(KINDS)}, optional=dict.fromkeys(NAMES, inner))
    ),
    max_leaves=12,
)


@given(NEARLY | st.lists(NEARLY, max_size=3), st.sampled_from(["message", "modal", "home"]))
def test_whatever_comes_is_judged_and_never_trips_the_judge(blocks, surface):
    errors = what_is_wrong(blocks, surface)
    assert all("[json-pointer:/blocks" in error for error in errors)
    if not errors:
        kept(blocks, lambda: "id")
