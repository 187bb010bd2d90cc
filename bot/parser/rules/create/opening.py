"""How a request for a ticket begins: `create`, `can you open an urgent infra ticket for`, `log this mail as a bug:`."""

from itertools import pairwise
from typing import NamedTuple

from bot.parser.rules.create.inline_fields import InlineFields, read_inline_fields, take_value
from bot.parser.rules.create.title_bounds import follows_politeness
from bot.parser.rules.language.lexer import Kind, Token, begins_literal, token_at
from bot.parser.rules.language.lexicon import decorates, load_word_sets
from bot.parser.rules.language.roles import PLAIN, Role

CONNECTING_MARKS = frozenset((":", "-", "=", "->"))
_LONGEST_NOUN = 7  # tokens: a brand new high priority infra ticket
_STANDING_FOR_ONE = ("one", "something", "smth", "sth")
_INTRODUCING = (":", "-", "for", "about", "to", ",")
_AS_NOUN = 5  # log this customer mail as a ticket
_MOST_CONNECTORS = 5
_NEAR = 5  # tokens after the verb
_UNDER_WAY, _COMPOUND = load_word_sets("under_way compounds")


class TitleStart(NamedTuple):
    """The index where the title begins, and the values set before it."""

    title: int
    fields: InlineFields


def find_title_start(tokens: list[Token], *, asked: bool = False) -> TitleStart | None:
    """The beginning of `tokens`, if it requests a ticket. `asked`: `can you` or the like came before it."""
    tags = tokens[0].tags
    creates = tags.get(Role.VERB) == "create"
    opens = Role.WANTS in tags or (Role.CREATE_VERB in tags and (tags[Role.CREATE_VERB] == "ticket" or asked))
    if not (creates or opens):
        return None
    at = 1
    while at < len(tokens) and (Role.INDIRECT in tokens[at].tags or _is_polite(tokens[at])):
        at += 1
    if creates and at > 1 and at < len(tokens) and tokens[at].word == "to":
        return TitleStart(0, InlineFields())  # `add me to the finance group`
    named = find_noun(tokens, at) or _find_noun_after_as(tokens, at)
    if named:
        return TitleStart(skip_to_title(tokens, *named, articled=named.title > at), named.fields)
    logged = _find_logged(tokens, at) if opens and Role.CREATE_VERB in tags else None
    if logged:
        return logged
    if not creates or _is_about_ticket(tokens, at):
        return None
    articled = at + 1 < len(tokens) and tokens[at].word in ("a", "an") and tokens[at + 1].kind != Kind.MARK
    whole = at < len(tokens) and not follows_politeness(tokens[at])  # `create me too button …`
    return TitleStart(at + 1 if articled else 1 if whole else at, InlineFields())


def find_noun(tokens: list[Token], at: int) -> TitleStart | None:
    """The ticket noun after articles and adjectives (its index as `title`), and the values that these set."""
    fields = InlineFields()
    for index in range(at, min(at + _LONGEST_NOUN, len(tokens))):
        token, tags = tokens[index], tokens[index].tags
        if tags.get(Role.NOUN) == "one" or token.word in _STANDING_FOR_ONE:
            if index + 1 < len(tokens) and tokens[index + 1].word in ("ticket", "issue"):
                continue
            if Role.KIND in tags and Role.CAT in tags:
                fields.join(InlineFields(cat=tags[Role.CAT]))
            return TitleStart(index, fields)
        valued = take_value(fields, token, "cat") or tags.get(Role.FIELD) in ("pri", "cat")
        if not (valued or Role.ARTICLE in tags or token.word == "1" or tags.get(Role.STAT) == "open"):
            break
    return None


def _find_noun_after_as(tokens: list[Token], at: int) -> TitleStart | None:
    """A noun after `as`: `log this mail as a ticket: …`."""
    if at >= len(tokens) or not (Role.PRON in tokens[at].tags or tokens[at].word in ("the", "this")):
        return None
    for index in range(at, min(at + _AS_NOUN, len(tokens) - 1)):
        if tokens[index].word == "as":
            return find_noun(tokens, index + 1)
    return None


