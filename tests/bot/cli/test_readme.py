"""What the README tells people to write and to run works as it stands there."""

import re
from pathlib import Path

import pytest

from bot.cli import main

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def in_table(title: str, column: int) -> list[str]:
    """What stands in backticks in a column of a section's tables."""
    rows = [row.split("|")[column] for row in section(title).splitlines() if row.startswith("|")]
    return re.findall(r"`([^`]+)`", "\n".join(rows))


def test_each_example_does_something_in_an_empty_store_read_from_top_to_bottom(tickets):
    examples = in_table("What to write", 2)
    assert len(examples) > 15
    for example in examples:
        answer = tickets("ask", example)
        assert answer.exit_code == 0, f"{example}: {answer.output}"
        assert '"count":0' not in answer.stdout, example
        assert "unchanged" not in answer.stdout, example
        assert '"action":"help"' not in answer.stdout, example


def test_a_reply_in_a_thread_needs_no_id(tickets):
    tickets("ask", "create API timeout, urgent")
    replies = re.findall(r"`([^`]+)`", section("What to write").partition("neither the mention")[2])[:3]
    for reply in replies:
        answer = tickets("ask", "--thread", "T001", reply)
        assert '"status":"ok"' in answer.stdout, reply


def test_the_table_of_commands_has_every_command():
    named = {command.split()[1] for command in in_table("On the command line", 1) if " " in command}
    assert named == set(main.commands)


@pytest.mark.parametrize("ending", [r"&& \.venv/bin/tickets", r"-m tests"])
def test_trying_and_testing_are_one_line_each(ending):
    assert re.search(
        rf"^    python3 -m venv \.venv && \.venv/bin/pip install .*{ending}$", README, re.MULTILINE
    )
