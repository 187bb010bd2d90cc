"""Reading the environment: an invalid value is named with its remedy, a misspelt name with the one that was meant."""

from pathlib import Path

import pytest

from bot import settings as configured
from bot.settings import SettingsError, find_misspelt, load


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"admins": "@ada, bob@example.com"}, "TICKETS_ADMINS: must be Slack member ids such as U012AB3CD"),
        ({"admins": "U0ADA, bob"}, "TICKETS_ADMINS: must be"),
        ({"prompt": "nope"}, "TICKETS_PROMPT: must be one of "),
        ({"reactions": "nope"}, "TICKETS_REACTIONS: must be on or off."),
        ({"PORT": "abc"}, "PORT: must be a whole number."),
        ({"log": "xml"}, "TICKETS_LOG: must be 'text' or 'json'."),
        ({"timezone": "Mars/North"}, "TICKETS_TIMEZONE: must be a time zone's name"),
        ({"PORT": "99999"}, "PORT: "),
        ({"health_port": "many"}, "TICKETS_HEALTH_PORT: "),
        ({"log": "xml"}, "TICKETS_LOG: "),
        ({"keep_done": "400"}, "TICKETS_KEEP_DONE: must be a number of days, at least 7, such as 365d"),
        ({"keep_done": "6d"}, "TICKETS_KEEP_DONE: must be"),
        ({"keep_done": "1y"}, "TICKETS_KEEP_DONE: must be"),
        ({"SLACK_API_URL": "slack.com/api"}, "SLACK_API_URL: must be a web address"),
        ({"SLACK_API_URL": "https://me:pass@slack.com/api/"}, "must hold no user name and password"),
        ({"OPENAI_BASE_URL": "localhost:11434"}, "OPENAI_BASE_URL: must be a web address"),
        ({"OPENAI_BASE_URL": "http://host:port/v1"}, "OPENAI_BASE_URL: must be a web address"),
    ],
)
def test_what_cannot_be_right_is_named_in_one_sentence_and_never_quoted(given, said):
    with pytest.raises(SettingsError) as refused:
        load(**given)
    told = str(refused.value)
    assert said in told
    assert told.count("\n") == 0
    assert "Value error" not in told
    assert not any(value in told for value in given.values())


