"""The views a person has open: a stack of up to three modals, and the app's Home."""

from typing import Any

from bot.local.fakeslack.clock import Clock
from bot.local.fakeslack.errors import SlackError
from bot.local.fakeslack.ids import Ids
from bot.local.fakeslack.workspace.people import APP, BOT_ID, TEAM, Json

MAX_STACKED = 3


class Modals:
    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock, self._ids = clock, ids
        self._stacks: dict[str, list[Json]] = {}
        self._homes: dict[str, Json] = {}

    def stack(self, user: str) -> list[Json]:
        return self._stacks.get(user, [])

    def top(self, user: str) -> Json | None:
        stack = self.stack(user)
        return stack[-1] if stack else None

    def home(self, user: str) -> Json | None:
        return self._homes.get(user)

    def owner(self, view_id: str) -> str:
        """The user who has the view open. Raises `not_found` once it is closed."""
        for user, stack in self._stacks.items():
            if any(view["id"] == view_id for view in stack):
                return user
        for user, view in self._homes.items():
            if view["id"] == view_id:
                return user
        raise SlackError("not_found")

    def find(self, view_id: str = "", external_id: str = "") -> Json:
        """Raises `not_found`."""
        views = [view for stack in self._stacks.values() for view in stack] + list(self._homes.values())
        for view in views:
            if (view_id and view["id"] == view_id) or (external_id and view["external_id"] == external_id):
                return view
        raise SlackError("not_found")

    def open(self, user: str, view: Json) -> Json:
        made = self._made(view)
        self._stacks[user] = [made]
        return made

    def push(self, user: str, view: Json) -> Json:
        """Raises `not_found` if no modal is open, `push_limit_reached` if three are."""
        stack = self.stack(user)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= MAX_STACKED:
            raise SlackError("push_limit_reached")
        made = self._made(view) | {"root_view_id": stack[0]["id"], "previous_view_id": stack[-1]["id"]}
        stack.append(made)
        return made

    def update(self, old: Json, view: Json, view_hash: str = "") -> Json:
        """Change `old` in place. Input in blocks with an unchanged id is kept. Raises `hash_conflict`."""
        if view_hash and view_hash != old["hash"]:
            raise SlackError("hash_conflict")
        kept = {name: old[name] for name in ("id", "root_view_id", "previous_view_id", "state")}
        blocks = {block["block_id"] for block in view["blocks"]}
        entered = {name: values for name, values in kept["state"]["values"].items() if name in blocks}
        made = self._made(view, replacing=old) | kept | {"state": {"values": entered}}
        old.clear()
        old.update(made)
        return old

    def publish(self, user: str, view: Json, view_hash: str = "") -> Json:
        """Raises `hash_conflict`."""
        if user in self._homes:
            return self.update(self._homes[user], view, view_hash)
        self._homes[user] = self._made(view)
        return self._homes[user]

    def close(self, user: str) -> Json | None:
        """Close the topmost modal and return it."""
        stack = self.stack(user)
        return stack.pop() if stack else None

    def clear(self, user: str) -> list[Json]:
        """Close all modals and return them, the topmost first."""
        return list(reversed(self._stacks.pop(user, [])))

    def _made(self, view: Json, replacing: Json | None = None) -> Json:
        external = view.get("external_id") or ""
        taken = external and (replacing is None or replacing["external_id"] != external)
        if taken and any(one["external_id"] == external for stack in self._stacks.values() for one in stack):
            raise SlackError("duplicate_external_id")
        identity = self._ids.next("V")
        made: dict[str, Any] = {
            "id": identity,
            "team_id": TEAM,
            "type": view["type"],
            "blocks": view["blocks"],
            "private_metadata": view.get("private_metadata") or "",
            "callback_id": view.get("callback_id") or "",
            "state": {"values": {}},
            "hash": f"{int(self._clock.time())}.{self._ids.token('hash')[:8]}",
            "title": view.get("title"),
            "clear_on_close": bool(view.get("clear_on_close")),
            "notify_on_close": bool(view.get("notify_on_close")),
            "close": view.get("close"),
            "submit": view.get("submit"),
            "previous_view_id": None,
            "root_view_id": identity,
            "app_id": APP,
            "external_id": external,
            "app_installed_team_id": TEAM,
            "bot_id": BOT_ID,
        }
        return made
