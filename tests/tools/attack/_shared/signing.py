"""Signs requests as Slack does."""

import hashlib
import hmac
import time


def signed(secret: str, body: bytes) -> dict[str, str]:
    """The headers with which Slack signs `body` at this moment."""
    stamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
