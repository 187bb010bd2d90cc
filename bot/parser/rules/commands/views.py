"""What to show: a ticket, a list, a history; and questions that one of these answers."""

from itertools import chain, dropwhile, islice, pairwise

from bot.actions import History, Nothing, View
from bot.fields import MAX_IDS
from bot.parser.message import Reading, ThreadTicket
from bot.parser.rules import questions
from bot.parser.rules.commands import build
from bot.parser.rules.commands.filters.extraction import extract_filters, find_closer
from bot.parser.rules.commands.filters.search import LISTING, RANKING, read_words
from bot.parser.rules.commands.nearest import find_nearest
from bot.parser.rules.commands.slot_filling import RANKED, gather
from bot.parser.rules.commands.slots import EFFECTS, Slots, Value
from bot.parser.rules.language.lexer import NO_TOKEN, Kind, Token, any_has, token_at
from bot.parser.rules.language.lexicon import load_word_set
from bot.parser.rules.language.roles import FIELDS, Role
from bot.parser.rules.utterance import CHANGING, Utterance, sure, unsure
from bot.parser.text import to_plain_text

_FINDING = load_word_set("finding")  # what they find has to be said
_MOST_SOUGHT = 3  # words
_DESCRIBING = (
    Role.STAT, Role.PRI, Role.CAT, Role.ALL, Role.MINE, Role.WH, Role.GLUE, Role.LISTED, Role.VERB, Role.COUNT,
)  # fmt: skip  # words that may describe the tickets asked for


def read_history(slots: Slots, thread: ThreadTicket | None) -> Reading:
    ids = build.targets(slots, thread)
    if slots.bad_ids:
        return sure(questions.bad_id(slots.bad_ids[0], "history"))
    one = len(ids) == 1
    return sure(History(id=ids[0], page=slots.page or None) if one else questions.which("history T042"))


def read_view(utterance: Utterance, slots: Slots) -> Reading | None:
    """`show T003`, `list open infra`, `search VPN`."""
    if slots.wrong or slots.bad_ids:
        wrong = questions.wrong_value(*slots.wrong, "view") if slots.wrong else None
        return sure(wrong or questions.bad_id(slots.bad_ids[0], "view"))
    if not set(slots.verbs) <= {"view"}:
        return None
    if _names_field(slots):
        return read_unfilterable(utterance)
    if slots.complete:
        nobody = "pron" in slots.flags and not (slots.ids or slots.values or slots.search or utterance.thread)
        thread = None if Role.LISTS in utterance.lead.tags else utterance.thread
        said = [token for token in utterance.body if not (token.breaks(",.!?") or Role.POLITE in token.tags)]
        unsaid = not slots.values and all(token.has(Role.NOUN, Role.ARTICLE) for token in said[1:])
        finds = said[0].word in _FINDING and unsaid and not (slots.many or thread)  # `find the bug`
        asked = questions.NO_SEARCH if finds else questions.which("view T042") if nobody else None
        return sure(asked or build.view(slots, thread))
    if slots.guard or not (slots.ids or slots.values or slots.many or slots.filters):
        return None
    words = utterance.body[min(slots.rest, len(utterance.body) - 1) :]  # words that are no filter
    written = to_plain_text(utterance.source[words[0].start : words[-1].end])
    nearest = [build.view(slots, utterance.thread)]
    unknown = len(words) <= _MOST_SOUGHT and all(one.kind == Kind.WORD and not one.tags for one in words)
    if unknown and not (slots.search or slots.ids or "or" in slots.flags):  # `list open p2 timeout`
        slots.search = read_words(words, utterance.source)
        nearest.insert(0, build.view(slots, utterance.thread))
    return unsure(questions.cannot_filter(written, *nearest))


def _names_field(slots: Slots) -> bool:
    """Whether a list is asked for by a field without a value: `tickets with notes`, `how many tickets per category`."""
    return bool(slots.named) and slots.many and not (slots.ids or slots.search)


def read_named_and_list(utterance: Utterance, slots: Slots) -> Reading | None:
    """A question about a list that is asked for behind named tickets: `view T012 and all open infra`."""
    behind = utterance.body[slots.id_places[-1] + 1 :] if slots.ids else []
    joined = any_has(behind, Role.ALL) or (behind and behind[0].has(Role.AND))
    asks = joined or utterance.lead.word in LISTING  # not `how's T014 doing`
    if not asks or slots.bad_ids or any_has(behind, Role.AUX):
        return None
    while behind and behind[0].has(Role.AND):
        behind = behind[1:]
    others = gather([utterance.lead, *behind], utterance.source)
    listed = others.values or others.many or others.search or "mine" in others.flags
    if not (behind and others.complete and listed):
        return None
    shown = (build.view(Slots(ids=slots.ids), None), build.view(others, None))
    return sure(questions.offer(*shown, msg="I show named tickets or a list, not both at once. Which one?"))


