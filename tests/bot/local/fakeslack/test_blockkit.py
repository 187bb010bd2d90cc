"""What Block Kit the local Slack takes: what slack_sdk's models refuse is refused, and so is what they and slackblocks
let through though Slack does not."""

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from slackblocks.errors import InvalidUsageError

from bot.local.fakeslack.blockkit import limits
from bot.local.fakeslack.blockkit.check import check_view, what_is_wrong
from bot.local.fakeslack.blockkit.elements import add_defaults
from bot.local.fakeslack.errors import SlackError
from tests.bot.local.fakeslack.samples import (
    actions,
    asked,
    button,
    home,
    menu,
    modal,
    option,
    section,
    words,
)
from tests.support.blockkit.as_slackblocks import slackblock


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


def rich(*elements, kind="rich_text_section", **more):
    inside = list(elements) or [{"type": "rich_text_section", "elements": []}]
    return {"type": "rich_text", "elements": [{"type": kind, "elements": inside, **more}]}


def long(most):
    return "x" * (most + 1)


@pytest.mark.parametrize(
    "block",
    [
        section(long(3000)),
        section(""),
        {"type": "section"},
        section(fields=[words("a")] * 11),
        {"type": "header", "text": words(long(150))},
        {"type": "context", "elements": [words("a")] * 11},
        actions(*[button(action_id=f"a{n}") for n in range(26)]),
        actions(button(long(75))),
        actions(button(value=long(2000))),
        actions(button(action_id=long(255))),
        actions(button() | {"style": "green"}),
        actions({"type": "button", "action_id": "a"}),
        {"type": "divider", "block_id": long(255)},
        {"type": "divider", "block_id": 7},
        {"type": "sparkles"},
        {"type": ["section"]},
        {},
        "text",
        actions(menu(*map(str, range(101)))),
        actions(menu(*"abcdef", kind="overflow")),
        actions(menu("a", options=[option("a", long(75))])),
        actions(menu("a", options=[option(long(150), "a")])),
        actions(menu("a", options=["a"])),
        actions({"type": "static_select", "action_id": "a"}),
        actions(menu("a", placeholder=words(long(150)))),
        {"type": "markdown", "text": long(12_000)},
        {"type": "input", "element": {"type": "plain_text_input"}},
        rich({"type": "user"}),
        section(7),
        # What its models drop when they read it:
        {"type": "context", "elements": []},
        {"type": "divider", "text": words("a")},
        {"type": "rich_text", "elements": []},
        actions(menu()),
        actions(menu("a", kind="checkboxes", initial_options=[])),
        rich({"type": "text", "text": ""}),
        rich(kind="paragraph"),
        section() | {"text": "bare"},
        {"type": "context", "elements": "bare"},
    ],
)
def test_what_slack_sdks_models_refuse_or_drop_is_refused_once(block):
    assert len(what_is_wrong([block])) == 1


