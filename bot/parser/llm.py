"""A model behind OpenAI's chat completions: one call, one deadline, one typed error for whatever goes wrong."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import prompts
from bot.parser.breaker import Breaker
from bot.parser.message import Message, Topic
from bot.parser.model import Answer, ModelError
from bot.parser.plain import plain_text, shorten
from store.models import Category

if TYPE_CHECKING:
    import openai
    from openai.types.chat import ChatCompletion, ChatCompletionMessageParam

log = logging.getLogger(__name__)

OPENAI = "https://api.openai.com/v1"
MOST_TOKENS = 150  # of an answer
LONGEST_ANSWER = 2_000  # characters; more is no command
CHARACTERS_A_TOKEN = 4  # for what no server counted: an estimate, on the high side for English

# What says something about the message rather than about the model: no reason to leave the model alone.
_OF_THE_MESSAGE = ("refused", "cut")


def _schema(key: str, value: dict[str, Any]) -> dict[str, Any]:
    """For one string under `key`, as strict structured output wants it: all required and nothing else."""
    shape = {"type": "object", "properties": {key: value}, "required": [key], "additionalProperties": False}
    return {"type": "json_schema", "json_schema": {"name": key, "strict": True, "schema": shape}}


_COMMAND = _schema("command", {"type": "string"})
_CATEGORY = _schema("cat", {"type": "string", "enum": [*Category]})


class OpenAIModel:
    """A model behind any server that speaks chat completions: OpenAI, Azure, vLLM, Ollama, llama.cpp.

    Times are in seconds; `deadline` is of the wall clock around the whole call, a refused parameter's second
    try included. A parameter that the server refuses is noticed once and left out from then on.
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
        import openai  # noqa: PLC0415  # 0.7 s and 60 MB: only where a model is configured

        self.name = name
        self._deadline = deadline
        self._prompt, self._category = prompts.load(prompt), prompts.load("category")
        self._breaker = breaker or Breaker(clock)
        # What not every server knows, until it refuses it.
        self._options: dict[str, Any] = {"max_completion_tokens": MOST_TOKENS, "response_format": True}
        if effort:
            self._options["reasoning_effort"] = effort
        self._client = openai.AsyncOpenAI(
            api_key=api_key,
            base_url=base_url,
            timeout=openai.Timeout(read, connect=connect),
            max_retries=0,
        )

    @property
    def available(self) -> bool:
        return self._breaker.closed

    @property
    def healthy(self) -> bool:
        return self._breaker.healthy

    async def close(self) -> None:
        await self._client.close()

    async def ask(self, message: Message, hint: str = "") -> Answer:
        return await self._guarded("command", _COMMAND, self._chat(message, hint), self._deadline)

    async def categorise(self, title: str) -> Answer:
        prompt = self._category
        chat = _chat(prompt.fill(prompt.system), (), prompt.fill(prompt.user, title=title))
        return await self._guarded("cat", _CATEGORY, chat, self._deadline / 2)

    def _chat(self, message: Message, hint: str) -> "list[ChatCompletionMessageParam]":
        """The instructions, the examples as if they had been asked and answered before, and the message."""
        prompt = self._prompt
        turns = [
            (_put(prompt, shown.message, Topic(shown.thread) if shown.thread else None), shown.answer)
            for shown in prompt.examples
        ]
        return _chat(
            prompt.fill(prompt.system),
            turns,
            _put(prompt, shorten(plain_text(message)), message.thread, hint),
        )

    async def _guarded(
        self, key: str, schema: dict[str, Any], chat: "list[ChatCompletionMessageParam]", deadline: float
    ) -> Answer:
        if not self._breaker.enter():
            raise ModelError("resting", calls=0)
        asked = len(json.dumps([chat, schema]))
        try:
            async with asyncio.timeout(deadline):
                completion = await self._send(schema, chat)
            answer = _read(completion, key, asked)
        except Exception as error:  # noqa: BLE001  # whatever goes wrong here is a model that did not answer
            fault = error if isinstance(error, ModelError) else _fault(error, asked)
            if fault.reason in _OF_THE_MESSAGE:
                self._breaker.succeeded()
            elif self._breaker.failed():
                log.warning("The model %s is left alone for a while: it failed again and again.", self.name)
            log.info("No answer from the model %s: %s (%s)", self.name, fault.reason, type(error).__name__)
            raise fault from None
        self._breaker.succeeded()
        return answer

    async def _send(
        self, schema: dict[str, Any], chat: "list[ChatCompletionMessageParam]"
    ) -> "ChatCompletion":
        """One answered request. A refused parameter is left out and the request, which cost nothing, repeated."""
        import openai  # noqa: PLC0415  # imported by now

        while True:
            options = dict(self._options)
            if "response_format" in options:
                options["response_format"] = schema
            try:
                completion: ChatCompletion = await self._client.chat.completions.create(
                    model=self.name, messages=chat, **options
                )
                return completion  # noqa: TRY300  # the loop ends here
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                refused = _refused_option(error, options)
                if refused is None:
                    raise
                log.info("The model's server refuses %s; it is left out from now on.", refused)
                if self._options.pop(refused, None) and refused == "max_completion_tokens":
                    self._options["max_tokens"] = MOST_TOKENS  # its older name


