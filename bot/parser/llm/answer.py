"""Extracts the command and its cost from a chat completion, wherever the server put them. Pure; linear time."""

import json
import re
from contextlib import suppress
from typing import Any

from bot.parser.llm.model import Answer, ModelError

LONGEST_COMMAND = 2_000  # characters; a longer answer is no command
BYTES_A_TOKEN = 4  # estimate when the server reports no count; on the high side for English
MOST_GENERATED = 16_384  # tokens: more than a server can generate before the deadline

_COMMAND = re.compile(r'[{,]\s*"command"\s*:\s*("(?:[^"\\\x00-\x1f]|\\.)*")')
_THOUGHT = re.compile(r"</(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_THINKS = re.compile(r"\s*<(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_SPECIAL = re.compile(
    r"<\|[\w ]{1,40}\|>|<｜[^<>｜]{1,40}｜>|</?s>|<(?:bos|eos|pad|unk|end_of_turn|start_of_turn)>|\[/?INST\]"
)
_FENCE = re.compile(r"```(?:\w+[ \t]*\n)?([^`]*)```")


def read_answer(body: bytes, asked: int) -> Answer:
    """The answer in a response `body`; `asked` is the request's size in bytes. Raises `ModelError` without one."""
    try:
        completion = json.loads(body)
    except (ValueError, RecursionError):
        raise ModelError("nonsense", estimate_tokens(asked + min(len(body), LONGEST_COMMAND))) from None
    choices = _get(completion, "choices", list)
    if not choices and _get(completion, "error", object):
        raise ModelError("down")  # an error sent with a success status
    tokens = _count_tokens(completion, asked, len(body))
    choice = choices[0] if choices else None
    message = _get(choice, "message", dict)
    finish = _get(choice, "finish_reason", str) or ""
    if finish == "content_filter" or _get(message, "refusal", str):
        raise ModelError("refused", tokens)
    said, thoughts, more = (
        _text(_get(message, key, object)) for key in ("content", "reasoning_content", "reasoning")
    )
    # Some servers leave the content empty and put the whole answer into the reasoning.
    text = find_command(said) if said.strip() else _in_json(thoughts or more)
    if not text or len(text) > LONGEST_COMMAND:
        raise ModelError("cut" if finish == "length" else "nonsense", tokens)
    return Answer(text, tokens)


def estimate_tokens(size: int) -> int:
    """Estimated tokens for `size` bytes."""
    return -(-size // BYTES_A_TOKEN)


def _get(data: Any, key: str, kind: type) -> Any:
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, kind) else None


def _count_tokens(completion: Any, asked: int, answered: int) -> int:
    """The server's token count, or an estimate if it is missing or impossible: no tokenizer makes more tokens than bytes."""
    total = _get(_get(completion, "usage", dict), "total_tokens", int)
    if total is not None and not isinstance(total, bool) and 0 < total <= asked + MOST_GENERATED:
        return int(total)
    return estimate_tokens(asked + min(answered, LONGEST_COMMAND))


def _text(content: Any) -> str:
    """Message content as one string; it may come in parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(part if isinstance(part, str) else _get(part, "text", str) or "" for part in parts)


def find_command(text: str) -> str:
    """The command in `text`: from JSON with any text around it, or a single line without JSON; otherwise ""."""
    *_, text = _THOUGHT.split(text)
    if _THINKS.match(text):
        return ""  # a thought that never ends
    if '"command"' in text:
        return _in_json(text)
    fenced = _FENCE.findall(text)
    line = _SPECIAL.sub("", fenced[0] if len(fenced) == 1 else text).strip("\ufeff`").strip()
    return "" if "\n" in line or "{" in line else line


def _in_json(text: str) -> str:
    """The one command in `text`; "" if there are two that differ."""
    found = {_decoded(value).strip() for value in _COMMAND.findall(text)}
    return found.pop() if len(found) == 1 else ""


def _decoded(value: str) -> str:
    with suppress(ValueError):
        return str(json.loads(value))
    return ""
