"""`python -m tests.tools.eval FILE`: accuracy by tier and kind of error, cost and speed of the rules on
annotated messages.

FILE has one JSON object a line: a message with its annotation (see `scoring`), or a title with its category
(`text`, `cat`). `--actions` scores the output of `tickets parse --jsonl` for FILE instead, with or without a
model.
"""

import argparse
import json
import sys
from pathlib import Path

import click

from tests.tools.eval.runs import Run, by_rules, categorised, differences, evaluate, load, rows_of, save


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    rows = rows_of(options.file)
    if rows and "gold" not in rows[0]:
        _print_categories(categorised(rows), len(rows))
        return 0
    if options.actions:
        said, times = rows_of(options.actions), []
        if len(said) != len(rows):
            click.echo(f"{len(rows)} messages but {len(said)} actions", err=True)
            return 2
    else:
        results = [by_rules(row) for row in rows]
        said, times = [one for one, _ in results], [spent for _, spent in results]
    run = evaluate(rows, said, times)
    _print_run(run)
    if options.wrong:
        for row, action in zip(rows, said, strict=True):
            if str(row["id"]) in run.wrong:
                shown = json.dumps(action, ensure_ascii=False)
                click.echo(f"{run.wrong[str(row['id'])]} | {row['text']} | {shown}")
    if options.compare:
        click.echo("\n".join(differences(load(options.compare), run)) or "as before")
    if options.save:
        save(run, options.save)
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.eval", description=__doc__)
    parser.add_argument("file", type=Path, help="annotated messages or titles, JSON lines")
    parser.add_argument(
        "--actions", type=Path, help="actions that were printed for FILE, JSON lines in its order"
    )
    parser.add_argument("--wrong", action="store_true", help="list the messages that are not read exactly")
    parser.add_argument("--save", type=Path, help="write this run as JSON")
    parser.add_argument("--compare", type=Path, help="an earlier run, as --save wrote it")
    return parser.parse_args(arguments)


def _print_run(run: Run) -> None:
    click.echo(f"{'tier':9}{'n':>5}  action target  exact   safe   free  action of answered")
    for tier, share in run.tiers.items():
        shares = "".join(
            f"{share[name]:7.3f}" for name in ("action", "target", "exact", "safe", "free", "answered")
        )
        click.echo(f"{tier or '-':9}{share['n']:5.0f} {shares}")
    errors = ", ".join(f"{kind} {count}" for kind, count in run.errors.items())
    click.echo(f"errors: {errors or 'none'}")
    click.echo(f"tokens a message: {run.tokens:.1f}")
    if run.times:
        times = ", ".join(f"{name} {value:.0f}" for name, value in run.times.items())
        click.echo(f"microseconds a message: {times}")


def _print_categories(shares: dict[str, float], count: int) -> None:
    parts = ", ".join(f"{name} {share:.3f}" for name, share in shares.items())
    click.echo(f"categories of {count} titles: {parts}")


if __name__ == "__main__":
    sys.exit(main())
