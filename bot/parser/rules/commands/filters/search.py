"""Search words of a list: `tickets about the VPN`, `show printer tickets`."""

from bot.parser.rules.commands.clause import TEXT_FIELDS, Clause
from bot.parser.rules.language.lexer import NO_TOKEN, Kind, Token, any_has, token_at, unquote
from bot.parser.rules.language.lexicon import load_word_sets
from bot.parser.rules.language.roles import FIELDS, Role
from bot.parser.rules.utterance import CHANGING
from bot.parser.text import to_plain_text

_AROUND, LISTING, _BEHIND, RANKING, _UNKEPT = load_word_sets("around_search listing behind ranking unkept")
LONGEST_SEARCH = 200
_RELATIVE = ("that", "which")
_NARROWING = frozenset((",", "in", "die", "welche", "que", "qui", "che"))
_DESCRIBING = frozenset((Role.STAT, Role.PRI, Role.GLUE, Role.PRON, Role.EXCEPT, Role.AUX, Role.AND, Role.OR, Role.POLITE, Role.WH, Role.CAT, Role.NOUN))  # fmt: skip
_VALUES = (Role.STAT, Role.PRI)
_MOST_OF_TOPIC = 3  # words
# Roles of words that belong to sentences, not to commands.
_PLAIN = frozenset((Role.NOVEL, Role.NAMES, Role.MEASURES, Role.BEHAVES, Role.BACKLOG, Role.NAMED))


def asks_for_list(clause: Clause) -> bool:
    """Whether the clause is about a list of tickets, not about named ones."""
    slots = clause.slots
    everything = "all" in slots.flags and not slots.verbs  # `everything about invoices`
    asked = everything or "view" in slots.verbs or not {"wh", "aux", "mine"}.isdisjoint(slots.flags)
    return asked or slots.flags.get("noun") == "many"


def lists_by_word(tokens: list[Token]) -> bool:
    """Whether the message is a command to list, and one word: `list blocked`. `list crashes` may be a report."""
    words = [token for token in tokens if token.kind != Kind.MARK and Role.POLITE not in token.tags]
    named = words[1:] and words[1].kind == Kind.WORD
    return len(words) == 2 and words[0].word in LISTING and bool(named)  # noqa: PLR2004


def take_about(clause: Clause, token: Token) -> bool:
    """Take the words to search for: `tickets about the VPN`."""
    slots, after = clause.slots, clause.after()
    if clause.field in TEXT_FIELDS:
        return clause.next()  # `add a note to T017 saying …`
    if Role.NOUN in token.tags:  # `anything on`
        slots.flags["noun"] = token.tags[Role.NOUN]
    if after is NO_TOKEN or after.kind in (Kind.ID, Kind.BAD) or after.has(Role.PRON, Role.CAT):
        return clause.next()
    if not (asks_for_list(clause) or "all" in slots.flags):
        return False
    return _take(clause, clause.at + 1)


def take_quoted(clause: Clause) -> bool:
    """Search for quoted text: `find anything with "SAML" in it`."""
    verbs, flags = clause.slots.verbs, clause.slots.flags
    shown = "view" in verbs or flags.get("noun") == "many" or ("all" in flags and not verbs)
    free = not (clause.slots.search or clause.slots.ids or clause.field)
    return shown and free and _take(clause, clause.at)


def take_named(clause: Clause) -> bool:
    """Take words that only look like a field's name: `find status page`, `search priority inversion`."""
    first, after = clause.tokens[0], clause.after()
    looks = clause.at == 1 and Role.SEARCH in first.tags and clause.tokens[1].tags[Role.FIELD] in FIELDS
    free = after.kind == Kind.WORD and not after.has(*FIELDS.values(), Role.TO, Role.GLUE)
    return looks and free and not clause.slots.ids and _take(clause, clause.at)


def _take(clause: Clause, begin: int) -> bool:
    """Take the search words from `begin` on; a quotation is taken whole."""
    end = begin + 1 if clause.tokens[begin].kind == Kind.QUOTE else _find_end(clause, begin)
    # `HR tickets about …` has some already.
    text = f"{clause.slots.search} {read_words(clause.tokens[begin:end], clause.source)}"
    clause.slots.search = text.strip()[:LONGEST_SEARCH]
    clause.at = end
    return True


