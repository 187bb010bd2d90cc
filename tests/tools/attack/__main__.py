"""`python -m tests.tools.attack [NAME …] [--count N] [--seed S]`: runs the named attacks, or all."""

import argparse
import pkgutil
import secrets
import sys
from importlib import import_module
from typing import Any

import click

from tests.tools import attack


def attacks() -> dict[str, Any]:
    """The modules of this package that are attacks, by name."""
    names = sorted(found.name for found in pkgutil.iter_modules(attack.__path__))
    return {name: import_module(f"{attack.__name__}.{name}") for name in names if not name.startswith("_")}


def summary(module: Any) -> str:
    """The first paragraph of its docstring, on one line."""
    return " ".join((module.__doc__ or "").partition("\n\n")[0].split())


def main(arguments: list[str]) -> int:
    """Returns the exit code: 0 if every attack returned 0, 1 if one did not, 2 if an attack is unknown or
    there is none.
    """
    known = attacks()
    listing = "\n".join(
        f"  {name:20} {module.COUNT:>9,} × {summary(module)}" for name, module in known.items()
    )
    parser = argparse.ArgumentParser(
        prog="python -m tests.tools.attack",
        description=attack.__doc__,
        epilog=f"attacks, with their full count:\n{listing or '  none'}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="all of them, if none is named")
    parser.add_argument("--count", type=int, help="how many tries; each attack's full count by default")
    parser.add_argument("--seed", type=int, help="where chance starts; another one each time by default")
    chosen = parser.parse_args(arguments)
    names = chosen.names or list(known)
    if unknown := [name for name in names if name not in known]:
        parser.error(f"no attack {', '.join(unknown)}; there are: {', '.join(known) or 'none'}")
    if not names:
        parser.error("there is no attack yet")
    seed = secrets.randbelow(1 << 32) if chosen.seed is None else chosen.seed
    broken = []
    for name in names:
        count = known[name].COUNT if chosen.count is None else chosen.count
        click.echo(f"{name}: count {count}, seed {seed}")
        if known[name].main(count, seed):
            broken.append(name)
    click.echo(f"{len(names) - len(broken)} of {len(names)} attacks were withstood, seed {seed}")
    if broken:
        click.echo(f"not withstood: {', '.join(broken)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
