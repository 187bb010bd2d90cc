"""Simulated outages of Slack and of the model."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.local.browser.requests import ModelState, SlackState
from bot.local.fakeslack.faults import Faults
from bot.parser.llm.model import Answer, Model, ModelError
from bot.parser.message import Message

SLOW = 2.0  # seconds that every call to Slack takes in the state "slow"
BUSY = 2  # seconds after which Slack asks to retry in the state "busy"
MODEL_SLOW = 4.0  # seconds of delay before a call to the model in its state "slow"


class ModelSwitch:
    """Delays or fails the calls to the model that it wraps; `fitted` is True once it wraps one."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self.state: ModelState = "normal"
        self.fitted = False
        self.sleep = sleep

    def wrap(self, model: Model) -> Model:
        self.fitted = True
        return _Switched(model, self)

    async def pass_through(self) -> None:
        """Raises `ModelError` if the model is switched off."""
        if self.state == "down":
            raise ModelError("down")
        if self.state == "slow":
            await self.sleep(MODEL_SLOW)


class _Switched:
    def __init__(self, model: Model, switch: ModelSwitch) -> None:
        self._model, self._switch = model, switch

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def available(self) -> bool:
        return self._model.available

    async def ask(self, message: Message, hint: str = "") -> Answer:
        await self._switch.pass_through()
        return await self._model.ask(message, hint)

    def rate(self, *, usable: bool) -> None:
        self._model.rate(usable=usable)


class Outages:
    def __init__(self, faults: Faults, model: ModelSwitch) -> None:
        self._faults, self._model = faults, model
        self.slack: SlackState = "normal"

    def set(self, slack: SlackState | None, model: ModelState | None) -> None:
        if slack is not None:
            self.slack = slack
            self._faults.clear()
            _BREAK[slack](self._faults)
        if model is not None:
            self._model.state = model

    def shown(self) -> dict[str, str | bool]:
        return {"slack": self.slack, "model": self._model.state, "has_model": self._model.fitted}


_BREAK: dict[SlackState, Callable[[Faults], None]] = {
    "normal": lambda _faults: None,
    "slow": lambda faults: faults.slow("*", SLOW, times=None),
    "busy": lambda faults: faults.rate_limit("*", BUSY, times=None),
    "down": lambda faults: faults.fail("*", 503, times=None),
    "cut": lambda faults: faults.down(),
}
