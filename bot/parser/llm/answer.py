"""The command in a chat completion, wherever its server has put it, and what the completion cost. Pure and linear."""

import json
import re
from contextlib import suppress
from typing import Any

from bot.parser.llm.model import Answer, ModelError

LONGEST_COMMAND = 2_000  # characters; more is no command
BYTES_A_TOKEN = 4  # for what no server counted: an estimate, on the high side for English
MOST_GENERATED = 16_384  # tokens: more than a server generates before the deadline

_COMMAND = re.compile(r'[{,]\s*"command"\s*:\s*("(?:[^"\\\x00-\x1f]|\\.)*")')
_THOUGHT = re.compile(r"</(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_THINKS = re.compile(r"\s*<(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_SPECIAL = re.compile(
    r"<\|[\w ]{1,40}\|>|<｜[^<>｜]{1,40}｜>|</?s>|<(?:bos|eos|pad|unk|end_of_turn|start_of_turn)>|\[/?INST\]"
)
_FENCE = re.compile(r"```(?:\w+[ \t]*\n)?([^`]*)```")


def read_answer(body: bytes, asked: int) -> Answer:
    """The answer in the `body` of a response to a request of `asked` bytes. Raises `ModelError` where there is none."""
    try:
        completion = json.loads(body)
    except (ValueError, RecursionError):
        raise ModelError("nonsense", estimate(asked + min(len(body), LONGEST_COMMAND))) from None
    choices = _get(completion, "choices", list)
    if not choices and _get(completion, "error", object):
        raise ModelError("down")  # an error in the clothes of a success
    tokens = _bill(completion, asked, len(body))
    choice = choices[0] if choices else None
    message = _get(choice, "message", dict)
    finish = _get(choice, "finish_reason", str) or ""
    if finish == "content_filter" or _get(message, "refusal", str):
        raise ModelError("refused", tokens)
    said, thoughts, more = (
        _text(_get(message, key, object)) for key in ("content", "reasoning_content", "reasoning")
    )
    # Where the answer is empty some servers leave all of it in the thoughts.
    text = find_command(said) if said.strip() else _in_json(thoughts or more)
    if not text or len(text) > LONGEST_COMMAND:
        raise ModelError("cut" if finish == "length" else "nonsense", tokens)
    return Answer(text, tokens)


def estimate(size: int) -> int:
    """Tokens of `size` bytes."""
    return -(-size // BYTES_A_TOKEN)


def _get(data: Any, key: str, kind: type) -> Any:
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, kind) else None


def _bill(completion: Any, asked: int, answered: int) -> int:
    """What the server counted. An estimate where it says nothing or what cannot be, so that the budget holds there too:
    no tokenizer makes more tokens than bytes."""
    total = _get(_get(completion, "usage", dict), "total_tokens", int)
    if total is not None and not isinstance(total, bool) and 0 < total <= asked + MOST_GENERATED:
        return int(total)
    return estimate(asked + min(answered, LONGEST_COMMAND))


def _text(content: Any) -> str:
    """A text, or one that comes in parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(part if isinstance(part, str) else _get(part, "text", str) or "" for part in parts)


def find_command(text: str) -> str:
    """The command that `text` holds as JSON, whatever stands around it; or all of `text` where it is one line without
    JSON, as servers without schemas let a model answer; or ""."""
    *_, text = _THOUGHT.split(text)
    if _THINKS.match(text):
        return ""  # thoughts without an end
    if '"command"' in text:
        return _in_json(text)
    fenced = _FENCE.findall(text)
    line = _SPECIAL.sub("", fenced[0] if len(fenced) == 1 else text).strip("\ufeff`").strip()
    return "" if "\n" in line or "{" in line else line


def _in_json(text: str) -> str:
    """The one command in `text`: two that differ are none."""
    found = {_decoded(value).strip() for value in _COMMAND.findall(text)}
    return found.pop() if len(found) == 1 else ""


def _decoded(value: str) -> str:
    with suppress(ValueError):
        return str(json.loads(value))
    return ""
