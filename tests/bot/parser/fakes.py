"""Rules and a model whose answers a test sets."""

from bot.actions import Action, Nothing, read_action
from bot.parser.llm.model import Answer, ModelError
from bot.parser.message import Message, Reading

CLOSE = {"action": "CLOSE", "id": "T003"}
BULK = {"action": "bulk_update", "tickets": ["T001", "T002"], "changes": {"stat": "done"}}


class FakeRules:
    """Returns the readings that it was given; is unsure of any other text."""

    def __init__(self) -> None:
        self.known: dict[str, Reading] = {}
        self.seen: list[Message] = []

    def teach(self, text: str, action: dict, *, sure: bool = True, **how) -> str:
        self.known[text] = Reading(read_action(action), sure, **how)
        return text

    def __call__(self, message: Message) -> Reading:
        self.seen.append(message)
        return self.known.get(message.text, Reading(Nothing(), sure=False, hint="nothing"))


class ScriptedModel:
    """A model that gives set answers and records the questions."""

    name = "gpt-6-luna"
    available = True

    def __init__(self, answer: str | ModelError = "none", tokens: int = 212) -> None:
        self.answer, self.tokens = answer, tokens
        self.asked: list[str] = []
        self.hints: list[str] = []
        self.ratings: list[bool] = []

    def rate(self, *, usable: bool) -> None:
        self.ratings.append(usable)

    async def ask(self, message: Message, hint: str = "") -> Answer:
        self.hints.append(hint)
        self.asked.append(message.text)
        if isinstance(self.answer, ModelError):
            raise self.answer
        return Answer(self.answer, self.tokens)


def spell(action: Action) -> str:
    return f"<{action.action}>"
