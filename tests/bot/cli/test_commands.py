"""The command line: what it prints, and its exit codes: 0 done, 1 refused or failed, 2 wrong usage."""

import asyncio
import json
import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest

from bot.cli import main
from store import open_store
from tests.bot.cli.conftest import in_use


def test_the_four_dialogues_of_the_document(tickets):
    created = tickets("ask", "Create ticket: API timeout issues in production, medium priority")
    data = json.loads(created.stdout)
    today = data["data"].pop("created")
    assert data == {
        "status": "ok",
        "action": "created",
        "data": {
            "id": "T001",
            "title": "API timeout issues in production",
            "cat": "infra",
            "pri": 2,
            "stat": "open",
        },
    }
    assert len(today) == 10
    assert tickets("ask", "Update T001 to in progress, investigating load balancer").stdout == (
        '{"status":"ok","action":"updated","data":{"id":"T001","stat":"prog","res":"investigating load balancer"}}\n'
    )
    assert (
        tickets("ask", "Show me open high priority tickets").stdout == '{"status":"ok","count":0,"data":[]}\n'
    )
    assert tickets("ask", "Close T001, fixed load balancer configuration").stdout == (
        '{"status":"ok","action":"closed","data":{"id":"T001","stat":"done","res":"fixed load balancer configuration"}}\n'
    )


def test_ask_works_end_to_end_and_remembers(tickets):
    assert '"pri":1' in tickets("ask", "create API timeout, urgent").stdout
    assert json.loads(tickets("ask", "view open pri 1").stdout)["count"] == 1


def test_ask_in_a_thread_needs_no_id(tickets):
    tickets("ask", "create API timeout, urgent")
    done = tickets("ask", "--thread", "t1", "in progress")
    assert done.stdout == '{"status":"ok","action":"updated","data":{"id":"T001","stat":"prog"}}\n'


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("view T999", "nf"),
        ("close T0003", "er"),
        ("update T001 pri 9", "er"),
        ("close", "er"),
        ("delete T001", "er"),
    ],
)
def test_what_is_refused_says_so_and_exits_with_1(tickets, text, status):
    done = tickets("ask", text)
    assert done.exit_code == 1
    assert json.loads(done.stdout)["status"] == status


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "🔥",
        ":tada:",
        "\x00\x07",
        "a" * 4000,
        "T\u200b0\u200b1",
        "<@U0BOT>",
        "\ud800",
        "create \x1b[2J bell",
    ],
    ids=[
        "empty",
        "a blank",
        "an emoji",
        "an emoji's name",
        "control characters",
        "4,000 characters",
        "hidden ones",
        "a mention",
        "half a character",
        "an escape",
    ],
)
def test_whatever_is_typed_is_answered_in_one_line_of_json(tickets, text):
    done = tickets("ask", text)
    assert done.exit_code in (0, 1)
    assert json.loads(done.stdout)["status"] in ("ok", "er", "nf")
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nonsense"],
        ["nonsense"],
        ["ask"],
        ["parse"],
        ["parse", "x", "--jsonl"],
        ["ask", "x", "--thread", "T0003"],
    ],
)
def test_wrong_usage_exits_with_2(tickets, arguments):
    done = tickets(*arguments)
    assert done.exit_code == 2
    assert "Usage:" in done.stderr


def test_parse_prints_the_action(tickets):
    done = tickets("parse", "close T003, fixed")
    assert json.loads(done.stdout) == {
        "action": "CLOSE",
        "id": "T003",
        "res": "fixed",
        "via": "rules",
        "tokens": 0,
    }


def test_parse_with_a_model_that_there_is_none_of_says_who_reads_instead(tickets):
    done = tickets("parse", "--llm", "create login bug")
    assert json.loads(done.stdout)["via"] == "rules"
    assert "Warning: no model is configured" in done.stderr
    assert tickets("parse", "--rules", "create login bug").stderr == ""


def test_parse_reads_a_line_each_from_standard_input(tickets):
    done = tickets("parse", "-", stdin="close T003\nview T004\n")
    assert [json.loads(line)["action"] for line in done.stdout.splitlines()] == ["CLOSE", "VIEW"]


