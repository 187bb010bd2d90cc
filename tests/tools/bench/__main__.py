"""`python -m tests.tools.bench NAME …`: runs that benchmark; further arguments are passed on to it."""

import sys
from importlib import import_module

BENCHMARKS = {
    "bot": "tests.tools.bench.bot",
    "parser": "tests.tools.bench.parser",
    "postgres": "tests.tools.bench.postgres",
    "similar": "tests.tools.bench.similar",
    "start": "tests.tools.bench.start",
    "store": "tests.tools.bench.store",
}


def main() -> int:
    name, *rest = sys.argv[1:] or [""]
    if name not in BENCHMARKS:
        print(f"usage: python -m tests.tools.bench {{{','.join(BENCHMARKS)}}} …", file=sys.stderr)  # noqa: T201
        return 2
    import_module(BENCHMARKS[name]).main(rest)
    return 0


if __name__ == "__main__":
    sys.exit(main())
