"""The ways a call to Slack can fail. Callers handle each class differently."""


class RefusedError(Exception):
    """Slack refused this particular call for good; `code` is Slack's error code."""

    def __init__(self, method: str, code: str, detail: str = "") -> None:
        self.method, self.code = method, code
        super().__init__(f"{method}: {code}{f' ({detail})' if detail else ''}")


class MissingScopeError(RefusedError):
    """The installed app lacks the scope `needed`. Says nothing about the person or channel that the call was about."""

    def __init__(self, method: str, needed: str) -> None:
        self.needed = needed
        super().__init__(
            method,
            "missing_scope",
            f"the app lacks the scope {needed or 'that this needs'}: add it under OAuth & Permissions and reinstall the app",
        )


class LastingRefusalError(Exception):
    """Slack refuses every call of this installation, because of its token, network or organisation."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class UnreadableAnswerError(Exception):
    """The answer did not come from Slack: not JSON, not UTF-8, or `ok` without the expected fields. Treated as an outage."""

    def __init__(self, method: str, what: str) -> None:
        super().__init__(
            f"the answer to {method} is not one of Slack's ({what}): if this goes on, look for a proxy in between and "
            "check SLACK_API_URL"
        )


class LateError(Exception):
    """The call could not be made in time: a `trigger_id` is valid for three seconds."""
