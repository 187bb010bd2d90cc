"""How a call to Slack can fail: each class is met in another way."""


class RefusedError(Exception):
    """Slack refused a call for good, because of what was asked for; `code` is Slack's own."""

    def __init__(self, method: str, code: str, detail: str = "") -> None:
        self.method, self.code = method, code
        super().__init__(f"{method}: {code}{f' ({detail})' if detail else ''}")


class MissingScopeError(RefusedError):
    """The app was installed without the scope `needed`. No verdict on whoever the call was about."""

    def __init__(self, method: str, needed: str) -> None:
        self.needed = needed
        super().__init__(
            method,
            "missing_scope",
            f"the app lacks the scope {needed or 'that this needs'}: add it under OAuth & Permissions and reinstall the app",
        )


class LastingRefusalError(Exception):
    """Slack refuses every call of this installation, whatever it asks for: the token, the network, the organisation."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class UnreadableAnswerError(Exception):
    """What came back is not Slack's: no JSON, not UTF-8, or `ok` without what it should hold. An outage: it passes."""

    def __init__(self, method: str, what: str) -> None:
        super().__init__(
            f"the answer to {method} is not one of Slack's ({what}): if this goes on, look for a proxy in between and "
            "check SLACK_API_URL"
        )


class LateError(Exception):
    """It could not be done while it was of use: a `trigger_id` is good for three seconds."""
