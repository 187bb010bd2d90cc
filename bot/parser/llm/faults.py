"""Maps a failed call to one typed reason. The error's own text is dropped: it may quote a key or a message."""

import openai

from bot.parser.llm.answer import estimate_tokens
from bot.parser.llm.model import ModelError, Reason

_NO_CREDIT = ("quota", "billing", "credit", "balance", "payment")
_NO_MODEL = ("not found", "not exist", "doesn't exist", "unknown", "no such", "invalid model")
_CODES: dict[str, Reason] = {
    "content_filter": "refused",
    "insufficient_quota": "quota",
    "invalid_api_key": "denied",
    "model_not_found": "unknown model",
}
_STATUSES: dict[Reason, tuple[int, ...]] = {
    "rejected": (400, 413, 415, 422),
    "denied": (401, 403),
    "quota": (402,),
    "no such path": (404, 405),
    "late": (408, 504),
    "busy": (429,),
}


def to_model_error(error: Exception, asked: int) -> ModelError:
    """The `ModelError` for `error`, raised by a request of `asked` bytes."""
    match error:
        case ModelError():
            return error
        case TimeoutError() | openai.APITimeoutError():
            return ModelError("late", estimate_tokens(asked))  # it may still be billed
        case openai.APIStatusError():
            return ModelError(reason_of(error))
        case openai.APIConnectionError():
            return ModelError("unreachable")
        case _:
            return ModelError("nonsense", estimate_tokens(asked))


def reason_of(error: openai.APIStatusError) -> Reason:
    if isinstance(error.code, str) and error.code in _CODES:
        return _CODES[error.code]
    status, told = error.status_code, error_body(error)
    if status == 429 and any(word in told for word in _NO_CREDIT):  # noqa: PLR2004  # too many requests
        return "quota"
    if status in (400, 404) and "model" in told and any(word in told for word in _NO_MODEL):
        return "unknown model"
    if status >= 500 and "loading" in told:  # noqa: PLR2004  # the server's own fault
        return "loading"
    known = next((reason for reason, statuses in _STATUSES.items() if status in statuses), None)
    return known or ("no such path" if status < 400 else "down")  # noqa: PLR2004  # a redirect


def error_body(error: openai.APIStatusError) -> str:
    """The server's error body, in lower case."""
    return str(error.body or "").lower()
