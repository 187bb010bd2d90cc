"""Everything that the documents refer to exists: files, folders, headings, tests."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
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