LACKING = [
    ((asked("a", {"type": "plain_text_input", "action_id": "a", "max_length": 3, "initial_value": "four"}),), "must be less than 4 characters [json-pointer:/blocks/0/element/initial_value]"),
    ((section(accessory={"type": "plain_text_input", "action_id": "a"}),), "unsupported type: plain_text_input [json-pointer:/blocks/0/accessory/type]"),
    (({"type": "header", "text": words("a", "mrkdwn")},), "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"),
    ((actions(button() | {"text": words("a", "mrkdwn")}),), "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/text/type]"),
    ((actions(menu("a", placeholder=words("?"), initial_option=option("b"))),), "must be one of the provided options [json-pointer:/blocks/0/elements/0/initial_option]"),
    ((actions(menu("a", placeholder=words("?"), initial_option=option("a", "Other words"))),), "must be one of the provided options [json-pointer:/blocks/0/elements/0/initial_option]"),
    ((actions(button(), button("Again")),), '`action_id` "start" already exists [json-pointer:/blocks/0/elements/1/action_id]'),
    ((section(block_id="a"), section(block_id="a")), '`block_id` "a" already exists [json-pointer:/blocks/1/block_id]'),
    (({"type": "image", "alt_text": "a"},), "must define exactly one of `image_url` or `slack_file` [json-pointer:/blocks/0]"),
    ((asked(optional="yes"),), "must be a boolean [json-pointer:/blocks/0/optional]"),
    ((rich({"type": "mrkdwn", "text": "a"}),), "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/elements/0/type]"),
    ((rich({"type": "text", "text": "a", "style": {"big": True}}),), "invalid additional property [json-pointer:/blocks/0/elements/0/elements/0/style]"),
    ((rich(kind="rich_text_list"),), "missing required field: style [json-pointer:/blocks/0/elements/0]"),
    (({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]},) * 2, "no more than 1 table allowed [json-pointer:/blocks]"),
    (({"type": "markdown", "text": "x" * 6001},) * 2, "must be less than 12001 characters of markdown in all [json-pointer:/blocks]"),
    ((asked("a", {"type": "plain_text_input", "action_id": "a", "focus_on_load": True}), asked("b", {"type": "plain_text_input", "action_id": "b", "focus_on_load": True})), "only one element may have focus_on_load [json-pointer:/blocks]"),
]  # fmt: skip


@pytest.mark.parametrize(("blocks", "expected"), LACKING)
def test_each_limit_of_its_own_is_one_that_neither_library_has(blocks, expected):
    """Once one of them has it, the local Slack's own is to be deleted."""
    assert reason(*blocks) == expected
    for block in blocks:
        Block.parse(block).validate_json()
        if block["type"] in ("section", "header", "actions", "input"):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    slackblock(block)
            except InvalidUsageError as error:
                pytest.fail(f"slackblocks has it: {error}")


def test_a_message_holds_so_many_blocks():
    assert what_is_wrong([section()] * limits.MAX_BLOCKS) == []
    assert reason(*[section()] * 51) == "no more than 50 items allowed [json-pointer:/blocks]"


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


def test_action_ids_are_unique_within_their_block_only():
    """docs.slack.dev: "among all other action_ids in the containing block"."""
    assert what_is_wrong([actions(button(), block_id="a"), actions(button(), block_id="b")]) == []


@pytest.mark.parametrize("surface", ["modal", "home"])
def test_tables_are_for_messages(surface):
    assert reason({"type": "markdown", "text": "x"}, surface=surface) == (
        "unsupported type: markdown [json-pointer:/blocks/0/type]"
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
    "more",
    [
        {"title": words(long(24))},
        {"submit": words(long(24))},
        {"close": words(long(24))},
        {"private_metadata": long(3000)},
        {"callback_id": long(255)},
        {"title": None},
        {"blocks": [section("")]},
        {"blocks": [section()] * 101},
        {"colour": "red"},
        {"type": "sheet"},
        {"blocks": "none"},
    ],
)
def test_an_unsound_modal_is_refused_for_its_one_fault(more):
    assert refused(modal() | more)


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
    blocks = add_defaults(
        [section(accessory={"type": "button", "text": words("Go")}), section(block_id="mine")],
        lambda: next(numbers),
    )
    assert [block["block_id"] for block in blocks] == ["a", "mine"]
    assert blocks[0]["accessory"]["action_id"] == "b"
    assert blocks[0]["accessory"]["text"]["emoji"] is True


def test_keeping_blocks_leaves_the_callers_alone():
    mine = [section()]
    add_defaults(mine, lambda: "a")
    assert mine == [section()]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = ["text", "elements", "element", "options", "option_groups", "accessory", "fields", "rows", "initial_option",
         "initial_options", "label", "block_id", "action_id", "value", "focus_on_load"]  # fmt: skip
KINDS = ["section", "header", "context", "actions", "input", "image", "markdown", "table", "rich_text", "divider",
         "button", "static_select", "overflow", "checkboxes", "plain_text_input", "plain_text", "mrkdwn"]  # fmt: skip
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
        add_defaults(blocks, lambda: "id")
