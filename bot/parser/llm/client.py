"""A model behind OpenAI's chat completions: one deadline for each call, one typed error for any failure."""

import asyncio
import json
import logging
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

import httpx2
import openai
from openai.types.chat import ChatCompletionMessageParam

import prompts
from bot.parser.llm.answer import read_answer
from bot.parser.llm.breaker import Breaker
from bot.parser.llm.faults import error_body, reason_of, to_model_error
from bot.parser.llm.features import EVERY, Feature, Features, drop_feature, find_named_feature, guess_features
from bot.parser.llm.model import Answer, ModelError
from bot.parser.llm.redact import redact_message, shorten
from bot.parser.llm.transport import CappedClient
from bot.parser.message import Message, ThreadTicket

log = logging.getLogger(__name__)

OPENAI = "https://api.openai.com/v1"
MOST_TOKENS = 150  # of an answer
MOST_TRIES = 8  # requests in one call; refused requests cost nothing

Chat = list[ChatCompletionMessageParam]

# One string, in the form that strict structured output requires: all properties required, no others.
_SCHEMA = {
    "type": "json_schema",
    "json_schema": {
        "name": "command",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"command": {"type": "string"}},
            "required": ["command"],
            "additionalProperties": False,
        },
    },
}


class OpenAIModel:
    """A model behind any server with chat completions: OpenAI, Azure, vLLM, Ollama, llama.cpp.

    Times are in seconds. `deadline` covers the whole call on the wall clock, including retries of refused
    requests. A feature that the server turns out not to support is left out from then on.
    """

    def __init__(
        self,
        api_key: str,
        name: str,
        *,
        clock: Callable[[], float],
        base_url: str = OPENAI,
        effort: str = "none",
        prompt: str = "parse",
        connect: float = 2.0,
        read: float = 6.0,
        deadline: float = 8.0,
        breaker: Breaker | None = None,
    ) -> None:
        self.name = name
        self._deadline, self._effort = deadline, effort
        self._prompt = prompts.load(prompt)
        self._breaker = breaker or Breaker(clock)
        self._features: Features = EVERY if effort else EVERY - {"reasoning_effort"}
        self._proven = False  # the server has accepted a request with these features
        self._client = _connect(api_key, base_url, httpx2.Timeout(read, connect=connect))

    @property
    def available(self) -> bool:
        return self._breaker.closed

    @property
    def takes_schemas(self) -> bool:
        """False once the server has rejected response schemas."""
        return "response_format" in self._features

    async def close(self) -> None:
        await self._client.close()

    async def ask(self, message: Message, hint: str = "") -> Answer:
        if not self._breaker.enter():
            raise ModelError("resting", calls=0)
        chat = self._chat(message, hint)
        asked = len(json.dumps([chat, _SCHEMA], ensure_ascii=False).encode(errors="replace"))
        try:
            async with asyncio.timeout(self._deadline):
                return read_answer(await self._send(chat), asked)
        except Exception as error:  # noqa: BLE001  # any failure here means that the model did not answer
            failure = to_model_error(error, asked)
            # A content filter's error is about this message, not about the server, and cost nothing.
            if failure.reason != "refused" or failure.tokens:
                self.rate(usable=False)
            log.info("No answer from the model %s: %s (%s)", self.name, failure.reason, type(error).__name__)
            raise failure from None

    def rate(self, *, usable: bool) -> None:
        if usable:
            self._breaker.succeeded()
        elif self._breaker.failed():
            log.warning("The model %s is left alone for a while: it failed again and again.", self.name)

    def _chat(self, message: Message, hint: str) -> Chat:
        """The instructions, the examples as earlier turns of the chat, and the message."""
        prompt = self._prompt
        chat: Chat = [{"role": "system", "content": prompt.fill(prompt.system)}]
        for shown in prompt.examples:
            thread = ThreadTicket(shown.thread) if shown.thread else None
            asked = _format_user_turn(prompt, shown.message, thread)
            answer = json.dumps({"command": shown.answer}, ensure_ascii=False)
            chat += [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]
        text = shorten(redact_message(message))
        return [*chat, {"role": "user", "content": _format_user_turn(prompt, text, message.thread, hint)}]

    async def _send(self, chat: Chat) -> bytes:
        """The body of a successful response.

        A refused request costs nothing and is sent again without the feature that the error names. If the
        error names none and no request has succeeded yet, likely features are left out in turn.
        """
        features = self._features
        untried = [] if self._proven else list(guess_features(features))
        for left in reversed(range(MOST_TRIES)):
            try:
                body = await self._complete(features, chat)
                break
            except openai.APIStatusError as error:
                refused = _refused_feature(error, features)
                unexplained = reason_of(error) == "rejected" and not error.param
                if not left or not (refused or (unexplained and untried)):
                    raise
                features = drop_feature(features, refused) if refused else untried.pop(0)
                untried = [] if refused else untried
        if features != self._features:
            log.info("The model's server is no longer sent %s.", ", ".join(self._features - features))
        self._features, self._proven = features, True
        return body

    async def _complete(self, features: Features, chat: Chat) -> bytes:
        options: dict[str, Any] = {}
        if "reasoning_effort" in features:
            options["reasoning_effort"] = self._effort
        if "response_format" in features:
            options["response_format"] = _SCHEMA
        for limit in features & {"max_completion_tokens", "max_tokens"}:
            options[limit] = MOST_TOKENS
        messages = chat if "system" in features else _merge_system(chat)
        completions = self._client.chat.completions.with_raw_response
        response = await completions.create(model=self.name, messages=messages, **options)
        return bytes(response.content)


