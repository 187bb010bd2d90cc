"""Buttons, menus and shortcuts; opening App Home."""

import copy
from typing import Any

from bot.local.fakeslack.blockkit import inputs
from bot.local.fakeslack.blockkit.elements import elements_of
from bot.local.fakeslack.delivery.envelope import Delivery
from bot.local.fakeslack.errors import GestureError
from bot.local.fakeslack.gestures.person import Person
from bot.local.fakeslack.payloads import events, interactions
from bot.local.fakeslack.workspace.people import Json, User


def find(blocks: list[Json], action_id: str, value: Any, block_id: str = "") -> tuple[Json, str]:
    """The element and its block's id. If several have the same `action_id`, the button with that value.

    Raises `GestureError` if there is none.
    """
    found = [
        (element, str(block["block_id"]))
        for block in blocks
        for element in elements_of(block)
        if element.get("action_id") == action_id and block_id in ("", block["block_id"])
    ]
    exact = [one for one in found if value is not None and one[0].get("value") == value]
    if not found or (value is not None and found[0][0]["type"] == "button" and not exact):
        there = [
            element["action_id"]
            for block in blocks
            for element in elements_of(block)
            if "action_id" in element
        ]
        raise GestureError(
            "no_such_element", f"{action_id} {value or ''} is not among {', '.join(there) or 'nothing'}"
        )
    return (exact or found)[0]


def forged(action_id: str, value: Any, block_id: str) -> tuple[Json, str]:
    """A button that does not exist."""
    text = {"type": "plain_text", "text": "Forged", "emoji": True}
    return {"type": "button", "action_id": action_id, "text": text, "value": value}, block_id or "forged"


class Pressing(Person):
    async def press(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        value: Any = None,
        *,
        block_id: str = "",
        forge: bool = False,
    ) -> None:
        """Press a button, or choose from a menu (`value` is the option's), in a message or an ephemeral one.

        Raises `GestureError` if the message does not offer that to the person. `forge` sends it all the same, with any
        value.
        """
        who = self._find_user(user)
        where = self._find_channel(who, channel)
        message = self._find_message(who, where, ts)
        blocks = message.get("blocks") or []
        element, block = self._element(blocks, action_id, value, block_id, forge=forge)
        gesture = self._gesture(who, where, message)
        acted = inputs.action(element, block, value, gesture.action_ts, forge=forge)
        state = self._entered(inputs.state_of(blocks), element, block, value, forge=forge)
        seen = copy.deepcopy(message)
        payload = interactions.pressed_in_message(gesture, where, seen, acted, state)
        await self.platform.dispatcher.ask(Delivery("interactive", payload))

    async def press_in_view(
        self, user: str, action_id: str, value: Any = None, *, block_id: str = "", forge: bool = False
    ) -> None:
        """Press in the person's topmost modal. Raises `GestureError`."""
        who = self._find_user(user)
        view = self.platform.modals.top(who.id)
        if view is None:
            raise GestureError("no_modal", f"{who.name} has none open")
        await self._press_in(who, view, action_id, value, block_id, forge=forge)

    async def press_in_home(
        self, user: str, action_id: str, value: Any = None, *, block_id: str = "", forge: bool = False
    ) -> None:
        """Raises `GestureError`."""
        who = self._find_user(user)
        view = self.platform.modals.home(who.id)
        if view is None:
            raise GestureError("no_home", f"nothing is published for {who.name}")
        await self._press_in(who, view, action_id, value, block_id, forge=forge)

    async def _press_in(
        self, who: User, view: Json, action_id: str, value: Any, block_id: str, *, forge: bool
    ) -> None:
        element, block = self._element(view["blocks"], action_id, value, block_id, forge=forge)
        entered = inputs.merged(inputs.state_of(view["blocks"]), view["state"]["values"])
        view["state"] = {"values": self._entered(entered, element, block, value, forge=forge)}
        gesture = self._gesture(who, view=view["id"])
        acted = inputs.action(element, block, value, gesture.action_ts, forge=forge)
        await self.platform.dispatcher.ask(
            Delivery("interactive", interactions.pressed_in_view(gesture, view, acted))
        )

    def _element(
        self, blocks: list[Json], action_id: str, value: Any, block_id: str, *, forge: bool
    ) -> tuple[Json, str]:
        try:
            return find(blocks, action_id, None if forge else value, block_id)
        except GestureError:
            if not forge:
                raise
            return forged(action_id, value, block_id)

    def _entered(self, state: Json, element: Json, block: str, value: Any, *, forge: bool) -> Json:
        if inputs.is_stateful(element):
            state.setdefault(block, {})[element["action_id"]] = inputs.entry(element, value, forge=forge)
        return state

    async def shortcut(self, user: str, callback_id: str) -> None:
        """Use a global shortcut. Raises `GestureError`."""
        gesture = self._gesture(self._insider(user))
        await self.platform.dispatcher.ask(
            Delivery("interactive", interactions.shortcut(gesture, callback_id))
        )

    async def message_shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> None:
        """Use a shortcut on a message. Raises `GestureError`."""
        who = self._insider(user)
        where = self._find_channel(who, channel)
        message = self._find_message(who, where, ts)
        if message.get("is_ephemeral"):
            raise GestureError("message_not_found", "an ephemeral message has no shortcuts")
        payload = interactions.message_shortcut(
            self._gesture(who, where, message), where, message, callback_id
        )
        await self.platform.dispatcher.ask(Delivery("interactive", payload))

    def _insider(self, user: str) -> User:
        who = self._find_user(user)
        if who.is_stranger:
            raise GestureError(
                "unknown_shortcut", f"{who.name} is of another organisation, where the app is not installed"
            )
        return who

    async def open_home(self, user: str) -> None:
        """Send `app_home_opened`; `home` then returns what the app publishes. Raises `GestureError`."""
        who = self._find_user(user)
        channel = self.platform.workspace.dm(who.id)
        view = self.platform.modals.home(who.id)
        self.platform.emit(events.home_opened(who.id, channel.id, view, self.platform.ids.ts()))
