"""The Slack app's manifest: as it is for Socket Mode, and with the addresses that Slack calls for HTTP."""

import re
from importlib.resources import files
from urllib.parse import urlsplit

EVENTS_PATH = "/slack/events"
_PLAIN = re.compile(r"https://[\w.-]+(?::\d+)?(?:/[\w.~/-]*)?", re.ASCII)

# What stands in the manifest for Socket Mode, and what replaces it for HTTP.
_FOR_HTTP = (
    ("    - command: /ticket\n", "    - command: /ticket\n      url: {url}\n"),
    ("  event_subscriptions:\n", "  event_subscriptions:\n    request_url: {url}\n"),
    ("    is_enabled: true\n", "    is_enabled: true\n    request_url: {url}\n"),
    ("  socket_mode_enabled: true\n", "  socket_mode_enabled: false\n"),
)


class AddressError(Exception):
    """Slack cannot call this address; the sentence says which it can."""


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
    """Only plain characters: the address is written into YAML as it is."""
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
