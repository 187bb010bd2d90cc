"""Timing: medians and slow percentiles."""

import gc
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter, process_time
from typing import Any, NamedTuple

MICRO = 1e6


class Times(NamedTuple):
    """Seconds for each repetition."""

    each: Sequence[float]

    def at(self, share: float) -> float:
        ordered = sorted(self.each)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]

    @property
    def median(self) -> float:
        return self.at(0.5)

    @property
    def mean(self) -> float:
        return sum(self.each) / len(self.each)


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Disable garbage collection in a process that times another one. With a whole Slack in memory it takes
    half a second, which would be attributed to the other process.
    """
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def timed(do: Callable[[int], Any], count: int) -> Times:
    """Time `do(0)`, `do(1)`, `do(2)` …"""
    gc.collect()
    each = []
    for number in range(count):
        start = perf_counter()
        do(number)
        each.append(perf_counter() - start)
    return Times(each)


async def awaited(do: Callable[[int], Awaitable[Any]], count: int) -> Times:
    gc.collect()
    each = []
    for number in range(count):
        start = perf_counter()
        await do(number)
        each.append(perf_counter() - start)
    return Times(each)


def paired(ours: Times, theirs: Times) -> float:
    """The median of the pairwise ratios, since the time of a disk's sync varies."""
    return Times([one / other for one, other in zip(ours.each, theirs.each, strict=True)]).median


async def processor(do: Callable[[int], Awaitable[Any]], count: int) -> float:
    """Seconds of processor time, in all threads, for one `do`."""
    start = process_time()
    for number in range(count):
        await do(number)
    return (process_time() - start) / count
