"""Slack over HTTP: `/slack/events` for everything that Slack sends, `/healthz` for whoever watches the bot."""

import logging

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

log = logging.getLogger(__name__)

LARGEST = 4 * 1024 * 1024  # bytes; Slack's own requests are far smaller


def web_app(app: AsyncApp) -> web.Application:
    async def events(request: web.Request) -> web.Response:
        if not request.headers.get("X-Slack-Request-Timestamp", "").isdecimal():
            # Bolt would fail with 500 over it, and Slack would try again.
            return web.json_response({"error": "the request is not signed by Slack"}, status=401)
        try:
            asked = await to_bolt_request(request)
        except ValueError:  # not UTF-8, or not JSON
            return web.json_response({"error": "the body is not what Slack sends"}, status=400)
        return await to_aiohttp_response(await app.async_dispatch(asked))

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    served = web.Application(client_max_size=LARGEST)
    served.add_routes([web.post("/slack/events", events), web.get("/healthz", healthz)])
    return served
