"""A request for a ticket about earlier messages: `create a ticket for this`, `ticket this`, `log it please, p1`."""

from bot.actions import Create, View
from bot.parser.message import Reading
from bot.parser.rules import questions
from bot.parser.rules.create.inline_fields import CATEGORY_NAMES
from bot.parser.rules.language.lexer import Kind, Token
from bot.parser.rules.language.lexicon import load_word_sets
from bot.parser.rules.language.roles import FUNCTION_WORDS, Role
from bot.parser.rules.utterance import Utterance, sure

_VERBS, _PLACES, _POINTING = load_word_sets("ticket_verbs around_messages pointing")
_AROUND = (*FUNCTION_WORDS, Role.NOUN, Role.CONNECTS, Role.TO, Role.FROM, Role.WITHIN, Role.PRI, Role.FIELD, Role.CREATE_VERB, Role.INDIRECT, Role.ABOUT, Role.BESIDE)  # fmt: skip
_LONGEST = 14  # tokens


def read_from_thread(utterance: Utterance) -> Reading | None:
    """A ticket made from the current thread, or a view of the thread's ticket; a question outside threads; or None."""
    body = [token for token in utterance.body if token.kind not in (Kind.LINE, Kind.PICTURE)]
    if not body or len(body) > _LONGEST or utterance.names_ids or not _points(body):
        return None
    if utterance.thread:
        return sure(View(id=utterance.thread.id))
    if utterance.surface != "thread":
        return sure(questions.NO_TITLE)
    pri = next((int(token.tags[Role.PRI]) for token in body if Role.PRI in token.tags), None)
    cat = next((token.tags.get(Role.CAT) for token in body if token.word in CATEGORY_NAMES), None)
    return sure(Create.model_validate({"source": "thread", "pri": pri, "cat": cat}))


def _points(body: list[Token]) -> bool:
    """Whether the message only asks for a ticket about `this`."""
    lead, rest = body[0], body[1:]
    short = lead.has(Role.LOGS) or lead.word in ("ticket", "track")
    named = any("ticket" in token.word for token in body if token.tags.get(Role.NOUN) == "one")
    refers = any(Role.PRON in token.tags or token.word in _POINTING for token in rest)
    if not (lead.word in _VERBS or lead.has(Role.WANTS)) or not refers or not (named or short):
        return False
    little = _PLACES | CATEGORY_NAMES
    return all(token.kind == Kind.MARK or token.word in little or token.has(*_AROUND) for token in rest)
