"""Opens the store at argv[1] in a process of its own and says what that took: `python -m tests.tools.bench.opened`."""

import asyncio
import json
import os
import resource
import sys
from pathlib import Path
from time import perf_counter

from store.tiny import TinyStore


def memory() -> float:
    """Megabytes that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def main(path: str) -> None:
    before = memory()
    start = perf_counter()
    store = TinyStore(path)
    seconds = perf_counter() - start
    held = memory() - before
    asyncio.run(store.close())
    print(json.dumps({"seconds": seconds, "megabytes": held, "process": os.getpid()}))  # noqa: T201  # the answer


if __name__ == "__main__":
    main(sys.argv[1])
