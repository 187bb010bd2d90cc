"""Who is typing in the terminal, where, and what they see of it."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.local.asking import Form
from bot.local.blockkit.check import elements_of
from bot.local.blockkit.elements import options_of
from bot.local.drawing import Drawing, clean
from bot.local.errors import GestureError, SlackError
from bot.local.event_bus import Happening
from bot.local.gestures.person import DM
from bot.local.people import BOT_USER, Json
from bot.local.server import LocalSlack

HELP = """\
@tickets create API timeout, urgent     talk to the bot        /ticket view open       a slash command
> done: fixed                           reply in the latest thread
:as engineer      be somebody else      :in private            go to another channel, dm for the bot's own
:press Start      a button, or an option of a menu, by its label, in the newest message that has it
:people  :channels                      who and what there is  :home                   the bot's Home
:shortcut ID      a global shortcut     :on ID                 a message shortcut, on the newest message
:send  :cancel                          a form, as it is       :help                  this
Ctrl-C                                  stop"""

Write = Callable[[str], None]


class Conversation:
    """Who is typing, where, and what they have before them."""

    def __init__(self, slack: LocalSlack, write: Write) -> None:
        self._slack, self._write = slack, write
        self._user, self._channel = "engineer", "support"
        self._drawing = Drawing(slack.workspace.user_name)
        self._thread: dict[str, str] = {}
        self._form: Form | None = None
        self._switches: dict[str, Callable[[str], Awaitable[None]]] = {
            "as": self._as,
            "in": self._in,
            "press": self._press,
            "people": self._people,
            "channels": self._channels,
            "home": self._home,
            "send": self._send,
            "cancel": self._cancel,
            "shortcut": lambda name: self._slack.shortcut(self._user, name),
            "on": self._on,
            "help": self._help,
        }

    # what is typed

    async def typed(self, line: str) -> None:
        """Do what one line asks; what goes wrong is said in one line."""
        try:
            if self._form is not None and not line.startswith((":cancel", ":send", ":press ")):
                await self._answered(self._form, line)
            elif line.startswith(":"):
                await self._switched(line)
            elif line.strip():
                await self._said(line.strip())
        except (GestureError, SlackError) as error:
            self._write(f"Slack: {clean(str(error))}")

    async def _said(self, line: str) -> None:
        slack = self._slack
        if line.startswith("/"):
            command, _, text = line.partition(" ")
            await slack.command(self._user, self._here(), command, text)
        elif line.startswith(">"):
            thread = self._thread.get(self._here())
            if thread is None:
                self._write("There is no thread here yet.")
            else:
                await slack.say(self._user, self._here(), line.removeprefix(">").strip(), thread)
        else:
            await slack.say(self._user, self._here(), line)

    async def _switched(self, line: str) -> None:
        name, _, rest = line.removeprefix(":").partition(" ")
        switch = self._switches.get(name)
        if switch is None:
            self._write(f"There is no :{clean(name)}; :help shows what there is.")
        else:
            await switch(rest.strip())

    async def _as(self, name: str) -> None:
        self._user = self._slack.workspace.user(name).name
        self._write(self.where())

    async def _in(self, name: str) -> None:
        self._channel = DM if name == DM else self._slack.workspace.channel(name).name
        self._write(self.where())
        for message in self._slack.messages(self._here()):
            self._show(message, self._here())

    async def _people(self, _rest: str) -> None:
        for user in self._slack.workspace.users.values():
            self._write(f"{user.name}  ({user.real_name})")

    async def _channels(self, _rest: str) -> None:
        for channel in self._slack.workspace.channels.values():
            if channel.kind != "im":
                names = ", ".join(self._slack.workspace.users[member].name for member in channel.members)
                self._write(f"{channel.name}  ({names})")

    async def _home(self, _rest: str) -> None:
        await self._slack.open_home(self._user)

    async def _on(self, callback_id: str) -> None:
        messages = [one for one in self._slack.messages(self._here()) if one["user"] != BOT_USER]
        if not messages:
            self._write("There is no message here yet.")
        else:
            await self._slack.message_shortcut(self._user, self._here(), messages[-1]["ts"], callback_id)

    async def _help(self, _rest: str) -> None:
        self._write(HELP)

    async def _press(self, label: str) -> None:
        slack, me = self._slack, self._slack.workspace.user(self._user).id
        home = slack.home(me)
        if (modal := slack.modal(me)) and (found := self._labelled(modal["blocks"], label)):
            await slack.press_in_view(me, *found[:2], block_id=found[2])
            return
        for message in reversed(self._seen(me)):
            if found := self._labelled(message.get("blocks") or [], label):
                await slack.press(me, self._here(), message["ts"], *found[:2], block_id=found[2])
                return
        if home and (found := self._labelled(home["blocks"], label)):
            await slack.press_in_home(me, *found[:2], block_id=found[2])
            return
        self._write(f"Nothing here is labelled {clean(label)}.")

    def _seen(self, me: str) -> list[Json]:
        """Everything in this channel and its threads, oldest first."""
        posted = list(self._slack.workspace.messages.get(self._here(), {}).values())
        return sorted([*posted, *self._slack.ephemerals(me, self._here())], key=lambda one: str(one["ts"]))

    def _labelled(self, blocks: list[Json], label: str) -> tuple[str, Any, str] | None:
        """The action, its value and its block, of the button or option of that label."""
        for block in blocks:
            for element in elements_of(block):
                words = self._drawing.text(element.get("text"))
                if element.get("type") == "button" and _same(words, label):
                    return element["action_id"], element.get("value"), block["block_id"]
                for option in options_of(element):
                    if _same(self._drawing.text(option["text"]), label):
                        return element["action_id"], option["value"], block["block_id"]
        return None

    # what is seen

    def where(self) -> str:
        place = "direct messages with the bot" if self._channel == DM else f"#{self._channel}"
        return f"You are {self._user}, in {place}."

    def _here(self) -> str:
        return (
            self._slack.dm(self._user)
            if self._channel == DM
            else self._slack.workspace.channel(self._channel).id
        )

    def heard(self, happening: Happening) -> None:
        """Show what the person would see happen."""
        data, me = happening.data, self._slack.workspace.user(self._user).id
        if happening.kind in ("message", "changed", "ephemeral") and data["channel"] == self._here():
            self._show(data["message"], data["channel"], edited=happening.kind == "changed")
        elif happening.kind == "home" and data["user"] == me:
            self._write(self._drawing.view(data["view"]))
        elif happening.kind == "modal" and data["user"] == me:
            self._opened(data["view"])

    def _show(self, message: Json, channel: str, *, edited: bool = False) -> None:
        me = self._slack.workspace.user(self._user).id
        if message.get("is_ephemeral") and message["to"] != me:
            return
        if message["user"] == BOT_USER or message.get("thread_ts"):
            self._thread[channel] = message.get("thread_ts") or message["ts"]
        author = self._slack.workspace.user_name(message["user"]) or "Slack"
        marks = [
            "only you see this" if message.get("is_ephemeral") else "",
            "in a thread" if message.get("thread_ts", message["ts"]) != message["ts"] else "",
            "edited" if edited else "",
        ]
        noted = ", ".join(mark for mark in marks if mark)
        drawn = self._drawing.message(message).replace("\n", "\n  ")
        self._write(f"{author}{f' ({noted})' if noted else ''}:\n  {drawn}")

    def _opened(self, view: Json | None) -> None:
        if view is None:
            self._form = None
            return
        self._write(self._drawing.view(view))
        form = Form(view, self._drawing)
        if form.question():
            self._form = form
            self._write("Enter keeps what is in [ ]; :send sends at once, :cancel closes the form.")
            self._write(form.question())
        else:
            self._write(":send sends it, :cancel closes it.")

    async def _answered(self, form: Form, line: str) -> None:
        if complaint := form.answer(line):
            self._write(complaint)
        if form.question():
            self._write(form.question())
        else:
            await self._send("")

    async def _send(self, _rest: str) -> None:
        """Submit the topmost form with what was answered so far."""
        form, self._form = self._form, None
        errors = await self._slack.submit(self._user, form.values if form else {})
        if not errors:
            self._write("Sent.")
            return
        self._form = form
        for block, error in errors.items():
            if form:
                form.ask_again(block)
            self._write(f"{form.label(block) if form else block}: {clean(error)}")
        if form:
            self._write(form.question())

    async def _cancel(self, _rest: str) -> None:
        self._form = None
        await self._slack.dismiss(self._user)
        self._write("Closed.")


def _same(words: str, label: str) -> bool:
    """`Close` is meant for `Close…` too."""
    plain = words.rstrip("….").strip().casefold()
    return plain == label.rstrip("….").strip().casefold() and bool(plain)
