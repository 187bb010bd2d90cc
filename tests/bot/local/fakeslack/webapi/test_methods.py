"""Every method of the Web API, whatever it is called with: an answer or one of Slack's errors, nothing else."""

import contextlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local.fakeslack.clock import ManualClock
from bot.local.fakeslack.errors import SlackError
from bot.local.fakeslack.platform import Settings, build
from bot.local.fakeslack.webapi.call import Call
from bot.local.fakeslack.webapi.methods import METHODS
from bot.local.fakeslack.workspace.people import BOT
from tests.bot.local.fakeslack.samples import home, modal, section
from tests.support.profiles import examples

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
WORDS = ["C0SUPPORT", "U0ENGINEER", "support", "1700000000.000001", "1.2.x", "x", "", "{", "[]", "0", "-1"]
SHAPES = [modal(), home(), [section()], [{"id": "F0000000001"}], {"event_type": "x", "event_payload": {}}]
LIKELY = st.sampled_from([*WORDS, *SHAPES])
NAMES = [
    "channel", "channel_id", "user", "users", "user_id", "text", "blocks", "ts", "thread_ts", "message_ts", "timestamp",
    "name", "view", "view_id", "external_id", "hash", "trigger_id", "limit", "cursor", "oldest", "latest", "metadata",
    "attachments", "markdown_text", "files", "filename", "length", "status", "loading_messages", "initial_comment",
]  # fmt: skip


TS = "1700000000.000001"
RIGHT = {
    "channel": "C0SUPPORT", "channel_id": "C0SUPPORT", "user": "U0ENGINEER", "users": "U0ENGINEER", "user_id": "U0ENGINEER",
    "text": "x", "ts": TS, "thread_ts": TS, "message_ts": TS, "timestamp": TS, "name": "eyes", "view": home(),
    "files": [{"id": "F0000000001"}], "filename": "x.csv", "length": 1, "status": "is thinking…",
}  # fmt: skip


@pytest.mark.parametrize("method", sorted(METHODS))
@examples(0.5)
@given(
    args=st.dictionaries(st.sampled_from(NAMES), LIKELY | JSON, max_size=3).map(lambda wrong: RIGHT | wrong)
)
def test_a_method_answers_whatever_it_is_asked(method, args):
    platform = build(ManualClock(), Settings(subscriptions=frozenset()), None, None, random.Random(0))
    platform.post(platform.workspace.channel("support"), BOT, "a message of the bot's")
    with contextlib.suppress(SlackError):
        assert isinstance(METHODS[method].method(platform, Call(method, args)), dict)


async def test_everybody_can_be_listed_page_by_page(client):
    first = await client.users_list(limit=3)
    second = await client.users_list(limit=100, cursor=first["response_metadata"]["next_cursor"])
    names = [user["name"] for user in [*first["members"], *second["members"]]]
    assert names[:2] == ["tickets", "engineer"]
    assert "former" in names
    assert second["response_metadata"]["next_cursor"] == ""
