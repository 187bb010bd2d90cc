"""Opens the store at argv[1] in this process and prints the cost: `python -m tests.tools.bench.store_opening`.

It is not part of a package that imports the store: that would be in memory before the measurement begins.
"""

import resource
import sys
from pathlib import Path


def megabytes() -> float:
    """This process's memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


EMPTY = megabytes()  # before anything that the store needs is imported


def main(path: str) -> None:
    import asyncio  # noqa: PLC0415  # its memory is counted
    import json  # noqa: PLC0415  # as above
    from time import perf_counter  # noqa: PLC0415  # as above

    from store import open_store  # noqa: PLC0415  # as above

    async def opened() -> tuple[float, float]:
        start = perf_counter()
        store = await open_store(path)
        seconds = perf_counter() - start
        held = megabytes() - EMPTY
        await store.close()
        return seconds, held

    seconds, held = asyncio.run(opened())
    print(json.dumps({"seconds": seconds, "megabytes": held}))  # noqa: T201  # the result


if __name__ == "__main__":
    main(sys.argv[1])
