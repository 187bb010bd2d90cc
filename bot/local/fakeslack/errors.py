"""Errors: the Web API's error codes, and what a person sees when a gesture fails."""

from typing import Any


class SlackError(Exception):
    """A Web API error. `code` is Slack's own (`channel_not_found`); `details` go beside it in the answer."""

    def __init__(self, code: str, **details: Any) -> None:
        self.code, self.details = code, details
        super().__init__(code)

    @classmethod
    def invalid(cls, code: str, reasons: list[str]) -> "SlackError":
        """The form of error that Slack uses for invalid blocks, views and arguments."""
        return cls(
            code, errors=reasons, response_metadata={"messages": [f"[ERROR] {one}" for one in reasons]}
        )


class GestureError(Exception):
    """Slack refused a person's gesture, or the app did not answer it properly.

    `code` is the code that Slack's client shows, such as `operation_timeout`, `dispatch_failed`, `invalid_command_response`.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code}: {detail}" if detail else code)
