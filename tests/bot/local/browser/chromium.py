"""The browser for the browser tests and the pictures: Debian's Chromium, driven by Playwright."""

import shutil
from typing import Any

try:
    from playwright.async_api import async_playwright, expect
except ImportError:  # then each test says so
    async_playwright = expect = None  # type: ignore[assignment]

__all__ = ["async_playwright", "expect", "launch", "missing", "path"]

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def missing() -> str:
    """Why there is no browser here; "" if there is one."""
    if async_playwright is None:
        return "Playwright is not installed: pip install playwright"
    return "" if path() else "there is no Chromium here: apt-get install chromium"


def path() -> str | None:
    return shutil.which("chromium")


async def launch(playwright: Any) -> Any:
    return await playwright.chromium.launch(executable_path=path(), args=list(ARGUMENTS))
