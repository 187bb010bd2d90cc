"""Sends a message to model servers that answer oddly, refuse, break or hang, in every known way."""

import asyncio
import gzip
import json
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import click
from aiohttp import web

from bot.parser.llm.breaker import Breaker
from bot.parser.llm.client import OpenAIModel
from bot.parser.llm.model import Answer, ModelError
from bot.parser.message import Message
from tests.support.model_server import (
    Behaviour,
    ModelServer,
    completion,
    drips,
    fails,
    hangs,
    resets,
    running_model_server,
    says,
    sends,
    transmits,
    unless,
)

COMMAND = "close T003: new fan"
FOUND = "found"
JSON = json.dumps({"command": COMMAND})
_ESCAPED = "".join(f"\\u{ord(letter):04x}" for letter in COMMAND)
DEADLINE = 0.4  # seconds to wait for a server that hangs
PATIENCE = 30.0  # seconds; anything else takes less, even on a busy machine


def _content(content: Any, **how: Any) -> Behaviour:
    return sends(completion(content, **how))


def _message(**fields: Any) -> Behaviour:
    body = completion(None)
    body["choices"][0]["message"] = {"role": "assistant", "content": None, **fields}
    return sends(body)


def _but(**fields: Any) -> Behaviour:
    return sends(completion(JSON) | fields)


def _bare(**fields: Any) -> dict[str, Any]:
    return {"choices": [{"message": {"content": JSON, **fields}}]}


