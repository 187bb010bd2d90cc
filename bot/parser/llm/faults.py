"""Why a call to the model's server failed, as one typed reason. Nothing of an error's own text goes on: it may quote a
key or a message."""

import openai

from bot.parser.llm.answer import estimate
from bot.parser.llm.model import ModelError, Reason

_NO_CREDIT = ("quota", "billing", "credit", "balance", "payment")
_NO_MODEL = (
    "not found",
    "does not exist",
    "doesn't exist",
    "not exist",
    "unknown",
    "no such",
    "invalid model",
)
_CODES: dict[str, Reason] = {
    "content_filter": "refused",
    "insufficient_quota": "quota",
    "invalid_api_key": "denied",
    "model_not_found": "unknown model",
}
_STATUSES: dict[int, Reason] = {
    400: "rejected",
    401: "denied",
    402: "quota",
    403: "denied",
    404: "no such path",
    405: "no such path",
    408: "late",
    413: "rejected",
    415: "rejected",
    422: "rejected",
    429: "busy",
    504: "late",
}


def fault(error: Exception, asked: int) -> ModelError:
    """`error`, met while a request of `asked` bytes was under way."""
    match error:
        case ModelError():
            return error
        case TimeoutError() | openai.APITimeoutError():
            return ModelError("late", estimate(asked))  # it may well be billed
        case openai.APIStatusError():
            return ModelError(reason_of(error))
        case openai.APIConnectionError():
            return ModelError("unreachable")
        case _:
            return ModelError("nonsense", estimate(asked))


def reason_of(error: openai.APIStatusError) -> Reason:
    if isinstance(error.code, str) and error.code in _CODES:
        return _CODES[error.code]
    status, told = error.status_code, told_by(error)
    if status == 429 and any(word in told for word in _NO_CREDIT):  # too many requests
        return "quota"
    if status in (400, 404) and "model" in told and any(word in told for word in _NO_MODEL):
        return "unknown model"
    if status >= 500 and "loading" in told:  # the server's own fault
        return "loading"
    return _STATUSES.get(status, "no such path" if status < 400 else "down")  # a redirect


def told_by(error: openai.APIStatusError) -> str:
    """What the server says of it, in lower case."""
    return str(error.body or "").lower()
