"""The one HTTP session for all calls to Slack. It keeps connections open, which saves handshakes."""

import aiohttp

TIMEOUT = 10.0  # seconds for one call
KEEP_ALIVE = 30.0  # seconds that an idle connection stays open
MAX_CONNECTIONS = 50
MAX_FAILURES = 3  # in a row, after which the session is replaced


class HttpSession:
    """Opened on first use, and replaced after repeated failures."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._failures = 0
        self._closed = False

    def get(self) -> aiohttp.ClientSession:
        """Raises `RuntimeError` after `close`."""
        if self._closed:
            raise RuntimeError("the session to Slack is closed")
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=TIMEOUT),
                connector=aiohttp.TCPConnector(limit=MAX_CONNECTIONS, keepalive_timeout=KEEP_ALIVE),
            )
        return self._session

    def note_success(self) -> None:
        self._failures = 0

    async def note_failure(self) -> None:
        """A call got no answer. After `MAX_FAILURES` in a row the session is closed, and the next call opens a new one."""
        self._failures += 1
        if self._failures >= MAX_FAILURES and self._session is not None:
            broken, self._session, self._failures = self._session, None, 0
            await broken.close()

    async def close(self) -> None:
        self._closed = True
        if self._session is not None:
            await self._session.close()
