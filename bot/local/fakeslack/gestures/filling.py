"""Submitting and closing forms."""

import copy
from typing import Any

from bot.local.fakeslack.blockkit import inputs
from bot.local.fakeslack.delivery.envelope import Delivery
from bot.local.fakeslack.errors import GestureError, SlackError
from bot.local.fakeslack.gestures.person import Person
from bot.local.fakeslack.payloads import interactions
from bot.local.fakeslack.webapi.views import check_and_copy
from bot.local.fakeslack.workspace.people import Json, User

Errors = dict[str, str]


class Filling(Person):
    async def submit(
        self,
        user: str,
        values: dict[str, Any] | None = None,
        *,
        view_id: str | None = None,
        forge: bool = False,
    ) -> Errors | None:
        """Fill in a person's topmost modal and submit it. `values` are by block id; other fields keep theirs.

        Returns the errors at the fields, by block id, or None if the form was accepted. `forge` sends what Slack's
        client would not send. Raises `GestureError`.
        """
        who = self._find_user(user)
        view = self._open(who, view_id)
        self._enter(view, values or {}, forge=forge)
        asked = [block for block in view["blocks"] if block["type"] == "input"]
        entered = view["state"]["values"]
        wrong = {block["block_id"]: self._complaint(block, entered) for block in asked}
        if not forge and any(wrong.values()):
            return {block: error for block, error in wrong.items() if error}
        payload = interactions.submitted(self._gesture(who, view=view["id"]), view)
        answer = await self.platform.dispatcher.ask(Delivery("interactive", payload))
        return self._apply_response(who, view, answer)

    async def enter(self, user: str, values: dict[str, Any]) -> None:
        """Fill in a person's topmost modal and leave it open. Raises `GestureError`."""
        self._enter(self._open(self._find_user(user), None), values, forge=False)

    async def dismiss(self, user: str, *, everything: bool = False) -> None:
        """Close the topmost modal, or all; the app is notified if it asked for that. Raises `GestureError`."""
        who = self._find_user(user)
        self._open(who, None)
        closed = self.platform.modals.clear(who.id) if everything else [self.platform.modals.close(who.id)]
        self.platform.bus.publish("modal", user=who.id, view=self.platform.modals.top(who.id))
        for view in closed:
            if view and view["notify_on_close"]:
                payload = interactions.closed(self._gesture(who), view, cleared=everything)
                await self.platform.dispatcher.ask(Delivery("interactive", payload))

    def _open(self, who: User, view_id: str | None) -> Json:
        for view in reversed(self.platform.modals.stack(who.id)):
            if view_id in (None, view["id"]):
                return view
        raise GestureError("no_modal", f"{who.name} has none open")

    def _enter(self, view: Json, values: dict[str, Any], *, forge: bool) -> None:
        state = inputs.merged(inputs.state_of(view["blocks"]), view["state"]["values"])
        blocks = {block["block_id"]: block for block in view["blocks"]}
        for block_id, value in values.items():
            element = blocks.get(block_id, {}).get("element")
            if element is None:
                asked = [name for name, block in blocks.items() if "element" in block]
                raise GestureError("no_such_field", f"{block_id} is not among {', '.join(asked)}")
            state[block_id] = {element["action_id"]: inputs.entry(element, value, forge=forge)}
        view["state"] = {"values": state}

    def _complaint(self, block: Json, entered: Json) -> str:
        return inputs.complaint(
            block, entered.get(block["block_id"], {}).get(block["element"]["action_id"], {})
        )

    def _apply_response(self, who: User, view: Json, answer: Any) -> Errors | None:
        """Do what the app's acknowledgement says. Raises `GestureError` if Slack would not understand it."""
        body = answer if isinstance(answer, dict) else {}
        action = body.get("response_action")
        modals = self.platform.modals
        if answer not in (None, "", {}) and action not in ("errors", "update", "push", "clear"):
            raise GestureError("invalid_response", f"response_action {action!r}")
        if action == "errors":
            return self._errors(view, body.get("errors"))
        if action in ("update", "push"):
            try:
                new = check_and_copy(self.platform, copy.deepcopy(body.get("view")), "modal")
                if action == "update":
                    modals.update(view, new)
                else:
                    modals.push(who.id, new)
            except SlackError as error:
                raise GestureError("invalid_view", str(error.details.get("errors", error.code))) from None
        elif action == "clear":
            modals.clear(who.id)
        elif view in modals.stack(who.id):
            modals.stack(who.id).remove(view)
        self.platform.bus.publish("modal", user=who.id, view=modals.top(who.id))
        return None

    def _errors(self, view: Json, errors: Any) -> Errors:
        asked = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not set(errors) <= asked:
            raise GestureError(
                "invalid_errors", f"{errors!r} must name input blocks: {', '.join(sorted(asked))}"
            )
        return {str(block): str(error) for block, error in errors.items()}
