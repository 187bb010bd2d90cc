"""What coverage is measured of: not of pytest's own work, and not of tests that do many times what others do once.

Tracing doubles the time of everything that runs in Python, and not only of what is measured. These are hooks of pytest;
`conftest.py` imports them.
"""

import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from xdist import is_xdist_controller, is_xdist_worker

_UNMEASURED = ("uncovered", "hypothesis")  # Hypothesis marks its tests itself


def _controller(config: pytest.Config) -> Any:
    """What starts and stops the measuring in this process; `None` if no coverage is measured."""
    plugin = config.pluginmanager.getplugin("_cov")
    return plugin and plugin.cov_controller


@contextmanager
def _untraced() -> Iterator[None]:
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)


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
def pytest_pycollect_makeitem() -> Generator[None, Any, Any]:
    """Trace the import of a module, but not how its tests are collected."""
    with _untraced():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Measure no coverage in tests with one of the marks, from their set-up on."""
    controller = _controller(item.config)
    if not controller or not any(map(item.get_closest_marker, _UNMEASURED)):
        return (yield)
    controller.pause()
    try:
        return (yield)
    finally:
        controller.resume()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_logreport() -> Generator[None, Any, Any]:
    """Do not trace how a test's result is reported."""
    with _untraced():
        return (yield)
