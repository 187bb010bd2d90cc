"""The Slack app's manifest: for Socket Mode, or for HTTP with the URLs that Slack calls."""

import re
from importlib.resources import files
from urllib.parse import urlsplit

EVENTS_PATH = "/slack/events"
_PLAIN = re.compile(r"https://[\w.-]+(?::\d+)?(?:/[\w.~/-]*)?", re.ASCII)

# Lines of the manifest for Socket Mode, and their replacement for HTTP.
_FOR_HTTP = (
    ("    - command: /ticket\n", "    - command: /ticket\n      url: {url}\n"),
    ("  event_subscriptions:\n", "  event_subscriptions:\n    request_url: {url}\n"),
    ("    is_enabled: true\n", "    is_enabled: true\n    request_url: {url}\n"),
    ("  socket_mode_enabled: true\n", "  socket_mode_enabled: false\n"),
)


class AddressError(Exception):
    """Slack cannot call this address. The message says which kind of address it can."""


def socket_manifest() -> str:
    return files("bot.app").joinpath("manifest.yml").read_text(encoding="utf-8")


def http_manifest(address: str) -> str:
    """For a bot that Slack reaches at `address`, with or without `/slack/events`. Raises `AddressError`."""
    url = events_url(address)
    text = socket_manifest()
    for line, instead in _FOR_HTTP:
        before, found, after = text.partition(line)
        if not found or line in after:
            raise AssertionError(f"the manifest has not got this line exactly once: {line.strip()}")
        text = before + instead.format(url=url) + after
    return text


def events_url(address: str) -> str:
    """The URL that Slack calls. Only plain characters are allowed, because it is inserted into YAML as it is."""
    try:
        parts = urlsplit(address)
        sound = _PLAIN.fullmatch(address) and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise AddressError(
            f"Slack cannot call {address!r}: give an address such as https://tickets.example.com, without a query."
        )
    path = parts.path.rstrip("/")
    return f"https://{parts.netloc}{path}{'' if path.endswith(EVENTS_PATH) else EVENTS_PATH}"
