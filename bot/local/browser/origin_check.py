"""Access control of the page: only the person who started the workspace may load it and talk to it, and no other site that
is open in their browser.

The Host header is checked for everything that the local Slack serves (`endpoints.loopback_only`).
"""

import re
import secrets

from aiohttp import web
from aiohttp.typedefs import Handler

_HOST = re.compile(r"[a-z0-9.\[\]:-]+", re.IGNORECASE)


def headers(host: str) -> dict[str, str]:
    """Headers for every file of the page: only its own scripts and styles, no HTML from strings, no framing by other
    sites."""
    # For WebSockets some browsers do not accept 'self'.
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
    """The page is served only with its `key`, which is new at every start. The address printed in the terminal contains
    it, and a browser that opens that address keeps it in a cookie. `token` is only in the page itself: whoever has it
    has loaded the page from here.
    """

    def __init__(self) -> None:
        self.key = secrets.token_urlsafe(24)
        self.token = secrets.token_urlsafe(24)
        self._once: set[str] = set()

    def issue_one_time_key(self) -> str:
        """A key that admits one browser once. It may be passed on a command line, which everybody on the machine can
        read."""
        key = secrets.token_urlsafe(24)
        self._once.add(key)
        return key

    def guarded(self, handler: Handler) -> Handler:
        """Wrap `handler` so that it requires the key. A browser that has it in the address is redirected to one without."""

        async def answer(request: web.Request) -> web.StreamResponse:
            given = request.query.get("key", "")
            if given and self._opens(given):
                response = web.Response(
                    status=303, headers={"Location": request.path, "Cache-Control": "no-store"}
                )
                response.set_cookie(_cookie(request), self.key, httponly=True, samesite="Strict", path="/")
                return response
            if not self.admits(request):
                raise web.HTTPForbidden(
                    text="The local workspace was started again, or this browser has not been let in yet.\n"
                    "Open the address that it printed in the terminal when it was started: it has the key.\n"
                )
            return await handler(request)

        return answer

    def _opens(self, given: str) -> bool:
        for key in self._once:
            if _same(given, key):
                self._once.discard(key)
                return True
        return _same(given, self.key)

    def admits(self, request: web.Request) -> bool:
        """Whether the browser's cookie has the key."""
        return _same(request.cookies.get(_cookie(request), ""), self.key)

    def is_from_page(self, request: web.Request) -> bool:
        """Whether the page itself opened the WebSocket; browsers always send the Origin header."""
        return request.headers.get("Origin", "") == f"http://{request.host}"

    def knows(self, token: str) -> bool:
        return _same(token, self.token)


def _same(given: str, right: str) -> bool:
    return secrets.compare_digest(given.encode(errors="replace"), right.encode())


def _cookie(request: web.Request) -> str:
    """The cookie's name contains the port, because browsers do not separate cookies by port."""
    return f"tickets-{request.url.port}"