@pytest.mark.parametrize("dash", [(), ("-",)])
def test_parse_of_json_lines_keeps_the_order_and_answers_what_it_cannot_read(tickets, dash):
    lines = [
        {"text": "pri 1", "surface": "thread", "thread": "T012"},
        "not json",
        {"text": 5},
        {"text": "help", "surface": "smoke signal"},
        {"text": "<@U0BOT> close T003", "surface": "mention", "context": {}},
    ]
    stdin = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    done = tickets("parse", "--jsonl", *dash, stdin=stdin + "\n")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer.get("action") or answer["status"] for answer in answers] == [
        "UPDATE",
        "er",
        "er",
        "er",
        "CLOSE",
    ]
    assert answers[0]["id"] == "T012"
    assert done.exit_code == 0


def test_parse_survives_bytes_that_are_no_utf_8(tickets):
    done = tickets("parse", "--jsonl", stdin=b'{"text":"close T003\xff"}\n')
    assert len(done.stdout.splitlines()) == 1


def test_a_store_that_is_open_elsewhere_is_refused_in_one_sentence(tickets):
    with in_use():
        done = tickets("ask", "view open")
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1


def test_a_store_that_cannot_be_read_is_refused_in_one_sentence(tickets):
    Path("data").mkdir()
    Path("data/tickets.json").write_text('{"tickets": {"1": ', encoding="utf-8")
    done = tickets("ask", "view open")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.output


def test_a_store_path_that_cannot_be_written_is_refused_in_one_sentence(tickets, monkeypatch):
    Path("file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("TICKETS_STORE", "file/tickets.json")
    done = tickets("ask", "create API timeout")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.output


def test_settings_that_make_no_sense_say_what_would(tickets, monkeypatch):
    monkeypatch.setenv("TICKETS_PARSER", "magic")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    done = tickets("check")
    assert done.exit_code == 1
    assert "'auto', 'llm' or 'rules'" in done.stderr
    assert "secret" not in done.output


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SLACK_BOT_TOKEN": "xoxp-wrong", "SLACK_APP_TOKEN": "xapp-1"}, "starts with xoxb-"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "wrong"}, "starts with xapp-"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET is missing"),
    ],
)
def test_missing_and_wrong_tokens_are_named_with_their_remedy(tickets, monkeypatch, given, said):
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    for command in ([], ["check"]):
        done = tickets(*command)
        assert done.exit_code == 1
        assert said in done.output
        assert "Traceback" not in done.output


def test_check_of_a_fresh_start_finds_nothing_to_fix(tickets):
    done = tickets("check")
    assert done.exit_code == 0
    assert "FIX" not in done.stdout
    assert "no SLACK_BOT_TOKEN" in done.stdout


def test_a_taken_port_is_named_with_the_setting_that_moves_it(tickets):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = tickets("local", "--port", str(taken.getsockname()[1]))
    assert done.exit_code == 1
    assert "TICKETS_LOCAL_PORT" in done.stderr


@pytest.mark.parametrize(
    ("host", "said"),
    [
        (
            "127.0.0.1",
            "is in use, perhaps by another bot: stop that one, or set TICKETS_HEALTH_PORT to another port.",
        ),
        (
            "203.0.113.1",
            "203.0.113.1 is no address of this machine: set TICKETS_HOST to one, such as 127.0.0.1.",
        ),
    ],
)
def test_what_keeps_a_port_from_being_served_is_named_with_its_remedy(tickets, monkeypatch, host, said):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("TICKETS_HEALTH_PORT", str(taken.getsockname()[1]))
        monkeypatch.setenv("TICKETS_HOST", host)
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
        monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
        done = tickets("run")
    assert done.exit_code == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_question_of_the_check_ends_in_its_question_mark(tickets, monkeypatch):
    monkeypatch.setenv("SLACK_TOKEN", "x")
    assert "did you mean SLACK_BOT_TOKEN?\n" in tickets("check").stdout