@pytest.mark.parametrize("blank", ["", " ", "\t"])
@pytest.mark.parametrize(
    "name", ["SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "TICKETS_ADMINS", "PORT", "TICKETS_STORE"]
)
def test_a_blank_setting_is_one_that_is_not_set(monkeypatch, name, blank):
    monkeypatch.setenv(name, blank)
    assert load() == load_without(monkeypatch, name)


def load_without(monkeypatch, name):
    monkeypatch.delenv(name)
    return load()


def test_a_blank_signing_secret_is_missing_and_said_to_be(monkeypatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", " xoxb-1 ")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "  ")
    (fault,) = load().faults()
    assert "SLACK_SIGNING_SECRET is missing" in fault


def test_reasoning_alone_can_be_set_to_nothing(monkeypatch):
    assert load().reasoning == "none"
    monkeypatch.setenv("TICKETS_REASONING", "")
    assert load().reasoning == ""


def test_without_a_token_the_tickets_are_those_of_a_trial(monkeypatch):
    assert load().store == "data/local.json"
    assert load(SLACK_BOT_TOKEN="xoxb-1").store == "data/tickets.json"
    assert load(SLACK_BOT_TOKEN="xoxb-1").for_trial().store == "data/local.json"
    monkeypatch.setenv("TICKETS_STORE", "mine.json")
    assert load().store == load(SLACK_BOT_TOKEN="xoxb-1").for_trial().store == "mine.json"


def test_the_place_of_the_store_is_absolute_and_hides_what_is_secret():
    assert load(store="data/x.json").store_location == str(Path("data/x.json").absolute())
    assert load(store="~/x.json").store == str(Path("~/x.json").expanduser())
    shown = load(store="postgresql://me:pass@db.example:5432/tickets?sslkey=k").store_location
    assert shown == "postgresql://db.example/tickets"


@pytest.mark.parametrize(
    ("hosts", "shown"),
    [
        ("db.example:5433", "db.example:5433"),
        ("db1,db2", "db1,db2"),
        ("db1:5432,db2:5433", "db1,db2:5433"),
        ("[::1]:5433", "[::1]:5433"),
    ],
)
def test_the_place_of_a_database_is_told_apart_from_that_of_another_port(hosts, shown):
    location = load(store=f"postgresql://me:p@ss@{hosts}/tickets").store_location
    assert location == f"postgresql://{shown}/tickets"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("me:se#cret@db/tickets", "db/tickets"),
        ("me:se?cret@db:5433/tickets?user=a@b", "db:5433/tickets"),
        ("db/tickets?password=se@cret", "db/tickets"),
        ("me:se/cret@db/tickets", "db/tickets"),  # not an address, but it is shown when it fails
        ("me:secret", "me"),
    ],
)
def test_no_part_of_a_password_is_shown_with_the_place_of_a_database(address, shown):
    assert load(store=f"postgresql://{address}").store_location == f"postgresql://{shown}"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("TICKETS_ADMIN", "TICKETS_ADMINS"),
        ("TICKET_STORE", "TICKETS_STORE"),
        ("TICKETS_TIME_ZONE", "TICKETS_TIMEZONE"),
        ("SLACK_BOT_TOKN", "SLACK_BOT_TOKEN"),
        ("SLACK_SIGNIN_SECRET", "SLACK_SIGNING_SECRET"),
        ("TICKETS_BOT_TOKEN", "SLACK_BOT_TOKEN"),
        ("TICKETS_PORT", "PORT"),
    ],
)
def test_a_misspelt_variable_is_named_with_the_nearest_right_one(name, meant):
    assert find_misspelt(None, {name: "x"}) == [f"{name} is not a setting: did you mean {meant}?"]


def test_one_of_ours_that_resembles_nothing_is_named_too():
    assert find_misspelt(None, {"TICKETS_FROBNICATE": "1"}) == [
        "TICKETS_FROBNICATE is not a setting: OPERATIONS.md lists those there are."
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_CHANNEL", "#ops"),
        ("SLACK_WEBHOOK_URL", "https://hooks.example"),
        ("TICKETS_SERVICE_HOST", "10.0.0.1"),
        ("TICKETS_PORT", "tcp://10.0.0.1:3000"),
        ("TICKETS_PORT_3000_TCP_ADDR", "10.0.0.1"),
        ("PATH", "/bin"),
    ],
)
def test_what_belongs_to_somebody_else_is_left_alone(name, value):
    assert find_misspelt(None, {name: value}) == []


def test_every_setting_there_is_is_spelt_right():
    every = {
        configured._variable_name((str(field.validation_alias or name),))
        for name, field in configured.Settings.model_fields.items()
    }
    assert find_misspelt(None, dict.fromkeys(every, "x")) == []


def test_a_misspelt_name_in_the_file_is_found_as_well(tmp_path):
    file = tmp_path / ".env"
    file.write_text("TICKETS_ADMIN=U1\n", encoding="utf-8")
    assert len(find_misspelt(file, {})) == 1


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    file = tmp_path / ".env"
    file.write_bytes(b"\xef\xbb\xbfTICKETS_MODEL=small\n")
    assert load(file).model == "small"


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
@pytest.mark.parametrize("reads", [load, lambda file: find_misspelt(file, {})], ids=["load", "misspelt"])
def test_a_file_in_another_encoding_is_said_to_be(tmp_path, encoding, reads):
    file = tmp_path / ".env"
    file.write_bytes("TICKETS_MODEL=naïve\n".encode(encoding))
    with pytest.raises(SettingsError, match="is not UTF-8 text"):
        reads(file)


def test_every_setting_is_in_the_page_on_operations():
    operations = (Path(__file__).parents[2] / "OPERATIONS.md").read_text(encoding="utf-8")
    for name, field in configured.Settings.model_fields.items():
        assert f"`{configured._variable_name((str(field.validation_alias or name),))}`" in operations
