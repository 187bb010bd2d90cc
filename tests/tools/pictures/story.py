"""What people said before the pictures are taken: an invented morning at a consulting company."""

from typing import NamedTuple

from bot.app.local import LocalWorkspace
from bot.app.local.demo import MovableTime

BEGIN = 1_727_164_800.0  # 2024-09-24 08:00 UTC
NOW = BEGIN + 2.65 * 3600


class StoryMessage(NamedTuple):
    """`minutes` after the beginning; `under` names the first message of the thread that it belongs to."""

    minutes: float
    who: str
    text: str
    under: str = ""
    where: str = "support"


STORY = (
    StoryMessage(-2900, "admin", "/ticket create DB connection fails after failover pri:1 cat:infra", where="shared"),
    StoryMessage(-2700, "colleague", "/ticket create Build pipeline broken on main pri:1 cat:code", where="shared"),
    StoryMessage(-1500, "engineer", "/ticket create Login page slow on Monday mornings cat:code", where="shared"),
    StoryMessage(-1450, "colleague", "/ticket create Rotate the deployment keys cat:infra", where="shared"),
    StoryMessage(-1400, "admin", "/ticket create Runbook for the restore is out of date pri:3 cat:doc", where="shared"),
    StoryMessage(-1350, "engineer", "/ticket create Second monitor for the dispatch desk pri:3 cat:other", where="shared"),
    StoryMessage(-1300, "colleague", "/ticket start T002, bisecting since Friday", where="shared"),
    StoryMessage(-1290, "engineer", "/ticket start T004, staging first", where="shared"),
    StoryMessage(12, "colleague", "Morning! The deploy window is 10 to 11 today."),
    StoryMessage(31, "engineer", "@tickets create API timeout issues in production, urgent", "API"),
    StoryMessage(38, "colleague", "in progress, investigating load balancer", "API"),
    StoryMessage(52, "admin", "The customer sees 504s since 8:20", "API"),
    StoryMessage(74, "admin", "@tickets create Onboarding checklist for contractors, low", "list"),
    StoryMessage(131, "colleague", "The invoice export drops umlauts again"),
)  # fmt: skip
TO_BE_A_TICKET = "The invoice export"


class PictureTime(MovableTime):
    """A clock at the story's time, so that later pictures show the same."""

    def __init__(self) -> None:
        super().__init__()
        self.at = BEGIN

    def now(self) -> float:
        return self.at


async def tell(local: LocalWorkspace, clock: PictureTime) -> None:
    """Say everything."""
    threads: dict[str, str] = {}
    slack = local.slack
    await slack.until(lambda: slack.sockets)
    for said in STORY:
        clock.at = BEGIN + 60 * said.minutes
        if said.text.startswith("/"):
            command, _, words = said.text.partition(" ")
            await slack.command(said.who, said.where, command, words)
        else:
            ts = await slack.say(said.who, said.where, said.text, thread=threads.get(said.under))
            if said.under:
                threads.setdefault(said.under, ts)
        await slack.until(lambda: all(one.done for one in slack.deliveries))
        await local.bot.runner.idle()
    await slack.react("admin", "support", slack.messages("support")[0]["ts"], "+1")
    clock.at = NOW
    local.browser.read_until(NOW)