@pytest.mark.parametrize(
    ("given", "warned"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1", "TICKETS_STORE": "team.json"}, True),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, False),
        ({"TICKETS_STORE": "mine.json"}, False),
    ],
)
def test_a_trial_in_the_teams_own_store_is_warned_of(tickets, monkeypatch, given, warned):
    monkeypatch.delenv("TICKETS_STORE", raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = tickets("local", "--port", str(taken.getsockname()[1]))  # which ends at once
    assert ("go into TICKETS_STORE, as those of the bot in Slack do" in done.stderr) is warned


def test_run_without_tokens_says_what_is_missing_and_does_not_start_the_local_workspace(tickets):
    done = tickets("run")
    assert done.exit_code == 1
    assert "SLACK_BOT_TOKEN is missing" in done.stderr
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "view open"],
        ["parse", "view open"],
        ["check"],
        ["export"],
        ["run"],
        ["copy", "a.json", "b.json"],
        ["restore", "a.json", "--yes"],
    ],
)
def test_every_command_names_a_misspelt_variable_with_the_right_one(tickets, monkeypatch, arguments):
    monkeypatch.setenv("TICKETS_ADMIN", "U0ADA")
    assert "TICKETS_ADMIN is not a setting: did you mean TICKETS_ADMINS?" in tickets(*arguments).stderr


def test_check_counts_a_misspelt_variable_as_something_to_fix(tickets, monkeypatch):
    monkeypatch.setenv("TICKETS_ADMIN", "U0ADA")
    done = tickets("check")
    assert done.exit_code == 1
    assert "FIX  Settings: TICKETS_ADMIN is not a setting" in done.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TICKETS_PROMPT", "nope"),
        ("TICKETS_ADMINS", "@ada, bob@example.com"),
        ("TICKETS_TIMEZONE", "Mars"),
        ("PORT", "99999"),
        ("TICKETS_HEALTH_PORT", "x"),
        ("SLACK_API_URL", "https://me:pass@slack.example/api/"),
    ],
)
@pytest.mark.parametrize("arguments", [["check"], ["parse", "view open"], ["ask", "view open"], []])
def test_a_setting_that_cannot_be_right_ends_every_command_in_one_sentence(
    tickets, monkeypatch, arguments, name, value
):
    monkeypatch.setenv(name, value)
    done = tickets(*arguments)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"Error: {name}: ")
    assert done.stderr.count("\n") == 1


def test_an_env_file_in_another_encoding_ends_every_command_in_one_sentence(tickets):
    Path(".env").write_bytes("TICKETS_MODEL=x\n".encode("utf-16"))
    done = tickets("check")
    assert done.exit_code == 1
    assert done.stderr == "Error: .env is not UTF-8 text: save it again in the encoding UTF-8.\n"


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_a_terminal_without_the_characters_gets_their_json_escapes_and_no_failure():
    done = command("ask", "create プリンター 🔥 broken – naïve", PYTHONIOENCODING="cp1252")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.decode("cp1252"))["data"]["title"] == "プリンター 🔥 broken – naïve"
    exported = command("export", PYTHONIOENCODING="cp1252")
    assert exported.returncode == 0
    assert "プリンター 🔥 broken – naïve" in exported.stdout.decode("utf-8")


@pytest.mark.parametrize(
    "arguments",
    [
        ["version"],
        ["manifest"],
        ["check"],
        ["export", "--format", "csv"],
        ["parse", "view open"],
        ["ask", "view open"],
    ],
)
def test_an_output_that_is_full_is_said_in_one_sentence(arguments):
    asyncio.run(_make_store())
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    said = "Error: standard output cannot be written: No space left on device.\n"
    assert (done.returncode, done.stderr) == (1, said)


async def _make_store():
    await (await open_store("data/tickets.json")).close()


def test_while_the_bot_runs_one_sentence_says_what_to_do_instead_of_asking(tickets):
    with in_use():
        done = tickets("ask", "view open")
    assert done.exit_code == 1
    assert "in use by another process" in done.stderr
    assert "or write to the bot itself" in done.stderr
    assert done.stderr.count("\n") == 1


def test_tickets_are_exported_while_the_bot_runs(tickets):
    assert tickets("ask", "create login bug").exit_code == 0
    with in_use():
        done = tickets("export")
    assert done.exit_code == 0
    assert "login bug" in done.stdout


