"""Short helpers for what people do and see."""

from tests.support.bot_harness import Office


async def command(office: Office, text: str, user: str = "engineer", channel: str = "support"):
    answer = await office.slack.command(user, channel, "/ticket", text)
    await office.idle()
    return answer


async def ticket(office: Office, ticket_id: str):
    record = await office.bot.core.store.get(ticket_id)
    return record.ticket if record else None


def texts(messages) -> list[str]:
    return [message["text"] for message in messages]


def whispered(office: Office, user: str = "engineer") -> str:
    """The latest ephemeral message to `user`, as they read it."""
    return read(office.slack.ephemerals(user)[-1])


def read(message) -> str:
    """A message's text as a person reads it, with ordinary spaces for no-break spaces."""
    return message["text"].replace("\u00a0", " ")


async def ticket_by_mention(office: Office, text: str = "@tickets create API timeout"):
    """Make a ticket by mention. Returns the message's ts and the card."""
    ts = await office.said("engineer", "support", text)
    return ts, office.thread("support", ts)[0]


async def press(office: Office, user: str, message, action: str, value=None):
    await office.slack.press(user, "support", message["ts"], action, value)
    await office.idle()


def offered(card, beginning: str) -> str:
    """The value of the option in a card's menu that begins with `beginning`."""
    elements = [one for block in card["blocks"] for one in block.get("elements", [])]
    (menu,) = [one for one in elements if one.get("action_id") == "ticket.menu"]
    values = [option["value"] for group in menu["option_groups"] for option in group["options"]]
    return next(value for value in values if value.startswith(beginning))


def buttons(message) -> list[str]:
    """What can be pressed in a line."""
    found = [block.get("accessory") for block in message["blocks"]]
    found += [one for block in message["blocks"] for one in block.get("elements", [])]
    return [one["action_id"] for one in found if one and one.get("action_id")]
