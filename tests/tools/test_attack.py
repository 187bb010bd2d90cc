"""An attack is found by its name and gets the count and the seed; its result is the exit code."""

import sys

import pytest

from tests.tools import attack
from tests.tools.attack.__main__ import main

KEPT = '"""Knock at the door."""\nCOUNT = 7\n\ndef main(count, seed):\n    print("knocked", count, seed)\n    return 0\n'
BROKEN = '"""Break in."""\nCOUNT = 3\n\ndef main(count, seed):\n    return 1\n'


@pytest.fixture(autouse=True)
def attacks(tmp_path, monkeypatch):
    """Two attacks, and a module that they share."""
    for name, source in {"knock": KEPT, "break_in": BROKEN, "_shared": "raise AssertionError"}.items():
        (tmp_path / f"{name}.py").write_text(source)
    monkeypatch.setattr(attack, "__path__", [str(tmp_path)])
    yield
    for name in ("knock", "break_in"):
        sys.modules.pop(f"{attack.__name__}.{name}", None)
        vars(attack).pop(name, None)


def test_count_and_seed_reach_the_attack_and_are_printed(capsys):
    assert main(["knock", "--count", "2", "--seed", "5"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == ["knock: count 2, seed 5", "knocked 2 5", "1 of 1 attacks were withstood, seed 5"]


def test_its_full_count_is_tried_by_default_with_a_seed_that_is_printed(capsys):
    main(["knock"])
    first, second, _ = capsys.readouterr().out.splitlines()
    seed = first.rpartition(" ")[2]
    assert first == f"knock: count 7, seed {seed}"
    assert second == f"knocked 7 {seed}"


def test_without_a_name_all_are_tried_and_one_that_got_through_is_named(capsys):
    assert main(["--seed", "1"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if "count" in line] == [
        "break_in: count 3, seed 1",
        "knock: count 7, seed 1",
    ]
    assert said[-1] == "not withstood: break_in"


def test_an_unknown_attack_is_refused_with_the_names_there_are(capsys):
    with pytest.raises(SystemExit) as refused:
        main(["flood"])
    assert refused.value.code == 2
    assert "no attack flood; there are: break_in, knock" in capsys.readouterr().err
