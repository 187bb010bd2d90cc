"""The ports the bot listens on: for Slack's requests over HTTP, and for health checks and metrics."""

import errno
import os
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.listeners.incoming.http import HttpEndpoints, serve, stop
from bot.settings import Settings, SettingsError


def describe_failure(error: OSError, host: str, port: int, setting: str) -> str:
    """Why nothing can be served at `port` of `host`, and what to do; `setting` is where the port is set."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use, perhaps by another bot: stop that one, or set {setting} to another port."
        )
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine: set TICKETS_HOST to one, such as 127.0.0.1."
    reason = os.strerror(error.errno) if error.errno else error.strerror
    return f"Port {port} cannot be used ({reason}): set {setting} to another one."


class Ports:
    """`port` serves Slack's requests, 0 in Socket Mode; `health_port` serves only health checks and metrics, 0 if there
    is none."""

    def __init__(
        self,
        settings: Settings,
        readiness: Callable[[], Awaitable[dict[str, Any]]],
        metrics: Callable[[], Awaitable[bytes]] | None,
    ) -> None:
        self._settings, self._readiness, self._metrics = settings, readiness, metrics
        self.port = self.health_port = 0
        self.endpoints: HttpEndpoints | None = None
        self.runners: list[web.ServerRunner] = []

    async def open(self) -> None:
        settings, secret = self._settings, self._settings.slack_signing_secret
        if settings.health_port is not None:
            health_only = HttpEndpoints(self._readiness, metrics=self._metrics)
            self.health_port = await self._listen(health_only, settings.health_port, "TICKETS_HEALTH_PORT")
        if not settings.slack_app_token:
            self.endpoints = HttpEndpoints(
                self._readiness, secret.get_secret_value() if secret else "", self._metrics
            )
            self.port = await self._listen(self.endpoints, settings.port, "PORT")

    async def _listen(self, endpoints: HttpEndpoints, port: int, setting: str) -> int:
        try:
            runner = await serve(endpoints, self._settings.host, port)
        except OSError as error:
            raise SettingsError(describe_failure(error, self._settings.host, port, setting)) from None
        self.runners.append(runner)
        return int(runner.addresses[0][1])

    async def close(self) -> None:
        for runner in self.runners:
            await stop(runner)
        self.runners.clear()
        if self.endpoints:
            self.endpoints.receive = None
