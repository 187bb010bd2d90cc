"""Tests the measure itself: what it calls right must be right."""

import json

import pytest

from tests.tools.eval.__main__ import main
from tests.tools.eval.runs import Run, differences
from tests.tools.eval.scoring import score


def row(gold, **more):
    return {"id": 1, "text": "", "tier": "t", "gold": gold, **more}


@pytest.mark.parametrize(
    ("said", "gold"),
    [
        ({"action": "CLOSE", "id": "T003"}, {"action": "UPDATE", "id": "T003", "changes": {"stat": "done"}}),
        ({"action": "UPDATE", "id": "T003", "stat": "done", "res": "x"}, {"action": "CLOSE", "id": "T003"}),
        ({"action": "bulk_update", "tickets": ["T002", "T001"], "changes": {"stat": "done"}}, {"action": "BULK_UPDATE", "tickets": ["T001", "T002"], "changes": {"stat": "done"}}),
        ({"action": "VIEW", "id": "T003"}, {"action": "VIEW", "tickets": ["T003"]}),
        ({"action": "VIEW", "stat": ["open"]}, {"action": "VIEW", "filters": {"stat": "open"}}),
        ({"action": "HISTORY", "id": "T003"}, {"action": "VIEW", "id": "T003"}),
        ({"action": "ASK", "msg": "Which?"}, {"action": "NONE"}),
        ({"action": "bulk_update", "where": {"stat": "open"}, "changes": {"pri": 3}}, {"action": "NONE"}),
        ({"action": "CREATE", "title": "The VPN is Down!", "cat": "infra", "pri": 1}, {"action": "CREATE", "title_any": ["the vpn is down"], "cat_any": ["infra", "code"], "pri": 1}),
        ({"action": "CREATE", "title": "a typo", "pri": 3}, {"action": "CREATE", "title_has": ["typo|mistake"], "pri_any": [2, 3]}),
    ],
)  # fmt: skip
def test_what_comes_to_the_same_is_exact(said, gold):
    assert score(said, row(gold)).exact


@pytest.mark.parametrize(
    ("said", "gold", "kind"),
    [
        ({"action": "VIEW"}, {"action": "NONE"}, "action"),
        ({"action": "CLOSE", "id": "T004"}, {"action": "CLOSE", "id": "T003"}, "target"),
        ({"action": "UPDATE", "id": "T003", "pri": 2}, {"action": "UPDATE", "id": "T003", "changes": {"pri": 1}}, "pri"),
        ({"action": "UPDATE", "id": "T003", "pri": 1, "cat": "doc"}, {"action": "UPDATE", "id": "T003", "changes": {"pri": 1}}, "extra"),
        ({"action": "CREATE", "title": "x", "cat": "doc"}, {"action": "CREATE", "title_has": ["y"], "cat": "code"}, "title+cat"),
        ({"action": "CLOSE", "id": "T003", "res": "a"}, {"action": "CLOSE", "id": "T003", "res_has": ["b"]}, "res"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(said, gold, kind):
    assert score(said, row(gold)).kind == kind


def test_a_forbidden_action_is_unsafe_whatever_else():
    gold = {"action": "CLOSE", "id": "T003"}
    assert score({"action": "CLOSE", "id": "T003"}, row(gold, must_not=["CLOSE"])).kind == "unsafe"


def test_any_of_several_golds_will_do():
    golds = [{"action": "NONE"}, {"action": "VIEW", "id": "T003"}]
    assert score({"action": "VIEW", "id": "T003"}, row(golds[0], gold_any=golds)).exact


def test_runs_are_compared_row_by_row():
    earlier = Run(rows=2, tiers={"t": {"exact": 0.5}}, wrong={"1": "pri"})
    now = Run(
        rows=2,
        tiers={"t": {"action": 1, "target": 1, "exact": 1.0, "safe": 1, "free": 1}},
        wrong={"2": "cat"},
    )
    assert differences(earlier, now) == [
        "t exact: 0.500 -> 1.000",
        "broken: row 2 (cat)",
        "mended: row 1 (pri)",
    ]


def test_a_file_is_measured_saved_and_compared(tmp_path, capsys):
    rows = tmp_path / "rows.jsonl"
    rows.write_text(
        json.dumps(row({"action": "CLOSE", "id": "T003"}) | {"text": "close T003", "surface": "slash"}),
        encoding="utf-8",
    )
    assert main([str(rows), "--save", str(tmp_path / "run.json")]) == 0
    assert main([str(rows), "--compare", str(tmp_path / "run.json"), "--wrong"]) == 0
    printed = capsys.readouterr().out
    assert "errors: none" in printed
    assert printed.endswith("as before\n")


def test_titles_are_measured_by_their_category(tmp_path, capsys):
    rows = tmp_path / "titles.jsonl"
    rows.write_text(
        '{"text": "Typo in the README", "cat": "doc"}\n{"text": "VPN is down", "cat": "infra"}\n',
        encoding="utf-8",
    )
    assert main([str(rows)]) == 0
    assert "all 1.000" in capsys.readouterr().out


def test_actions_of_another_number_than_the_messages_are_refused(tmp_path):
    rows, actions = tmp_path / "rows.jsonl", tmp_path / "actions.jsonl"
    rows.write_text(json.dumps(row({"action": "NONE"})), encoding="utf-8")
    actions.write_text("", encoding="utf-8")
    assert main([str(rows), "--actions", str(actions)]) == 2
