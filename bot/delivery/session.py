"""The one HTTP session that everything to Slack goes through: connections are kept, so that no call waits for a handshake."""

import aiohttp

TIMEOUT = 10.0  # seconds for one call
KEPT = 30.0  # seconds that an unused connection stays open
MOST_CONNECTIONS = 50
FAILURES = 3  # in a row, after which the session is taken for broken


class HttpSession:
    """Opened when it is first used, and replaced when it breaks."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._failures = 0
        self._closed = False

    def get(self) -> aiohttp.ClientSession:
        """Raises `RuntimeError` once it is closed for good."""
        if self._closed:
            raise RuntimeError("the session to Slack is closed")
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=TIMEOUT),
                connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS, keepalive_timeout=KEPT),
            )
        return self._session

    def worked(self) -> None:
        self._failures = 0

    async def failed(self) -> None:
        """No answer came back. After a few such in a row the next call opens everything anew."""
        self._failures += 1
        if self._failures >= FAILURES and self._session is not None:
            broken, self._session, self._failures = self._session, None, 0
            await broken.close()

    async def close(self) -> None:
        self._closed = True
        if self._session is not None:
            await self._session.close()