def read_unfilterable(utterance: Utterance) -> Reading | None:
    """The nearest list without what cannot be a filter, as a question. None if no list is asked for."""
    body, lead = utterance.body, utterance.lead
    telling = (token for token in body if token.kind != Kind.NUMBER)
    noun = next((one for one in telling if Role.NOUN in one.tags or not one.has(*_DESCRIBING)), lead)
    many = noun.is_many and noun.word != "things"
    curt = utterance.question and noun.word == "anything" and Role.PRI in utterance.roles
    many = many and (curt or noun.word.endswith("s") or noun.word.startswith("ticket "))
    person = any(token.word.startswith("<@") for token in body if token.kind == Kind.ENTITY)
    wondered = person and (utterance.question or lead.has(Role.WH, Role.AUX, Role.COUNT))
    filters, rest = extract_filters(body, utterance.source, utterance.today)
    closer = find_closer(rest, utterance.source)
    if utterance.names_ids or not (wondered or many or closer or _ranks(body)):
        return None
    slots = Slots(filters=filters)
    for before, token in pairwise([NO_TOKEN, *rest]):
        said = () if before.has(Role.EXCEPT, Role.NEG) else FIELDS
        slots.values += [Value(name, value) for name in said if (value := token.value(name))]
    slots.values += [Value("stat", "done")] if closer else []
    unknown = [token for token in rest if not token.tags and token.kind != Kind.MARK] or rest or body
    words = closer or utterance.source[unknown[0].start : unknown[-1].end]
    asked = questions.cannot_filter(to_plain_text(words), build.view(slots, None))
    return sure(asked) if utterance.question or person or closer else unsure(asked)


def _ranks(body: list[Token]) -> bool:
    """Whether the message compares by numbers of tickets: `who has the most tickets`."""
    at = next((at for at, token in enumerate(body) if token.word in RANKING), len(body))
    return any(token.is_many for token in body[at:])


def read_question(utterance: Utterance, slots: Slots) -> Reading | None:
    """The reading of a question: never a change. It shows the answer if it is clear which ticket or list that is."""
    if slots.bad_ids and slots.complete:
        return sure(questions.bad_id(slots.bad_ids[0], "view"))
    if utterance.lead.has(Role.AUX) and any(token.kind == Kind.CODE for token in utterance.body[1:2]):
        return sure(Nothing())  # does `close T1 T2` work?
    if _asks_leave(utterance, slots):
        return sure(questions.offer(find_nearest(utterance.body, utterance.thread)))
    anywhere = (token.ids for token in utterance.body if token.kind == Kind.ID)
    known = slots.ids if slots.complete else []  # `is T003 more urgent than T004`
    ids = known or list(dict.fromkeys(islice(chain.from_iterable(anywhere), MAX_IDS + 1)))
    if ids:
        return _read_named(utterance, ids, history="history" in slots.verbs)
    if slots.complete and not slots.texts and set(slots.verbs) <= {"view", *EFFECTS}:
        return _read_list(utterance, slots)
    return _read_about(utterance, slots)


def _read_about(utterance: Utterance, slots: Slots) -> Reading | None:
    """`do we have a ticket for the login bug?`, `did anyone open a ticket for the VPN?`, `who has the most tickets?`"""
    if not slots.complete and token_at(utterance.body, slots.rest).word in RANKED:
        return read_view(utterance, slots)  # `what's open, newest first?`
    at = next((at for at, token in enumerate(utterance.body) if Role.NOUN in token.tags), 0) + 1
    opened = any_has(utterance.body[:at], Role.CREATE_VERB)
    one = utterance.body[at - 1].tags.get(Role.NOUN) == "one"
    asked = Role.AUX in utterance.lead.tags and one and (opened or not slots.values)
    behind = utterance.body[at:]
    words = [*dropwhile(lambda token: token.has(Role.LEADS, Role.ABOUT) or token.word == "on", behind)]
    words = words if asked and len(words) < len(behind) else []
    text = read_words(words, utterance.source).strip(" .?!\"'“”") if words else ""
    if text:
        return sure(View(text=text, **slots.filters))
    return read_unfilterable(utterance) if _ranks(utterance.body) else None


def _read_named(utterance: Utterance, ids: list[str], *, history: bool) -> Reading:
    if another := _find_another_request(utterance.body):
        return unsure(questions.one_at_a_time(find_nearest(utterance.body[:another])))
    return sure(History(id=ids[0]) if history else build.view(Slots(ids=ids), None))


def _find_another_request(body: list[Token]) -> int:
    """Where another request begins behind what is said of a ticket: `T014 is done. Can someone order paint?`; or 0."""
    requests = (at for at, token in enumerate(body) if at and Role.REQUEST in token.tags)
    at = next((at for at in requests if body[at - 1].breaks(",.;!")), 0)
    here = any(token.kind == Kind.ID or Role.PRON in token.tags for token in body[at:])
    return at if body[0].kind == Kind.ID and not here else 0


def _asks_leave(utterance: Utterance, slots: Slots) -> bool:
    """Whether a command is only asked about: `close T003?`, `can we close it?`."""
    changing = not (CHANGING - {"update"}).isdisjoint(slots.verbs) or bool(slots.texts)
    changing = changing or ("update" in slots.verbs and slots.effective)
    verb_first = changing and slots.opened == "verb" and not utterance.lead.has(Role.WH, Role.AUX)
    may = utterance.wish == "may" and (changing or bool(slots.values))
    return (verb_first or may) and bool(slots.ids or "pron" in slots.flags or utterance.thread)


def _read_list(utterance: Utterance, slots: Slots) -> Reading | None:
    """`what's open?`, `what did we close?`; in a thread, `what's the status?`."""
    if _names_field(slots):
        return read_unfilterable(utterance)
    slots.values += [Value("stat", EFFECTS[verb]) for verb in slots.verbs if verb in EFFECTS]
    described = slots.values or slots.search or slots.filters or not {"mine", "stats"}.isdisjoint(slots.flags)
    ranked = "noun" in slots.flags and any(token.word in RANKED for token in utterance.body)
    described = described or ranked or slots.flags.get("noun") == "many"
    this_one = "pron" in slots.flags or (Role.AUX in utterance.lead.tags and not slots.many)
    this_one = this_one or utterance.body[-1].word.endswith("on it")  # `who is on it`
    if described and not (utterance.thread and this_one):
        return sure(build.view(slots, None))
    return sure(View(id=utterance.thread.id)) if utterance.thread else None
