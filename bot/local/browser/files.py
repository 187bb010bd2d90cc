"""Serves the page's files unchanged: there is no build step. Only files in the folder can be requested."""

from pathlib import Path

from aiohttp import web

from bot.local.browser.origin_check import Guard, headers

FOLDER = Path(__file__).parent.parent / "page"
_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
_TOKEN = "{{token}}"  # noqa: S105  # the placeholder in index.html


class Files:
    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def routes(self) -> list[web.RouteDef]:
        """Every address of a place in the workspace serves the page, which then shows that place."""
        page, guarded = self._guard.guarded(self.page), self._guard.guarded
        return [
            web.get("/", page),
            web.get("/home", page),
            web.get("/archives/{channel}", page),
            web.get("/archives/{channel}/{message}", page),
            web.get("/favicon.ico", guarded(self.icon)),
            web.get("/page/{name:.+}", guarded(self.file)),
        ]

    async def page(self, request: web.Request) -> web.Response:
        text = (FOLDER / "index.html").read_text(encoding="utf-8").replace(_TOKEN, self._guard.token)
        return web.Response(text=text, content_type="text/html", headers=headers(request.host))

    async def icon(self, request: web.Request) -> web.Response:
        return _given("ticket.svg", request)

    async def file(self, request: web.Request) -> web.Response:
        return _given(request.match_info["name"], request)


def _given(name: str, request: web.Request) -> web.Response:
    known = {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*") if path.suffix in _TYPES}
    path = known.get(name)
    if path is None or name == "index.html":  # `page` serves that one, with its token
        raise web.HTTPNotFound(text="there is no such file\n")
    return web.Response(
        text=path.read_text(encoding="utf-8"),
        content_type=_TYPES[path.suffix],
        headers=headers(request.host),
    )
