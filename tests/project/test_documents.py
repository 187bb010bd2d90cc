"""Everything that the documents refer to exists: files, folders, headings, tests, names in the code, commands, settings,
metrics."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from bot import settings as configured
from bot.cli import main

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path.relative_to(ROOT)
    for pattern in (
        "*.md",
        "bot/**/README.md",
        "store/**/README.md",
        "prompts/README.md",
        "tests/**/README.md",
    )
    for path in ROOT.glob(pattern)
)


def anchors(document: Path) -> set[str]:
    """The document's headings in the form of link targets."""
    headings = re.findall(r"^#+ (.+)$", (ROOT / document).read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_links_lead_to_files_and_headings_that_are_there(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    for target, heading in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", text):
        there = (document.parent / target) if target else document
        assert (ROOT / there).exists(), target
        assert not heading or heading in anchors(there), heading


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_files_of_the_tests_that_are_named_are_there(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    for named in re.findall(r"(?<![\w/.-])tests/[\w./]*\w", text):
        assert list(ROOT.glob(f"{named}*")), named


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_what_the_documents_choose_of_a_file_of_tests_by_a_word_is_there(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    for path, word in re.findall(r"pytest (tests/[\w./]+\.py) -k (\w+)", text):
        names = re.findall(
            r"^(?:async )?def (test_\w+)", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE
        )
        assert [name for name in names if word in name], word


FOR_DEVELOPERS = ("CONTRIBUTING.md", "bot/parser/README.md", "tests/tools/README.md")
FOR_USERS = ("README.md", "OPERATIONS.md", "store/postgres/README.md")
OTHERS = {"TICKETS_TEST_STORE"}  # variables that are no settings
# `tickets` where a command begins: first, in a folder, or after settings and `runuser … --`.
_COMMAND = r"(?:^|[=\w]+=\S+ |-- |bin/|&& )tickets(?: -v+)? ([a-z]+)\b([^|;&#`\n]*)"
TO_BE_WRITTEN = {"pl.txt"}  # files that the documents tell how to write


def read(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def in_backticks(document: str, pattern: str) -> list[str]:
    """What `pattern` finds in the document's code between backticks."""
    spans = re.findall(r"`([^`\n]+)`", read(document))
    return [found for span in spans for found in re.findall(pattern, span)]


@cache
def program_words() -> frozenset[str]:
    """Every word of the program's code, and of the tests' code that documents may name."""
    words: set[str] = set()
    for folder in ("bot", "store", "prompts", "tests"):
        for path in (ROOT / folder).rglob("*.py"):
            if path != Path(__file__):
                words.update(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    return frozenset(words)


@pytest.mark.parametrize("document", FOR_DEVELOPERS)
def test_names_in_the_code_that_are_named_are_there(document):
    names = in_backticks(document, r"(?<![\w./-])[A-Za-z_]*[A-Za-z]_\w+(?![\w./-])|^[A-Z]\w+$")
    for name in set(names) - set(configured._variables().values()):
        assert name in program_words(), name


@pytest.mark.parametrize("document", FOR_DEVELOPERS)
def test_files_of_the_program_that_are_named_are_there(document):
    for named in in_backticks(document, r"^(?:[\w-]+/)*[\w-]+\.(?:py|txt|yml|toml|sql)$|^(?:[\w-]+/)+$"):
        if Path(named).name not in TO_BE_WRITTEN:
            assert any(ROOT.glob(named)) or any(ROOT.glob(f"[bpst]*/**/{named}")), named


@pytest.mark.parametrize("document", [*FOR_USERS, *FOR_DEVELOPERS])
def test_commands_and_options_of_tickets_that_are_named_are_there(document):
    spans = re.findall(r"`([^`\n]+)`", read(document)) + re.findall(
        r"^ {4,}(.+)$", read(document), re.MULTILINE
    )
    for name, rest in re.findall(_COMMAND, "\n".join(spans), re.MULTILINE):
        command: Any = main.commands[name]
        options = {option for parameter in command.params for option in parameter.opts}
        for option in re.findall(r" (--[a-z]+)", rest):
            assert option in options, f"tickets {name} {option}"
        if isinstance(command, click.Group) and (given := re.match(r" ([a-z]+)", rest)):
            assert given[1] in command.commands, f"tickets {name} {given[1]}"


@pytest.mark.parametrize("document", [*FOR_USERS, *FOR_DEVELOPERS, "prompts/README.md"])
def test_settings_that_are_named_are_settings(document):
    named = set(re.findall(r"(?<![\w])(?:TICKETS|SLACK|OPENAI)_[A-Z_]+\b", read(document)))
    assert named <= set(configured._variables().values()) | OTHERS


def test_the_defaults_in_the_table_of_settings_are_those_of_the_program():
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)` \|", read("OPERATIONS.md"), re.MULTILINE))
    defaults = {
        configured._variable_name((str(field.validation_alias or name),)): field.default
        for name, field in configured.Settings.model_fields.items()
    }
    defaults = {variable: default for variable, default in defaults.items() if variable in rows}
    assert len(defaults) > 10
    for variable, default in defaults.items():
        number = f"{default:g}" if isinstance(default, float) else str(default)
        assert rows[variable] == ("on" if default is True else number), variable


def test_metrics_that_are_named_are_served():
    metrics = (ROOT / "bot/app/monitoring/metrics.py").read_text(encoding="utf-8")
    alerts = [alert["expr"] for alert in _alerts()]
    named = re.findall(r"\btickets_[a-z_]+\b", "\n".join([*in_backticks("OPERATIONS.md", r".+"), *alerts]))
    for name in {re.sub(r"_(total|bucket|count)$", "", one) for one in named} - {"tickets_bot"}:
        assert f'"{name}' in metrics, name


def _alerts() -> list[dict[str, str]]:
    """The alerting rules in OPERATIONS.md."""
    block = re.search(r"^    groups:\n(?:    .+\n)+", read("OPERATIONS.md"), re.MULTILINE)
    assert block
    return yaml.safe_load(block[0])["groups"][0]["rules"]
