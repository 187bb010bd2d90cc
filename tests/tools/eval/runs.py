"""A run over annotated messages: the results, cost and time; and the differences from an earlier run."""

import json
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bot.actions import Ask, Create, Help, Nothing, View, write_action
from bot.parser.message import Message, ThreadTicket
from bot.parser.rules import read
from bot.parser.rules.create.categories import categorise
from tests.tools.eval.scoring import Data, Score, score

_MEASURES = ("action", "target", "exact", "safe", "free")
_REPEATS = 5  # the fastest is a message's time
_FALLBACKS = (Create, View, Ask, Nothing, Help)


@dataclass
class Run:
    """Shares are between 0 and 1; times are microseconds a message."""

    rows: int = 0
    tiers: dict[str, dict[str, float]] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    tokens: float = 0
    times: dict[str, float] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)


def rows_of(path: Path) -> list[Data]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def by_rules(row: Data) -> tuple[Data, float]:
    """What the rules alone do with a row's message, and their time in microseconds."""
    thread = row.get("thread") or (row.get("context") or {}).get("thread_ticket")
    topic = ThreadTicket(thread) if thread else None
    message = Message(row["text"], row.get("surface", "mention"), topic, today=date.today())  # noqa: DTZ011  # any day will do
    best = min(_timed(message) for _ in range(_REPEATS))
    reading = read(message)
    # An unsure reading is done only if it changes nothing or only creates.
    action = reading.action if reading.sure or isinstance(reading.action, _FALLBACKS) else Nothing()
    said = write_action(action) | {"via": "rules" if reading.sure else "fallback", "tokens": 0}
    if isinstance(action, Create):
        said.setdefault("cat", "other")
    return said, best


def _timed(message: Message) -> float:
    begun = time.perf_counter()
    read(message)
    return (time.perf_counter() - begun) * 1e6


def evaluate(rows: Sequence[Data], said: Sequence[Data], times: Sequence[float] = ()) -> Run:
    """Score `said`, which has one action for each row."""
    scores = [score(action, row) for action, row in zip(said, rows, strict=True)]
    run = Run(rows=len(rows), tokens=_mean(action.get("tokens", 0) for action in said))
    for tier in [*dict.fromkeys(row.get("tier", "") for row in rows), "all"]:
        chosen = [at for at, row in enumerate(rows) if tier in ("all", row.get("tier", ""))]
        run.tiers[tier] = _shares([scores[at] for at in chosen], [said[at] for at in chosen])
    kinds = {str(row["id"]): one.kind for row, one in zip(rows, scores, strict=True) if not one.exact}
    run.wrong, run.errors = kinds, dict(Counter(kinds.values()).most_common())
    if times:
        ordered = sorted(times)
        run.times = {
            "median": statistics.median(ordered),
            "p99": ordered[int(len(ordered) * 0.99)],
            "most": ordered[-1],
        }
    return run


def _shares(scores: Sequence[Score], said: Sequence[Data]) -> dict[str, float]:
    """`answered` is the share of right actions among those that the rules were sure of."""
    free = [action.get("via") == "rules" and not action.get("tokens") for action in said]
    shares = {"n": float(len(scores))}
    for name in _MEASURES[:-1]:
        shares[name] = _mean(getattr(one, name) for one in scores)
    shares["free"] = _mean(free)
    shares["answered"] = _mean(one.action for one, sure in zip(scores, free, strict=True) if sure)
    return shares


def _mean(values: Iterable[Any]) -> float:
    listed = list(values)
    return sum(map(float, listed)) / len(listed) if listed else 1.0


def categorised(rows: Sequence[Data]) -> dict[str, float]:
    """The share of titles with the right category, for all titles and for those at even and odd positions."""
    right = [str(categorise(row["text"]) or "other") == row["cat"] for row in rows]
    return {"all": _mean(right), "even": _mean(right[::2]), "odd": _mean(right[1::2])}


def save(run: Run, path: Path) -> None:
    path.write_text(json.dumps(asdict(run), indent=1), encoding="utf-8")


def load(path: Path) -> Run:
    return Run(**json.loads(path.read_text(encoding="utf-8")))


def differences(earlier: Run, now: Run) -> list[str]:
    """The differences between two runs, one line each."""
    lines = []
    for tier in now.tiers:
        for name in _MEASURES:
            before, after = earlier.tiers.get(tier, {}).get(name), now.tiers[tier][name]
            if before is not None and round(before, 4) != round(after, 4):
                lines.append(f"{tier} {name}: {before:.3f} -> {after:.3f}")
    lines += [f"broken: row {row} ({kind})" for row, kind in now.wrong.items() if row not in earlier.wrong]
    lines += [f"mended: row {row} ({kind})" for row, kind in earlier.wrong.items() if row not in now.wrong]
    return lines