def _head(length: int | None = None, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", *headers]
    lines += [f"Content-Length: {length}"] if length is not None else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@cache
def _zeros(window: int) -> bytes:
    """64 megabytes of zeros, compressed a thousandfold."""
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()


def _bomb(encoding: str, status: int = 200, **headers: str) -> Behaviour:
    """Sends what is small until it is decompressed. It is made when it is first sent: that takes half a second."""

    async def behave(server: ModelServer, request: web.Request) -> web.StreamResponse:
        body = await asyncio.to_thread(_zeros, {"gzip": 31, "deflate": 15}[encoding])
        return await sends(body, status, {"Content-Encoding": encoding, **headers})(server, request)

    return behave


def _sent(request: dict[str, Any], feature: str) -> bool:
    if feature == "system":
        return request["messages"][0]["role"] == "system"
    return feature in request


def _knows_no(*features: str, refusal: Behaviour) -> Behaviour:
    """A server that refuses requests with any of `features`."""

    def is_known(request: dict[str, Any]) -> bool:
        return not any(_sent(request, feature) for feature in features)

    return unless(is_known, refusal, says(COMMAND))


_BODY = json.dumps(completion(JSON)).encode()
_WORDLESS = sends({"error": "Bad Request"}, 400)
_CHUNKED = b"".join(b"1\r\n%c\r\n" % byte for byte in _BODY) + b"0\r\n\r\n"

# Answers with one command, wherever it stands: the client must find it.
SHAPES: dict[str, Behaviour] = {
    "as it should be": says(COMMAND),
    "pretty-printed": _content(json.dumps({"command": COMMAND}, indent=4)),
    "escaped letter by letter": _content(f'{{"command": "{_ESCAPED}"}}'),
    "in reasoning_content, content is null": _message(reasoning_content=JSON),
    "in reasoning_content, content is empty": _message(reasoning_content=f"Let me see. {JSON}", content=""),
    "in reasoning": _message(reasoning=JSON),
    "behind thoughts": _content(f"<think>They want it closed.</think>\n{JSON}"),
    "behind thoughts that hold another command": _content(f'<think>{{"command":"none"}}?</think>{JSON}'),
    "behind thoughts that were not opened": _content(f"They want it closed.\n</think>\n\n{JSON}"),
    "behind <thinking>": _content(f"<thinking>hm</thinking>{JSON}"),
    "behind <reasoning>": _content(f"<Reasoning>hm</Reasoning> {JSON}"),
    "behind thoughts, without JSON": _content(f"<think>hm</think>\n{COMMAND}"),
    "in a fence": _content(f"```json\n{JSON}\n```"),
    "in a fence of capitals": _content(f"```JSON\n{JSON}\n```"),
    "in a fence without a name": _content(f"```\n{JSON}\n```"),
    "in a fence that is not closed": _content(f"```json\n{JSON}"),
    "in a sentence and a fence": _content(
        f"Sure! Here is the command:\n\n```json\n{JSON}\n```\nAnything else?"
    ),
    "in a sentence": _content(f"Here is the JSON you asked for: {JSON}"),
    "before a sentence": _content(f"{JSON} I hope that helps."),
    "before <|im_end|>": _content(f"{JSON}<|im_end|>"),
    "before </s>": _content(f"{JSON}</s>"),
    "between special tokens": _content(f"<|start_header_id|>assistant<|end_header_id|>\n{JSON}<|eot_id|>"),
    "in a channel": _content(f"<|channel|>analysis<|message|>hm<|end|><|channel|>final<|message|>{JSON}"),
    "bare": _content(COMMAND),
    "bare in backticks": _content(f"`{COMMAND}`"),
    "bare in a fence": _content(f"```\n{COMMAND}\n```"),
    "bare before a special token": _content(f"{COMMAND}<|eot_id|>"),
    "bare behind a byte order mark": _content(f"\ufeff{COMMAND}"),
    "behind a byte order mark": _content(f"\ufeff{JSON}"),
    "as parts": _content([{"type": "text", "text": JSON}]),
    "as parts, torn": _content([{"type": "text", "text": JSON[:9]}, {"type": "text", "text": JSON[9:]}]),
    "as parts that are texts": _content([JSON]),
    "as parts with a thought": _content(
        [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": JSON}]
    ),
    "with a key more": _content(json.dumps({"command": COMMAND, "explanation": "They said so."})),
    "with a key before": _content(json.dumps({"confidence": 0.9, "command": COMMAND})),
    "inside another object": _content(json.dumps({"answer": {"command": COMMAND}})),
    "in a list": _content(json.dumps([{"command": COMMAND}])),
    "said twice": _content(f"{JSON}\n{JSON}"),
    "whole, but stopped by length": _content(JSON, finish="length"),
    "stopped by length before its last brace": _content(JSON[:-1], finish="length"),
    "finished for no reason": _content(JSON, finish=None),
    "finished for an unknown reason": _content(JSON, finish="eos_token"),
    "with tool calls that are null": _message(content=JSON, tool_calls=None, function_call=None),
    "with nothing else": sends(_bare()),
    "with a second choice": sends({"choices": [*_bare()["choices"], {"message": {"content": "none"}}]}),
    "an empty refusal": sends(_bare(refusal="")),
    "a body behind a byte order mark": sends(b"\xef\xbb\xbf" + _BODY),
    "a body in UTF-16": sends(json.dumps(completion(JSON)).encode("utf-16")),
    "a body behind spaces": sends(b" \n" * 2_000 + _BODY),
    "a body byte by byte": transmits(_head(None, "Transfer-Encoding: chunked") + _CHUNKED),
    "a body that ends with the connection": transmits(_head(), _BODY),
    "as plain text": sends(_BODY, headers={"Content-Type": "text/plain"}),
    "in a charset that decodes slowly": sends(
        _BODY, headers={"Content-Type": "text/plain; charset=punycode"}
    ),
    "gzip that nobody asked for": sends(gzip.compress(_BODY), headers={"Content-Encoding": "gzip"}),
    "deflate that nobody asked for": sends(zlib.compress(_BODY), headers={"Content-Encoding": "deflate"}),
    "no usage": _but(usage=None),
    "usage without a total": _but(usage={}),
    "a negative usage": _but(usage={"total_tokens": -5}),
    "a usage of 10^18": _but(usage={"total_tokens": 10**18}),
    "a usage in words": _but(usage={"total_tokens": "many"}),
    "a usage that is true": _but(usage={"total_tokens": True}),
    "a usage that is a list": _but(usage=[100]),
    "an informational response first": transmits(
        b"HTTP/1.1 103 Early Hints\r\n\r\n", _head(len(_BODY)), _BODY
    ),
}

# Refusals over a part that can be left out: the client must leave it out and find the command.
REFUSALS: dict[str, Behaviour] = {
    **{
        f"{feature} refused by name": _knows_no(feature, refusal=fails(400, f"no {feature}", param=feature))
        for feature in ("reasoning_effort", "response_format", "max_completion_tokens")
    },
    **{
        f"{feature} refused without a word": _knows_no(feature, refusal=_WORDLESS)
        for feature in ("reasoning_effort", "response_format", "max_completion_tokens", "system")
    },
    "all refused without a word": _knows_no(
        "reasoning_effort",
        "response_format",
        "max_completion_tokens",
        "max_tokens",
        "system",
        refusal=_WORDLESS,
    ),
    "three refused one after the other": _knows_no(
        "reasoning_effort",
        "response_format",
        "max_completion_tokens",
        refusal=fails(400, "unknown: response_format, reasoning_effort, max_completion_tokens"),
    ),
    "reasoning refused in other words": _knows_no(
        "reasoning_effort", refusal=fails(400, 'think value "none" is not supported for this model')
    ),
    "a grammar that cannot be parsed": _knows_no(
        "response_format", refusal=fails(400, "failed to parse grammar")
    ),
    "a grammar that the server dies of": _knows_no(
        "response_format", refusal=fails(500, "failed to parse grammar")
    ),
    "structured output refused": _knows_no(
        "response_format", refusal=fails(400, "This model does not support structured output.")
    ),
    "schemas refused with 422": _knows_no(
        "response_format", refusal=fails(422, "json_schema: not supported")
    ),
    "a list of what is wrong": _knows_no(
        "reasoning_effort",
        refusal=sends({"detail": [{"loc": ["body", "reasoning_effort"], "msg": "extra fields"}]}, 422),
    ),
    "the system role refused": _knows_no("system", refusal=fails(400, "System role not supported")),
    "roles that must alternate": _knows_no(
        "system", refusal=fails(400, "Conversation roles must alternate user/assistant/user/assistant")
    ),
    "a role refused by its place": _knows_no(
        "system", refusal=fails(400, "does not support 'system' with this model", param="messages[0].role")
    ),
}

# Answers without a command: the client must give the reason, and nothing may be done.
FAULTS: dict[str, tuple[Behaviour, str]] = {
    "no content": (_content(None), "nonsense"),
    "empty content": (_content(""), "nonsense"),
    "content that is a number": (_content(7), "nonsense"),
    "parts without text": (_content([{"type": "image_url"}, 7, None]), "nonsense"),
    "thoughts without an end": (_content(f"<think>They might want {JSON} or not"), "nonsense"),
    "thoughts that ate all tokens": (_content("<think>They might want", finish="length"), "cut"),
    "thoughts alone": (_message(reasoning_content="They might want it closed."), "nonsense"),
    "nothing but thoughts, cut": (sends(completion("", finish="length")), "cut"),
    "a command cut short": (_content('{"command": "close T0', finish="length"), "cut"),
    "a command cut short that says it is whole": (_content('{"command": "close T0'), "nonsense"),
    "two commands that differ": (_content(f'{JSON} or {{"command": "none"}}'), "nonsense"),
    "another key": (_content('{"cmd": "close T003"}'), "nonsense"),
    "a command that is a number": (_content('{"command": 7}'), "nonsense"),
    "a command that is null": (_content('{"command": null}'), "nonsense"),
    "a command that is a list": (_content('{"command": ["close T003"]}'), "nonsense"),
    "an empty command": (_content('{"command": ""}'), "nonsense"),
    "a command of spaces": (_content('{"command": "   "}'), "nonsense"),
    "an endless command": (_content(json.dumps({"command": "a" * 5_000})), "nonsense"),
    "a broken escape": (_content('{"command": "close \\q"}'), "nonsense"),
    "paragraphs": (_content("I looked into it.\n\nIt should be closed."), "nonsense"),
    "special tokens alone": (_content("<|im_start|><|im_end|>"), "nonsense"),
    "a refusal": (_message(refusal="I cannot help with that."), "refused"),
    "a refusal beside a command": (_message(refusal="no", content=JSON), "refused"),
    "stopped by a filter": (_content("", finish="content_filter"), "refused"),
    "refused by a filter": (fails(400, "filtered", code="content_filter"), "refused"),
    "no choices": (_but(choices=[]), "nonsense"),
    "choices that are null": (_but(choices=None), "nonsense"),
    "choices that are a text": (_but(choices=JSON), "nonsense"),
    "a choice that is null": (_but(choices=[None]), "nonsense"),
    "a choice without a message": (_but(choices=[{}]), "nonsense"),
    "a message that is a text": (_but(choices=[{"message": JSON}]), "nonsense"),
    "an error with status 200": (sends({"error": {"message": "overloaded"}}), "down"),
    "an empty object": (sends({}), "nonsense"),
    "a list": (sends([]), "nonsense"),
    "a bare text": (sends('"close T003"'), "nonsense"),
    "null": (sends("null"), "nonsense"),
    "a number of 10,000 digits": (sends("9" * 10_000), "nonsense"),
    "lists in lists in lists": (sends("[" * 60_000), "nonsense"),
    "a page": (sends("<html>Welcome to the hotel's network</html>"), "nonsense"),
    "an empty body": (sends(""), "nonsense"),
    "half a body": (sends('{"id": "chatcmpl-1", "choi'), "nonsense"),
    "bytes that are no text": (sends(b"\xff\xfe\x00"), "nonsense"),
    "events instead of an answer": (sends(f"data: {json.dumps(completion(JSON))}\n\ndata: [DONE]\n"), "nonsense"),
    "204": (sends("", 204), "nonsense"),
    "a megabyte": (sends(completion(" " * 2**20 + JSON)), "nonsense"),
    "a megabyte of braces": (sends(completion('{"command"' * 100_000)), "nonsense"),
    "a gzip bomb": (_bomb("gzip"), "nonsense"),
    "a deflate bomb": (_bomb("deflate"), "nonsense"),
    "a gzip bomb as an error": (_bomb("gzip", 401), "denied"),
    "gzip that is none": (sends(_BODY, headers={"Content-Encoding": "gzip"}), "nonsense"),
    "an encoding that nobody asked for": (sends(_BODY, headers={"Content-Encoding": "br"}), "nonsense"),
    "two encodings": (sends(_BODY, headers={"Content-Encoding": "gzip, gzip"}), "nonsense"),
    "moved": (sends("", 301, {"Location": "/v2/chat/completions"}), "no such path"),
    "moved for now, with a bomb": (_bomb("gzip", 307, Location="/"), "no such path"),
    "moved to itself": (sends("", 308, {"Location": "/v1/chat/completions"}), "no such path"),
    "everything refused without a word": (_WORDLESS, "rejected"),
    "everything refused by name": (
        fails(400, "response_format, reasoning_effort, system role, max_completion_tokens, max_tokens"),
        "rejected",
    ),
    "too long a message": (fails(400, "context length exceeded", param="messages"), "rejected"),
    "a wrong key": (fails(401, "Incorrect API key provided"), "denied"),
    "a key without rights": (fails(403), "denied"),
    "a wrong key, with status 400": (fails(400, "bad key", code="invalid_api_key"), "denied"),
    "no money": (fails(402, "Insufficient balance"), "quota"),
    "no quota": (fails(429, "You exceeded your current quota", code="insufficient_quota"), "quota"),
    "no quota, in words": (fails(429, "Check your plan and billing details."), "quota"),
    "too many requests": (fails(429, "Rate limit reached"), "busy"),
    "an unknown model": (fails(404, "The model `x` does not exist", code="model_not_found"), "unknown model"),
    "an unknown model, in words": (fails(404, "model 'x' not found, try pulling it first"), "unknown model"),
    "an unknown model, with status 400": (fails(400, "invalid model x"), "unknown model"),
    "an unknown path": (sends("404 page not found", 404), "no such path"),
    "a path for something else": (fails(405), "no such path"),
    "a timeout of the server's": (fails(408), "late"),
    "too large a request": (fails(413), "rejected"),
    "422 without a word": (sends("", 422), "rejected"),
    "an error of the server's": (fails(500), "down"),
    "a bad gateway": (sends("<html>502</html>", 502), "down"),
    "an overloaded server": (fails(503, "overloaded"), "down"),
    "a server that is loading": (fails(503, "Loading model"), "loading"),
    "a gateway's timeout": (fails(504), "late"),
    "an unknown status": (fails(529), "down"),
    "an error that is a text": (sends("boom", 500), "down"),
    "an error that is a list": (sends([1, 2], 500), "down"),
    "an error with odd fields": (sends({"error": {"code": [1], "param": {"a": 1}, "message": None}}, 500), "down"),
    "a reset": (resets, "unreachable"),
    "a reset in the middle": (transmits(_head(len(_BODY)), _BODY[:40]), "unreachable"),
    "closed without a word": (transmits(), "unreachable"),
    "no HTTP": (transmits(b"220 mail.example ESMTP\r\n"), "unreachable"),
    "a head without an end": (transmits(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 200_000), "unreachable"),
    "a length that is none": (transmits(_head(None, "Content-Length: many"), _BODY), "unreachable"),
    "a chunk that is none": (transmits(_head(None, "Transfer-Encoding: chunked") + b"zz\r\n"), "unreachable"),
    "hanging": (hangs, "late"),
    "hanging in its head": (transmits(b"HTTP/1.1 200 OK\r\n", then_hang=True), "late"),
    "hanging in its body": (transmits(_head(len(_BODY)), _BODY[:40], then_hang=True), "late"),
    "dripping": (drips, "late"),
    "dripping its head": (transmits(*[b"%c" % byte for byte in _head(9)], pause=0.05), "late"),
    "informational responses without end": (
        transmits(*[b"HTTP/1.1 100 Continue\r\n\r\n" * 20] * 100, pause=0.01),
        "late",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Met:
    """The outcome of one fault: the answer or the reason for its absence, seconds, and the number of requests."""

    outcome: str
    tokens: int
    seconds: float
    requests: int


def kinds() -> dict[str, tuple[Behaviour, str]]:
    found = {name: (behaviour, FOUND) for name, behaviour in (SHAPES | REFUSALS).items()}
    return found | FAULTS


async def meet(server: ModelServer, name: str) -> Met:
    """Ask a server of this kind one question."""
    behaviour, expected = kinds()[name]
    server.does(behaviour)
    before, begun = len(server.requests), time.perf_counter()
    breaker = Breaker(time.monotonic)
    model = OpenAIModel(
        "sk-secret-of-the-test",
        "m",
        clock=time.monotonic,
        base_url=server.url,
        deadline=DEADLINE if expected == "late" else PATIENCE,
        breaker=breaker,
    )
    try:
        answer: Answer | ModelError = await model.ask(Message("T003 is fixed, the new fan did it"))
    except ModelError as error:
        answer = error
    finally:
        await model.close()
    if isinstance(answer, Answer):
        outcome = FOUND if answer.text == COMMAND else answer.text
    else:
        outcome = answer.reason
    return Met(outcome, answer.tokens, time.perf_counter() - begun, len(server.requests) - before)


COUNT = len(SHAPES | REFUSALS) + len(FAULTS)


async def _run(names: Iterable[str]) -> list[str]:
    wrong = []
    async with running_model_server() as server:
        for name in names:
            expected = kinds()[name][1]
            met = await meet(server, name)
            if met.outcome != expected:
                wrong.append(f"{name}: {met.outcome} after {met.seconds:.1f} s instead of {expected}")
    return wrong


def main(count: int, seed: int) -> int:
    """Try one kind after the other, `count` in all, starting at one that depends on `seed`."""
    names = list(kinds())
    wrong = asyncio.run(_run(names[(seed + number) % len(names)] for number in range(count)))
    click.echo(f"{count} of {len(names)} kinds of model servers, {len(wrong)} wrong")
    for line in wrong:
        click.echo(f"  {line}")
    return bool(wrong)