def _find_logged(tokens: list[Token], at: int) -> TitleStart | None:
    """Requests without a ticket noun: `log this: …`, `report that …`, `file a p1: …`."""
    if at + 1 >= len(tokens):
        return None
    polite = at + 2 < len(tokens) and _is_polite(tokens[at + 1])  # `file this pls`
    token, after = tokens[at], tokens[at + 1 + polite]
    goes_on = after.word in (":", "-", ",") or (after.word in "?." and at + 2 < len(tokens))
    logs = Role.PRON in token.tags and tokens[0].verb in ("", "create")  # not `start this, …`
    if logs and (goes_on or after.kind == Kind.LINE):
        return TitleStart(skip_connectors(tokens, at + 1 + polite), InlineFields())
    if Role.PRI in token.tags and token.word[-1].isdigit() and Role.LOGS in tokens[at - 1].tags:
        return TitleStart(at, InlineFields())  # `log P2 from the Zurich desk: …`
    if token.word == "that" and Role.LOGS in tokens[at - 1].tags:
        return TitleStart(at + 1, InlineFields())
    if token.word not in ("a", "an", "another"):
        return None
    near = range(at, min(at + _AS_NOUN, len(tokens)))
    end = next((end for end in near if tokens[end].word in (":", "for")), at)
    said = read_inline_fields(tokens[at:end])
    return TitleStart(skip_connectors(tokens, end), said) if said else None


def _is_about_ticket(tokens: list[Token], at: int) -> bool:
    """Whether the verb is about an existing ticket: `add a note to T003`, `new T003`; not `create T100 motor overheats`."""
    near = tokens[at : at + _NEAR]
    if near and near[0].kind in (Kind.ID, Kind.BAD):
        explicit = not (Role.ADDS in tokens[0].tags or tokens[0].word == "new")
        return not (explicit and len(near) > 1 and near[1].kind == Kind.WORD and near[1].tags.roles <= PLAIN)
    field = next((index for index, token in enumerate(near) if Role.FIELD in token.tags), None)
    adds = Role.ADDS in tokens[0].tags
    for before, token in pairwise(near):
        of = (adds and Role.TO in before.tags) or before.word == "of"
        if token.kind in (Kind.ID, Kind.BAD) and (field is not None or of):
            return True
    if field is None or field > 1 or near[field].tags[Role.FIELD] != "res" or field + 1 >= len(near):
        return False  # a note, after an article at most
    return near[field + 1].word in (":", "here", "to") or near[field + 1].kind == Kind.QUOTE


def skip_to_title(tokens: list[Token], at: int, fields: InlineFields, *, articled: bool) -> int:
    """Where the title begins after the noun at `at`. Values in between (`with high priority`) go into `fields`."""
    noun, begin = tokens[at], at + 1
    if begin >= len(tokens):
        return begin
    after = tokens[begin]
    if is_under_way(tokens, begin):
        return skip_connectors(tokens, begin + 1)
    beyond = token_at(tokens, begin + 1)
    if after.word in _COMPOUND and (beyond.kind == Kind.MARK or beyond.has(Role.LEADS, Role.WITHIN)):
        return at  # `create a bug report template`, `create a task list for onboarding`
    # past `with high priority`, `in infra`, `, urgent`
    ends = range(begin + 1, min(begin + _LONGEST_NOUN, len(tokens)))
    leads = (end for end in ends if Role.LEADS in tokens[end].tags or tokens[end].word in (":", "-"))
    if found := next(((end, more) for end in leads if (more := read_inline_fields(tokens[begin:end]))), None):
        begin, more = found
        fields.join(more)
    elif Role.KIND in noun.tags and Role.WITHIN in after.tags:
        return at  # `report a bug in the export`
    elif not (articled or noun.has(Role.TICKET) or after.has(Role.POLITE) or after.word in _INTRODUCING):
        return at  # `create issue template`
    return skip_connectors(tokens, begin)


def is_under_way(tokens: list[Token], at: int) -> bool:
    """Whether the title follows a word like the `going` in `let's get a ticket going for …`."""
    return tokens[at].word in _UNDER_WAY and token_at(tokens, at + 1).has(Role.LEADS)


def skip_connectors(tokens: list[Token], at: int) -> int:
    """The index after connecting words: `for`, `about this:`, `please, titled`."""
    first, last = at, min(len(tokens), at + _MOST_CONNECTORS)
    while at < last:
        token = tokens[at]
        again = token.word == "new" and tokens[0].verb == "create"  # `create ticket new laptop for Ann`
        made = at == first and token.verb == "create" and not again
        # `ticket: for Ann, a laptop`
        told = at > 0 and tokens[at - 1].word == ":" and token.kind == Kind.WORD
        if told or begins_literal(tokens, at) or not (made or _connects(token)):
            break
        at += 1
    return at


def _connects(token: Token) -> bool:
    mark = token.kind == Kind.MARK and (token.word in CONNECTING_MARKS or token.word == ",")
    leads = _is_polite(token) or token.has(Role.CONNECTS, Role.PARTICLE, Role.ABOUT)
    return mark or leads or token.kind == Kind.LINE or decorates(token, after=False)


def _is_polite(token: Token) -> bool:
    """Whether the token is mere politeness, as `please`; not `team` or `bot`, which may begin a title."""
    return Role.POLITE in token.tags and not token.has(Role.PRI, Role.NAMED)