def _connect(api_key: str, base_url: str, timeout: httpx2.Timeout) -> openai.AsyncOpenAI:
    """A client for `base_url`. A user name and password in the URL are sent as basic auth, and its query goes
    with each request. An `api-version` in the query selects Azure's client, which sends the key where Azure
    expects it.
    """
    url = urlsplit(base_url)
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    auth = httpx2.BasicAuth(unquote(url.username), unquote(url.password or "")) if url.username else None
    plain = urlunsplit((url.scheme, url.netloc.rpartition("@")[2], url.path, "", ""))
    shared: dict[str, Any] = {
        "api_key": api_key,
        "base_url": plain,
        "http_client": CappedClient(timeout=timeout, auth=auth),
        "timeout": timeout,
        "max_retries": 0,
    }
    version = query.pop("api-version", None)
    if version:
        return openai.AsyncAzureOpenAI(api_version=version, default_query=query, **shared)
    return openai.AsyncOpenAI(default_query=query, **shared)


def _refused_feature(error: openai.APIStatusError, features: Features) -> Feature | None:
    """The one of `features` that the server's refusal names."""
    reason = reason_of(error)
    named = find_named_feature(str(error.param or ""), error_body(error), features)
    stumbles = reason == "down" and named == "response_format"  # a server that crashes on a schema
    return named if reason == "rejected" or stumbles else None


def _format_user_turn(prompt: prompts.Prompt, text: str, thread: ThreadTicket | None, hint: str = "") -> str:
    """The message as the prompt wants it. A person's text is quoted as a JSON string, so nothing in it can end it."""
    quoted = partial(json.dumps, ensure_ascii=False)
    about = f"Thread: {thread.id} {thread.stat} {quoted(thread.title)}\n" if thread else ""
    guess = f"Guess: {hint}\n" if hint else ""
    return prompt.fill(prompt.user, thread=about, hint=guess, message=quoted(text))


def _merge_system(chat: Chat) -> Chat:
    """`chat` for servers without a system role: the instructions are put before the first question."""
    instructions, first, *rest = chat
    return [{"role": "user", "content": f"{instructions.get('content')}\n\n{first.get('content')}"}, *rest]
