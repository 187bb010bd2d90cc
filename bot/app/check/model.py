"""Checks that the model answers a harmless message with a command."""

import time

from bot.actions import Nothing
from bot.app.check.finding import Finding
from bot.app.clocks import SystemClock
from bot.app.parsing import build_model
from bot.parser.llm.model import ModelError, Reason
from bot.parser.llm.redact import redact_url
from bot.parser.llm.validate import UnreadableError, validate_answer
from bot.parser.message import Message, Reading
from bot.parser.rules import format_command as spell
from bot.parser.rules import read
from bot.settings import Settings

# Why the model does not answer, and the remedy.
_REMEDIES: dict[Reason, str] = {
    "denied": "does not accept the key: check OPENAI_API_KEY",
    "quota": "has no credit left for this key: see to the account's billing and limits",
    "busy": "answers that there are too many requests: wait, or raise the account's rate limit",
    "unknown model": "does not know this model: check TICKETS_MODEL",
    "no such path": "serves no chat completions at this address: check OPENAI_BASE_URL, which mostly ends in /v1",
    "unreachable": "cannot be reached: check OPENAI_BASE_URL and the network, and that the server runs",
    "loading": "is still loading the model: try again in a minute",
    "down": "fails with an error of its own: look at the server, or try again later",
    "late": "did not answer in time: try again, or give it longer with TICKETS_DEADLINE",
    "rejected": "does not accept the request, with or without schemas and reasoning: see whether it serves chat completions",
    "refused": "will not answer a harmless message: check TICKETS_MODEL",
    "cut": "needs more than the answer's 150 tokens, as models do that think first: choose another in TICKETS_MODEL",
    "nonsense": "answers, but with no command: choose another model in TICKETS_MODEL",
    "resting": "is left alone for a while: try again in a minute",
}
_NO_SCHEMAS = "the server refuses JSON schemas, so an answer may have any form"


async def check_model(settings: Settings) -> list[Finding]:
    if not settings.has_model:
        return [
            Finding(
                True,
                "Model",
                "none; clear commands work",
                "set OPENAI_API_KEY or OPENAI_BASE_URL for the rest",
            )
        ]
    model = build_model(settings, SystemClock())
    what = f"{settings.model} at {redact_url(settings.openai_base_url or 'OpenAI')}"
    message = Message("please note that the login page is slow")
    begun = time.monotonic()
    try:
        answer = await model.ask(message)
        validate_answer(answer.text, message, Reading(Nothing(), sure=False), read, spell)
    except ModelError as error:
        return [_no_answer(what, error.reason)]
    except UnreadableError:
        return [_no_answer(what, "nonsense", "" if model.takes_schemas else f" ({_NO_SCHEMAS})")]
    finally:
        await model.close()
    found = [
        Finding(True, "Model", f"{what} answers, {answer.tokens} tokens in {time.monotonic() - begun:.1f} s")
    ]
    if not model.takes_schemas:
        found.append(Finding(True, "Model", f"{_NO_SCHEMAS}; what is no command is not used"))
    return found


def _no_answer(what: str, reason: Reason, why: str = "") -> Finding:
    trouble, _, next_step = _REMEDIES[reason].partition(": ")
    return Finding(False, "Model", f"{what} {trouble}{why}", f"{next_step}; clear commands work without it")
