"""Model servers in whose answers the command must be found."""

import gzip
import json
import zlib

from tests.support.model_server import (
    Behaviour,
    completion,
    fails,
    says,
    sends,
    transmits,
)
from tests.tools.attack.model_faults.behaviours import (
    BODY,
    CHUNKED,
    COMMAND,
    ESCAPED,
    JSON,
    WORDLESS,
    bare,
    but,
    content,
    head,
    knows_no,
    message,
)

# Answers with one command, wherever it stands: the client must find it.
SHAPES: dict[str, Behaviour] = {
    "as it should be": says(COMMAND),
    "pretty-printed": content(json.dumps({"command": COMMAND}, indent=4)),
    "escaped letter by letter": content(f'{{"command": "{ESCAPED}"}}'),
    "in reasoning_content, content is null": message(reasoning_content=JSON),
    "in reasoning_content, content is empty": message(reasoning_content=f"Let me see. {JSON}", content=""),
    "in reasoning": message(reasoning=JSON),
    "behind thoughts": content(f"<think>They want it closed.</think>\n{JSON}"),
    "behind thoughts that hold another command": content(f'<think>{{"command":"none"}}?</think>{JSON}'),
    "behind thoughts that were not opened": content(f"They want it closed.\n</think>\n\n{JSON}"),
    "behind <thinking>": content(f"<thinking>hm</thinking>{JSON}"),
    "behind <reasoning>": content(f"<Reasoning>hm</Reasoning> {JSON}"),
    "behind thoughts, without JSON": content(f"<think>hm</think>\n{COMMAND}"),
    "in a fence": content(f"```json\n{JSON}\n```"),
    "in a fence of capitals": content(f"```JSON\n{JSON}\n```"),
    "in a fence without a name": content(f"```\n{JSON}\n```"),
    "in a fence that is not closed": content(f"```json\n{JSON}"),
    "in a sentence and a fence": content(
        f"Sure! Here is the command:\n\n```json\n{JSON}\n```\nAnything else?"
    ),
    "in a sentence": content(f"Here is the JSON you asked for: {JSON}"),
    "before a sentence": content(f"{JSON} I hope that helps."),
    "before <|im_end|>": content(f"{JSON}<|im_end|>"),
    "before </s>": content(f"{JSON}</s>"),
    "between special tokens": content(f"<|start_header_id|>assistant<|end_header_id|>\n{JSON}<|eot_id|>"),
    "in a channel": content(f"<|channel|>analysis<|message|>hm<|end|><|channel|>final<|message|>{JSON}"),
    "bare": content(COMMAND),
    "bare in backticks": content(f"`{COMMAND}`"),
    "bare in a fence": content(f"```\n{COMMAND}\n```"),
    "bare before a special token": content(f"{COMMAND}<|eot_id|>"),
    "bare behind a byte order mark": content(f"\ufeff{COMMAND}"),
    "behind a byte order mark": content(f"\ufeff{JSON}"),
    "as parts": content([{"type": "text", "text": JSON}]),
    "as parts, torn": content([{"type": "text", "text": JSON[:9]}, {"type": "text", "text": JSON[9:]}]),
    "as parts that are texts": content([JSON]),
    "as parts with a thought": content(
        [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": JSON}]
    ),
    "with a key more": content(json.dumps({"command": COMMAND, "explanation": "They said so."})),
    "with a key before": content(json.dumps({"confidence": 0.9, "command": COMMAND})),
    "inside another object": content(json.dumps({"answer": {"command": COMMAND}})),
    "in a list": content(json.dumps([{"command": COMMAND}])),
    "said twice": content(f"{JSON}\n{JSON}"),
    "whole, but stopped by length": content(JSON, finish="length"),
    "stopped by length before its last brace": content(JSON[:-1], finish="length"),
    "finished for no reason": content(JSON, finish=None),
    "finished for an unknown reason": content(JSON, finish="eos_token"),
    "with tool calls that are null": message(content=JSON, tool_calls=None, function_call=None),
    "with nothing else": sends(bare()),
    "with a second choice": sends({"choices": [*bare()["choices"], {"message": {"content": "none"}}]}),
    "an empty refusal": sends(bare(refusal="")),
    "a body behind a byte order mark": sends(b"\xef\xbb\xbf" + BODY),
    "a body in UTF-16": sends(json.dumps(completion(JSON)).encode("utf-16")),
    "a body behind spaces": sends(b" \n" * 2_000 + BODY),
    "a body byte by byte": transmits(head(None, "Transfer-Encoding: chunked") + CHUNKED),
    "a body that ends with the connection": transmits(head(), BODY),
    "as plain text": sends(BODY, headers={"Content-Type": "text/plain"}),
    "in a charset that decodes slowly": sends(BODY, headers={"Content-Type": "text/plain; charset=punycode"}),
    "gzip that nobody asked for": sends(gzip.compress(BODY), headers={"Content-Encoding": "gzip"}),
    "deflate that nobody asked for": sends(zlib.compress(BODY), headers={"Content-Encoding": "deflate"}),
    "no usage": but(usage=None),
    "usage without a total": but(usage={}),
    "a negative usage": but(usage={"total_tokens": -5}),
    "a usage of 10^18": but(usage={"total_tokens": 10**18}),
    "a usage in words": but(usage={"total_tokens": "many"}),
    "a usage that is true": but(usage={"total_tokens": True}),
    "a usage that is a list": but(usage=[100]),
    "an informational response first": transmits(b"HTTP/1.1 103 Early Hints\r\n\r\n", head(len(BODY)), BODY),
}

# Refusals over a part that can be left out: the client must leave it out and find the command.
REFUSALS: dict[str, Behaviour] = {
    **{
        f"{feature} refused by name": knows_no(feature, refusal=fails(400, f"no {feature}", param=feature))
        for feature in ("reasoning_effort", "response_format", "max_completion_tokens")
    },
    **{
        f"{feature} refused without a word": knows_no(feature, refusal=WORDLESS)
        for feature in ("reasoning_effort", "response_format", "max_completion_tokens", "system")
    },
    "all refused without a word": knows_no(
        "reasoning_effort",
        "response_format",
        "max_completion_tokens",
        "max_tokens",
        "system",
        refusal=WORDLESS,
    ),
    "three refused one after the other": knows_no(
        "reasoning_effort",
        "response_format",
        "max_completion_tokens",
        refusal=fails(400, "unknown: response_format, reasoning_effort, max_completion_tokens"),
    ),
    "reasoning refused in other words": knows_no(
        "reasoning_effort", refusal=fails(400, 'think value "none" is not supported for this model')
    ),
    "a grammar that cannot be parsed": knows_no(
        "response_format", refusal=fails(400, "failed to parse grammar")
    ),
    "a grammar that the server dies of": knows_no(
        "response_format", refusal=fails(500, "failed to parse grammar")
    ),
    "structured output refused": knows_no(
        "response_format", refusal=fails(400, "This model does not support structured output.")
    ),
    "schemas refused with 422": knows_no("response_format", refusal=fails(422, "json_schema: not supported")),
    "a list of what is wrong": knows_no(
        "reasoning_effort",
        refusal=sends({"detail": [{"loc": ["body", "reasoning_effort"], "msg": "extra fields"}]}, 422),
    ),
    "the system role refused": knows_no("system", refusal=fails(400, "System role not supported")),
    "roles that must alternate": knows_no(
        "system", refusal=fails(400, "Conversation roles must alternate user/assistant/user/assistant")
    ),
    "a role refused by its place": knows_no(
        "system", refusal=fails(400, "does not support 'system' with this model", param="messages[0].role")
    ),
}