def read_words(words: list[Token], source: str) -> str:
    """What to search for: the words without an article, marks and `already`."""
    while len(words) > 1 and words[-1].word in _AROUND:
        words = words[:-1]
    if len(words) > 1 and Role.ARTICLE in words[0].tags:
        words = words[1:]
    whole = len(words) == 1 and words[0].kind == Kind.QUOTE
    text = unquote(words[0], source) if whole else source[words[0].start : words[-1].end]
    return to_plain_text(text)[:LONGEST_SEARCH]


def is_acronym(clause: Clause, token: Token) -> bool:
    """Whether a little word in capitals is a name: `IT tickets`, `show HA tickets`."""
    written = clause.source[token.start : token.end]
    named = len(written) > 1 and written.isupper() and not clause.source.isupper()
    named = named or token.word == "it"  # before tickets it is no pronoun
    return named and token.has(Role.GLUE, Role.PRON) and clause.after().is_many


def take_topic(clause: Clause) -> bool:
    """Take words without another meaning before the tickets that they describe: `show printer tickets`."""
    token = clause.tokens[clause.at]
    listed = asks_for_list(clause) or "all" in clause.slots.flags or is_acronym(clause, token)
    if clause.slots.search or not listed or token.word in _UNKEPT:
        return False
    ahead = clause.tokens[clause.at : clause.at + _MOST_OF_TOPIC + 1]
    for length, token in enumerate(ahead):
        if length and token.is_many:
            clause.slots.search = read_words(ahead[:length], clause.source)
            clause.at += length
            return True
        plain_word = token.tags.roles <= _PLAIN or token.word == "page" or is_acronym(clause, token)
        if token.kind != Kind.WORD or not plain_word or token.word.endswith("'s") or token.word in RANKING:
            break  # `Anna's tickets` is no search for Anna
    curt = lists_by_word(clause.tokens)
    on = clause.before().word == "on" and bool(clause.slots.values)  # `anything open on VPN?`
    looks = (curt or Role.SEARCH in clause.tokens[0].tags or on) and not clause.slots.ids
    led = not clause.slots.values or clause.before().word == "for" or on
    return looks and led and clause.tokens[clause.at].kind == Kind.WORD and _take(clause, clause.at)


def _find_end(clause: Clause, begin: int) -> int:
    """Where the search words end: before `that isn't done`, `, high only`, `in done tickets`, or what to do with them."""
    tokens, changes = clause.tokens, not CHANGING.isdisjoint(clause.slots.verbs)
    for at in range(begin + 1, len(tokens)):
        token = tokens[at]
        ends = token.breaks(",;:-") or token.has(Role.TIME, Role.COND) or _sets(tokens[at:])
        if ends if changes else _filters(tokens, at):
            return at
        behind = token.word in _BEHIND or Role.EXCEPT in token.tags  # `sobre VPN abiertos`, `but not done`
        narrows = behind or token.word.startswith(_RELATIVE) or token.word in _NARROWING
        said = (one for one in tokens[at:] if one.kind != Kind.MARK and one.word != "only") if narrows else ()
        if narrows and (behind or at + 1 < len(tokens)) and all(one.has(*_DESCRIBING) for one in said):
            many = any_has(tokens[at:], Role.NOUN, Role.COND)
            excludes = any_has(tokens[at:], Role.EXCEPT)
            limits = token.word not in (",", "in") or many or excludes
            values = (*_VALUES, Role.CAT) if excludes else _VALUES
            return at if limits and any_has(tokens[at:], *values) else len(tokens)
    return len(tokens)


def _filters(tokens: list[Token], at: int) -> bool:
    """Whether a filter with its field's name begins at `at`: `pri 1`, `cat:infra`, `status open`, `p1`."""
    token, beyond = tokens[at], at + 1
    if token.word[-1:].isdigit() and Role.PRI in token.tags:
        return True
    while token_at(tokens, beyond).word in (":", "="):
        beyond += 1
    if token.tags.get(Role.FIELD) == "page":
        return token_at(tokens, beyond).kind == Kind.NUMBER
    field = FIELDS.get(token.tags.get(Role.FIELD, ""))
    value = token_at(tokens, beyond)
    return field is not None and (field in value.tags or (field is Role.PRI and value.kind == Kind.NUMBER))


def _sets(tokens: list[Token]) -> bool:
    """Whether a new value begins here: `to high`, or a final `high`."""
    value = tokens[1] if len(tokens) > 1 and Role.TO in tokens[0].tags else tokens[0]
    ends = value is not tokens[0] or len(tokens) == 1
    return ends and value.has(Role.PRI, Role.STAT, Role.CAT, Role.FIELD)
