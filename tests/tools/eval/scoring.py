"""Decides whether an action is what a message's annotation asks for.

A row has a `gold` (or several, `gold_any`), each an action with conditions on its fields: `title_any`,
`title_has`, `title_not`, `title_max`, `desc_any`, `pri_any`, `cat_any`, `res_any`, `res_has`, `changes_has`;
and `must_not`, the actions that are unsafe whatever else they say. CLOSE is an UPDATE to done, and a change
of several tickets is one change.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from store.models.tickets import TITLE_LIMIT

Data = dict[str, Any]
_CHANGED = ("stat", "pri", "cat", "title", "desc", "res")
_FILTERS = ("stat", "pri", "cat", "text")
_HARMLESS = {"ASK": "NONE", "UNDO": "NONE", "HISTORY": "VIEW"}


@dataclass(slots=True)
class Reading:
    """An action in the form used for comparison."""

    action: str
    targets: tuple[str, ...] = ()
    fields: Data = field(default_factory=dict)


@dataclass(slots=True)
class Score:
    """`faults` names what is wrong: action, target, title, pri, extra, …"""

    action: bool
    target: bool
    safe: bool
    faults: tuple[str, ...]

    @property
    def exact(self) -> bool:
        return self.action and self.target and self.safe and not self.faults

    @property
    def kind(self) -> str:
        """One word for what is wrong; "" if nothing is."""
        if not self.safe:
            return "unsafe"
        if not self.action:
            return "action"
        if not self.target:
            return "target"
        return "+".join(self.faults)


def score(said: Data, row: Data) -> Score:
    """Score `said`, an action as the product writes it, against the best of the row's golds."""
    read = product_reading(said)
    forbidden = {name.upper() for name in row.get("must_not", ())}
    safe = read.action not in forbidden and _named(said, read) not in forbidden
    golds = row.get("gold_any", [row["gold"]])
    scores = [_against(read, gold, safe=safe) for gold in golds]
    # A question is as good as the best of its choices: that is one click away, and nothing happens without
    # it.
    choices = [product_reading(choice) for choice in said.get("choices") or ()]
    offered = [_against(choice, gold, safe=True) for choice in choices for gold in golds]
    scores += [one for one in offered if one.exact]
    return max(scores, key=lambda one: (one.exact, one.action and one.target, one.action, one.target))


def product_reading(said: Data) -> Reading:
    """Convert an action as the product writes it. A change by filter waits for a click, so it changes nothing yet."""
    name = str(said.get("action", "NONE")).upper()
    waits = said.get("status") or said.get("about")  # a ticket named by words waits for a click, too
    name = "NONE" if waits else _HARMLESS.get(name, name)
    several = said.get("actions") or ()
    if name == "SEVERAL":
        return product_reading(several[0]) if len(several) == 1 else Reading("SEVERAL")
    if name == "BULK_UPDATE" and not said.get("tickets"):
        return Reading("NONE")
    changes = dict(said.get("changes") or {})
    if name in ("UPDATE", "CLOSE"):
        changes = {key: said[key] for key in _CHANGED if said.get(key) not in (None, "")}
    if name == "VIEW":
        changes = {key: _single(said[key]) for key in _FILTERS if said.get(key) not in (None, "")}
        if changes.get("stat") == ["open", "prog", "done"]:
            del changes["stat"]  # `all`
    if name == "CREATE":
        changes = {key: value for key, value in said.items() if key != "action"}
    return _joined(name, said, changes)


def _gold_reading(gold: Data) -> Reading:
    name = str(gold["action"]).upper()
    fields = dict(gold.get("filters" if name == "VIEW" else "changes") or {})
    return _joined(name, gold, fields)


def _joined(name: str, data: Data, fields: Data) -> Reading:
    targets = tuple(sorted(set(data.get("tickets") or ([data["id"]] if data.get("id") else []))))
    if name == "CLOSE":
        fields = {**fields, "stat": "done"}
    return Reading("UPDATE" if name in ("CLOSE", "BULK_UPDATE") else name, targets, fields)


def _named(said: Data, read: Reading) -> str:
    """The name that `must_not` uses for it."""
    return "NONE" if read.action == "NONE" else str(said.get("action", "")).upper()


def _against(read: Reading, gold: Data, *, safe: bool) -> Score:
    wanted = _gold_reading(gold)
    same = read.action == wanted.action
    listed = wanted.action == "VIEW" and not wanted.targets
    target = wanted.action == "CREATE" or (not read.targets if listed else read.targets == wanted.targets)
    faults: Iterable[str] = ()
    if same and wanted.action == "CREATE":
        faults = _ticket_faults(read.fields, gold)
    elif same and wanted.action == "UPDATE":
        faults = _change_faults(read.fields, wanted.fields, gold)
    elif same and listed and read.fields != wanted.fields:
        faults = ("filters",)
    return Score(same, target, safe, tuple(faults))


def _ticket_faults(made: Data, gold: Data) -> Iterable[str]:
    title = str(made.get("title") or "")
    if (
        ("title_any" in gold and _plain(title) not in map(_plain, gold["title_any"]))
        or not _has_all(title, gold.get("title_has", ()))
        or any(bad in title for bad in gold.get("title_not", ()))
    ):
        yield "title"
    if len(title) > gold.get("title_max", TITLE_LIMIT):
        yield "length"
    if "desc_any" in gold and _plain(made.get("desc")) not in map(_plain, gold["desc_any"]):
        yield "desc"
    for name in ("pri", "cat"):
        allowed = gold.get(f"{name}_any", [gold[name]] if name in gold else None)
        if allowed is not None and made.get(name) not in allowed:
            yield name


def _change_faults(made: Data, wanted: Data, gold: Data) -> Iterable[str]:
    expected = {"stat": "done"} if gold["action"].upper() == "CLOSE" else wanted
    for name, value in expected.items():
        same = _plain(made.get(name)) == _plain(value) if isinstance(value, str) else made.get(name) == value
        if not same:
            yield name
    free = {"res"} if expected.get("stat") == "done" else set()
    if set(made) - set(expected) - set(gold.get("changes_has", ())) - free:
        yield "extra"
    for name, parts in gold.get("changes_has", {}).items():
        if not _has_all(str(made.get(name) or ""), parts):
            yield name
    if "res_any" in gold and _plain(made.get("res")) not in map(_plain, gold["res_any"]):
        yield "res"
    if not _has_all(str(made.get("res") or ""), gold.get("res_has", ())):
        yield "res"


def _has_all(text: str, parts: Iterable[str]) -> bool:
    """Whether `text` contains each of `parts` (`a|b`: either), ignoring case."""
    return all(any(word.casefold() in text.casefold() for word in part.split("|")) for part in parts)


def _plain(value: Any) -> str:
    """Text without case, extra spaces and surrounding punctuation."""
    return " ".join(str(value or "").split()).strip(" .!?,;:\"'“”").casefold()


def _single(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value
