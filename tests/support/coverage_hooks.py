"""What coverage is measured of: not of pytest's own work, and not of tests that do many times what others do once.

Tracing doubles the time of everything that runs in Python, and not only of what is measured. These are hooks of pytest;
`conftest.py` imports them.
"""

import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from xdist import get_xdist_worker_id, is_xdist_controller, is_xdist_worker

_UNMEASURED = ("uncovered", "hypothesis")  # Hypothesis marks its tests itself


def _controller(config: pytest.Config) -> Any:
    """What starts and stops the measuring in this process; `None` if no coverage is measured."""
    plugin = config.pluginmanager.getplugin("_cov")
    return plugin and plugin.cov_controller


@contextmanager
def _traced_by(tracer: Any) -> Iterator[None]:
    """Let `tracer` trace what runs inside; nothing does if it is `None`."""
    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        yield
    finally:
        sys.settrace(before)


_tracer = pytest.StashKey[Any]()  # while a test is measured: what traces it


@contextmanager
def _measured(config: pytest.Config) -> Iterator[None]:
    """Trace what runs inside if the test is measured."""
    with _traced_by(config.stash.get(_tracer, sys.gettrace())):
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """End the measurement that pytest-cov begins in each process before it knows which of several that is. The
    process that only hands out tests needs none. One that runs them begins its own. Unless the first one is ended,
    coverage.py goes on with it whenever the other is paused, so that pausing saves no time.
    """
    controller = _controller(session.config)
    if controller and (is_xdist_worker(session) or is_xdist_controller(session)):
        controller.pause()


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    """Trace the import of modules in one process only: all of them import the same ones."""
    first = get_xdist_worker_id(collector) in ("master", "gw0")
    with _traced_by(sys.gettrace() if first else None):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_pycollect_makeitem() -> Generator[None, Any, Any]:
    """Trace the import of a module, but not how its tests are collected."""
    with _traced_by(None):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Measure no coverage in tests with one of the marks, from their set-up on. Of the others trace the fixtures and
    the test itself, but not what pytest does around them.
    """
    controller = _controller(item.config)
    if not controller:
        return (yield)
    if not any(map(item.get_closest_marker, _UNMEASURED)):
        item.config.stash[_tracer] = sys.gettrace()
        try:
            with _traced_by(None):
                return (yield)
        finally:
            del item.config.stash[_tracer]
    controller.pause()
    try:
        return (yield)
    finally:
        controller.resume()


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_fixture_setup(request: pytest.FixtureRequest) -> Generator[None, Any, Any]:
    with _measured(request.config):
        return (yield)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    with _measured(item.config):
        return (yield)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    with _measured(item.config):
        return (yield)