def test_what_nobody_foresaw_is_a_sentence_with_a_reference_and_the_log_has_the_rest(tickets, mocker):
    mocker.patch("bot.cli._ask", side_effect=KeyError("xoxb-1-canary"))
    done = tickets("ask", "view open")
    assert done.exit_code == 1
    assert "Error: Something went wrong here" in done.stderr
    assert "KeyError" in done.stderr
    assert "canary" not in done.stderr


def test_a_byte_order_mark_before_the_first_line_is_passed_over(tickets):
    done = tickets("parse", "--jsonl", stdin=b'\xef\xbb\xbf{"text":"close T003"}\n')
    assert json.loads(done.stdout)["action"] == "CLOSE"


def test_parse_loads_neither_slack_nor_openai():
    check = "import sys\nsys.argv=['tickets','parse','close T003']\nfrom bot.cli import main\nmain(standalone_mode=False)\nprint([name for name in ('slack_bolt','slack_sdk','openai','tinydb') if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(("group", "least"), [((), 13), (("parked",), 3)])
def test_the_help_tells_every_command_in_a_whole_line(tickets, group, least):
    commands = tickets(*group, "--help").stdout.partition("Commands:\n")[2].splitlines()
    assert len(commands) >= least
    assert all(line.endswith(".") and not line.endswith("...") for line in commands)


def test_the_check_as_json_has_the_next_step_of_each_finding_and_the_same_exit_code(tickets, monkeypatch):
    done = tickets("check", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["ok"] is True
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxp-canary")
    done = tickets("check", "--json")
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert told["ok"] is False
    assert {
        "ok": False,
        "about": "Slack",
        "what": "SLACK_BOT_TOKEN is not a bot token",
        "next": "use the one that starts with xoxb- from OAuth & Permissions",
    } in told["findings"]
    assert "canary" not in done.stdout


def test_a_setting_that_cannot_be_right_is_a_finding_of_the_check_as_json(tickets, monkeypatch):
    monkeypatch.setenv("TICKETS_KEEP_DONE", "3d")
    done = tickets("check", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout) == {
        "ok": False,
        "findings": [
            {
                "ok": False,
                "about": "Settings",
                "what": "TICKETS_KEEP_DONE",
                "next": "must be a number of days, at least 7, such as 365d",
            }
        ],
    }
    Path(".env").write_bytes("TICKETS_MODEL=x\n".encode("utf-16"))
    [found] = json.loads(tickets("check", "--json").stdout)["findings"]
    assert found["what"] == ".env is not UTF-8 text"


def test_the_manifest_for_http_names_the_address_or_says_why_not(tickets):
    assert (
        "request_url: https://desk.example/slack/events"
        in tickets("manifest", "--http", "https://desk.example").stdout
    )
    refused = tickets("manifest", "--http", "http://desk.example")
    assert refused.exit_code == 2
    assert "https://" in refused.stderr


def test_an_admins_commands_can_be_asked_as_slash_commands(tickets, monkeypatch):
    monkeypatch.setenv("TICKETS_ADMINS", "U0ADMIN")
    tickets("ask", "create login bug")
    assert tickets("ask", "--as", "U0ADMIN", "delete T001").exit_code == 1
    assert tickets("ask", "--as", "U0LOCAL", "--surface", "slash", "delete T001").exit_code == 1
    assert tickets("ask", "--as", "U0ADMIN", "--surface", "slash", "delete T001").exit_code == 0
    assert tickets("ask", "view T001").stdout == '{"status":"nf","msg":"T001"}\n'


@pytest.mark.parametrize("who", ["bob", "@bob", "u012", ""])
def test_whoever_asks_has_a_slack_user_id(tickets, who):
    done = tickets("ask", "--as", who, "view open")
    assert done.exit_code == 2
    assert "no Slack user id" in done.stderr


@pytest.mark.parametrize(
    "before", [["-vv", "ask", "stats"], ["ask", "-vv", "stats"], ["ask", "stats", "-vv"]]
)
def test_what_is_said_more_in_the_log_is_asked_for_before_or_behind_the_command(tickets, before):
    tickets(*before)
    assert logging.getLogger().level == logging.DEBUG


def test_every_command_can_be_asked_to_say_more():
    groups = [main]
    while groups:
        for command in groups.pop().commands.values():
            assert "--verbose" in [name for each in command.params for name in each.opts]
            groups += [command] if isinstance(command, click.Group) else []
