"""Who may load the page and talk to it: this machine's own browser, and no other site that is open in it.

Host names are checked for everything that the local Slack serves (`endpoints.loopback_only`).
"""

import re
import secrets

from aiohttp import web

_HOST = re.compile(r"[a-z0-9.\[\]:-]+", re.IGNORECASE)


def headers(host: str) -> dict[str, str]:
    """Of every file of the page: only its own scripts and styles, no markup from text, in no other site's frame."""
    # Some browsers do not count WebSockets as 'self'.
    socket = f" ws://{host}" if _HOST.fullmatch(host) else ""
    policy = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        f"connect-src 'self'{socket}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


class Guard:
    """`token` is new at every start, and only in the page: whoever has it, loaded the page from here."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(24)

    def of_the_page(self, request: web.Request) -> bool:
        """Whether a WebSocket was opened by a page from here; a browser always says where its page is from."""
        return request.headers.get("Origin", "") == f"http://{request.host}"

    def knows(self, token: str) -> bool:
        return secrets.compare_digest(token.encode(), self.token.encode())
