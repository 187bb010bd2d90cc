"""Metrics of this process for Prometheus. Needs the extra `metrics`."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

try:
    from prometheus_client import (
        CollectorRegistry,
        Counter,
        Gauge,
        Histogram,
        ProcessCollector,
        generate_latest,
    )
except ImportError:  # the extra is not installed
    AVAILABLE = False
else:
    AVAILABLE = True

_CODE = re.compile(r"[a-z_]{1,40}", re.ASCII)
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Every label has few values: never a person, ticket, channel or error reference."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)  # memory, processor time, open files
        self._deliveries = Counter(
            "tickets_deliveries", "What people did, by outcome.", ("surface", "outcome"), registry=registry
        )
        self._seconds = Histogram(
            "tickets_delivery_seconds",
            "From taking a delivery up to having answered it.",
            ("surface",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._parsed = Counter(
            "tickets_parsed", "Messages by what understood them.", ("via",), registry=registry
        )
        self._tokens = Counter(
            "tickets_model_tokens", "Tokens that the model was paid for.", registry=registry
        )
        self._calls = Counter(
            "tickets_slack_calls",
            "Calls of Slack's Web API: ok, Slack's error code, or no_answer.",
            ("method", "outcome"),
            registry=registry,
        )
        self._accepts = Histogram(
            "tickets_store_accept_seconds",
            "Until a delivery was on disk.",
            buckets=(0.001, 0.0025, *_SECONDS),
            registry=registry,
        )
        self._commits = Histogram(
            "tickets_store_commit_seconds",
            "Until what was asked of the store was on disk.",
            ("operation",),
            buckets=(0.001, 0.0025, *_SECONDS),
            registry=registry,
        )
        self._store_errors = Counter(
            "tickets_store_errors", "Deliveries that could not be written.", registry=registry
        )
        self._commit_errors = Counter(
            "tickets_store_commit_errors",
            "What was asked of the store and could not be written.",
            ("operation",),
            registry=registry,
        )
        self._ready = Gauge("tickets_ready", "1 if /readyz answers 200.", registry=registry)
        self._backlog = Gauge("tickets_backlog", "Accepted and not done.", registry=registry)
        self._parked = Gauge("tickets_parked", "Failed every time and set aside.", registry=registry)
        # The library looks a labelled metric up under a lock and checks its labels each time; a message needs eight.
        self._calls_to, self._commits_of = cache(self._calls.labels), cache(self._commits.labels)

    def count_delivery(self, line: Mapping[str, Any]) -> None:
        """Count one log line, given by its fields. The reference in an error's outcome is dropped."""
        outcome = str(line["outcome"]).partition(" ")[0]
        self._deliveries.labels(line["surface"], outcome).inc()
        self._seconds.labels(line["surface"]).observe(line["ms"] / 1000)
        if line["parser"]:
            self._parsed.labels(line["parser"]).inc()
        self._tokens.inc(line["tokens"])

    def count_call(self, method: str, error: str) -> None:
        """`error` is Slack's error code, or "" on success."""
        self._calls_to(method, (error if _CODE.fullmatch(error) else "other") if error else "ok").inc()

    def count_accept(self, seconds: float, *, failed: bool) -> None:
        if failed:
            self._store_errors.inc()
        else:
            self._accepts.observe(seconds)

    def count_commit(self, operation: str, seconds: float, failed: bool) -> None:  # noqa: FBT001  # called by `measure_writes`
        if failed:
            self._commit_errors.labels(operation).inc()
        else:
            self._commits_of(operation).observe(seconds)

    def render(self, readiness: Mapping[str, Any]) -> bytes:
        """The text for Prometheus. `readiness` is the body of /readyz; gauges whose value is unknown keep the last one."""
        self._ready.set(bool(readiness["ready"]))
        for gauge, value in ((self._backlog, readiness["backlog"]), (self._parked, readiness["parked"])):
            if value is not None:
                gauge.set(value)
        return generate_latest(self._registry)


def find_metrics() -> Metrics | None:
    """None if the extra `metrics` is not installed."""
    return Metrics() if AVAILABLE else None