def _put(prompt: prompts.Prompt, text: str, thread: Topic | None, hint: str = "") -> str:
    """A message as the prompt puts it: what a person wrote is a JSON string, which nothing in it can end."""
    about = f"Thread: {thread.id} {thread.stat} {_quoted(thread.title)}\n" if thread else ""
    guess = f"Guess: {hint}\n" if hint else ""
    return prompt.fill(prompt.user, thread=about, hint=guess, message=_quoted(text))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _chat(system: str, turns: Iterable[tuple[str, str]], message: str) -> "list[ChatCompletionMessageParam]":
    chat: list[ChatCompletionMessageParam] = [{"role": "system", "content": system}]
    for asked, answer in turns:
        chat += [
            {"role": "user", "content": asked},
            {"role": "assistant", "content": json.dumps({"command": answer}, ensure_ascii=False)},
        ]
    return [*chat, {"role": "user", "content": message}]


def _refused_option(error: "openai.APIStatusError", options: dict[str, Any]) -> str | None:
    """Which of `options` a server names in its refusal."""
    if error.code == "content_filter":
        return None
    told = (error.param or str(error.body)).lower()
    names = {"response_format": ("response_format", "schema")}
    return next(
        (option for option in options if any(name in told for name in names.get(option, (option,)))), None
    )


def _read(completion: "ChatCompletion", key: str, asked: int) -> Answer:
    """The answer's one string. Raises `ModelError`, or anything at all where the server sent anything at all."""
    choice = completion.choices[0] if completion.choices else None
    content = (choice and choice.message.content) or ""
    tokens = _bill(completion, asked + len(content))
    if choice is None:
        raise ModelError("nonsense", tokens)
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise ModelError("refused", tokens)
    if choice.finish_reason == "length":
        raise ModelError("cut", tokens)
    text = _unwrap(content, key)
    if not text or len(text) > LONGEST_ANSWER:
        raise ModelError("nonsense", tokens)
    return Answer(text, tokens)


def _unwrap(content: str, key: str) -> str:
    """The string under `key`; or all that there is, where a server without schemas let the model speak freely."""
    content = content.strip().removeprefix("```json").strip("`").strip()
    if not content.startswith("{"):
        return content
    try:
        data = json.loads(content)
    except ValueError:
        return ""
    text = data.get(key)
    return text.strip() if set(data) == {key} and isinstance(text, str) else ""


def _bill(completion: "ChatCompletion", characters: int) -> int:
    """What the server counted; an estimate where it does not say, so that the budget holds there too."""
    total = getattr(completion.usage, "total_tokens", None)
    return total if isinstance(total, int) and total > 0 else _estimate(characters)


def _estimate(characters: int) -> int:
    return -(-characters // CHARACTERS_A_TOKEN)


def _fault(error: Exception, asked: int) -> ModelError:
    """Why there is no answer. Nothing of the error's own text goes on: it may quote a key or a message."""
    import openai  # noqa: PLC0415  # imported by now

    match error:
        case TimeoutError() | openai.APITimeoutError():
            return ModelError("late", _estimate(asked))  # it may well be billed
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return ModelError("denied")
        case openai.RateLimitError():
            return ModelError("busy")
        case openai.APIStatusError(code="content_filter"):
            return ModelError("refused")
        case openai.APIStatusError() | openai.APIConnectionError():
            return ModelError("down")
        case _:
            return ModelError("nonsense", _estimate(asked))
