"""Reads one clause's tokens into slots.

Order does not matter within a clause: `close T003`, `T003 bitte schließen`, `set the priority of T003 to
high` and `high priority for T003` are read by the same code, in every language.
"""

from bot.fields import MAX_IDS
from bot.parser.rules.commands.slots import EFFECTS, Slots, Value
from bot.parser.rules.language.lexer import (
    NO_TOKEN,
    Kind,
    Token,
    any_has,
    expand_range,
    to_bad_id,
    token_at,
    unquote,
)
from bot.parser.rules.language.lexicon import has_in_report, load_word_sets
from bot.parser.rules.language.roles import PLAIN, Role
from bot.parser.text import to_plain_text

TEXT_FIELDS = ("title", "desc", "res")
_BREAKS = frozenset(",;.!?()[]…|:")
_RELATING = frozenset(("in", "for", "->"))  # `close T1 -> T2`
_DECORATION = frozenset("*_~•")
_OPENING = frozenset("[(*_~#")  # marks that a text can begin with
_AFTER_A_RANGE = (
    Role.FIELD, Role.PRI, Role.STAT, Role.CAT, Role.TO, Role.POLITE, Role.AND, Role.VERB, Role.BECAUSE,
)  # fmt: skip
_NUMBERED = (Role.NOUN, Role.VERB, Role.NUMBERED)  # ticket number 12
_JOINING = (Role.AND, Role.OR, Role.THROUGH, Role.TO, Role.NOUN, Role.GLUE, Role.FILLER)
_LEADING = frozenset((Role.GLUE, Role.TO, Role.PRON, Role.NOUN, Role.ABOUT, Role.BECAUSE))
_TOO = frozenset(("too", "zu", "trop", "demasiado"))
_TELLING, _ARTICLES, _PLEASE = load_word_sets("telling_that articles please")  # `note that the fan is loud`
_COURTESY = _PLEASE | {"thanks", "thx", "ty"}
_MOST_PAGES = 100_000
_LONGEST_PAGE = 6  # digits


class Clause:
    """Reads one clause into `slots`. `field`: the field that waits for its value. `marked`: after `to` or `as`.
    `targeted`: the thread says which ticket is meant."""

    def __init__(self, slots: Slots, tokens: list[Token], source: str, at: int, *, targeted: bool) -> None:
        self.slots, self.tokens, self.source = slots, tokens, source
        self.at = self.first = at
        self.field, self.marked = "", False
        self.past = self.ought = False  # after `was …`, `should be …`: not the current value
        self.targeted = targeted
        self.stuck = self.closed = False
        self.named = self.moved = False  # ids were read; something came after them
        self.ids: list[str] = []  # the ids in this clause

    def next(self, opened: str = "", count: int = 1) -> bool:
        """Take `count` tokens. `opened` is what they are; the first such value is kept in the slots."""
        if opened and not self.slots.opened:
            self.slots.opened = opened
        self.at += count
        return True

    def stop(self) -> bool:  # the words of this clause are left for a note
        self.stuck = True
        return True

    def close(self, how: str) -> bool:
        """End the clause with this token: a `mark` or an `and`."""
        self.slots.ended = how
        self.closed = True
        return self.next()

    def before(self) -> Token:
        return self.tokens[self.at - 1] if self.at > self.first else NO_TOKEN

    def after(self) -> Token:
        return token_at(self.tokens, self.at + 1)

    def joins_ids(self) -> bool:
        """Whether a word or mark only stands between ids of one field: `the priority of T010 and T011 to 3`."""
        return self.before().kind == self.after().kind == Kind.ID

    def take(self, token: Token) -> None:
        """Read a token that is not a word; set `stuck` if that fails."""
        kind, before = token.kind, self.before()
        signed, marks = before.word in (":", "="), kind == Kind.MARK and token.word not in _OPENING
        due = signed or (Role.FIELD in before.tags and not marks)  # `T014 note 🔥`
        due = due or (Role.TO in before.tags and token.word not in (":", "="))
        here = self.slots.ids or (self.targeted and not self.first)  # `T014 note: T015 fails, too`
        own = kind not in (Kind.ID, Kind.BAD) or (signed and here)
        if due and own and kind not in (Kind.LINE, Kind.FORWARD) and self.text(token):
            return  # `note: 100%`, `set the title to 2 new laptops`
        if kind == Kind.ID:
            self._id(token)
        elif kind == Kind.MARK:
            self._mark(token)
        elif kind == Kind.LINE:
            self.close("mark")
        elif kind == Kind.NUMBER:
            self._number(token)
        elif kind == Kind.PICTURE:
            self.at += 1
        elif kind == Kind.BAD:
            self.slots.bad_ids.append(token)
            self.next("id")
        elif not (kind == Kind.QUOTE and self.text(token)):
            self.stuck = True

    def _id(self, token: Token) -> None:
        before = self.before()
        related = before.has(Role.BECAUSE, Role.COND) or self.tokens[self.at - 1].word in ("(", "[")
        related = related or (before.word in _RELATING and self.at > self.first + 1)
        if self.moved or (self.slots.ids and related):  # `close T1 as T2 is done`, `close T1 as in T2`
            self.stuck = True
            return
        # Past the limit ids are neither added nor excluded: a wide range is already cut off.
        if len(self.slots.ids) <= MAX_IDS:
            self._name(token)
        self.named = True
        self.next("id")

    def _name(self, token: Token) -> None:
        slots, before, ids = self.slots, self.before(), token.ids
        through = before.has(Role.THROUGH, Role.TO) or before.word == "-"
        if through and slots.ids and self.tokens[self.at - 2].kind == Kind.ID:
            ids = expand_range(self.tokens[self.at - 2].id_bounds[-1], ids[0])
        if not set(ids) <= set(slots.ids):
            slots.id_places.append(self.at)
        if slots.ids and self.excepts():
            slots.ids = [ticket for ticket in slots.ids if ticket not in ids]
        else:
            slots.ids = list(dict.fromkeys([*slots.ids, *ids]))
        first = not self.named and len(slots.ids) == len(ids)
        slots.scattered |= self.targeted and first and "pron" in slots.flags
        self.ids += ids

    def excepts(self) -> bool:
        """Whether the id is left out: `except T012`, also behind one that is: `except T012 and T013`."""
        at = self.at - 1
        while at and (self.tokens[at].word in (",", "-") or self.tokens[at].has(*_JOINING)):
            at -= 1
        before = self.tokens[at]
        left_out = before.kind == Kind.ID and set(before.id_bounds).isdisjoint(self.slots.ids)
        return left_out or Role.EXCEPT in before.tags

    def _mark(self, token: Token) -> None:
        mark, before = token.word, self.before()
        # `T017: fixed by …`: after the ids, a colon introduces values
        heads = before.kind == Kind.ID and not (self.slots.verbs or self.slots.effective)
        names = mark in ":=" and (self.field or Role.FIELD in before.tags or heads)
        if mark == "!" and self.after().word == "=":
            self.stuck = True  # `stat!=done`
        elif names or (mark == "-" and self._ranges()) or (mark == "," and self.field and self.joins_ids()):
            self.at += 1
        elif (mark in _BREAKS and (mark != ":" or before.word)) or mark == "-":
            if mark == "?":
                self.slots.flags["question"] = "yes"
            self.close("mark")
        elif mark in _DECORATION:
            self.at += 1
        else:
            self.stuck = True

    def _ranges(self) -> bool:
        """Whether the dash joins a range of ids, `T001 - T003`, and not something said about the second id only."""
        beyond = token_at(self.tokens, self.at + 2)
        ends = beyond.kind in (Kind.MARK, Kind.PICTURE, Kind.LINE) or beyond.has(*_AFTER_A_RANGE)
        return ends and self.before().kind == self.after().kind == Kind.ID

    def _number(self, token: Token) -> None:
        before, slots = self.before(), self.slots
        timed = self.after().word == ":" and token_at(self.tokens, self.at + 2).kind == Kind.NUMBER  # 14:30
        if not self.field and self._lists_priorities():
            self.field = "pri"
        if self.field == "page" and len(token.word) <= _LONGEST_PAGE:
            slots.page = max(1, min(int(token.word), _MOST_PAGES))
            self.field = ""
            self.next("page")
        elif self.field == "pri" or (self.marked and slots.verbs[-1:] in (["raise"], ["lower"])):
            self.field = "pri"
            if token.word in ("1", "2", "3"):
                self.value("pri", token.word)
            else:
                self.wrong(token)
        elif self.field in ("cat", "stat"):
            self.wrong(token)
        elif before.has(*_NUMBERED) and not timed:
            slots.bad_ids.append(to_bad_id(token))
            self.next("id")
        else:
            self.stuck = True

    def _lists_priorities(self) -> bool:
        """Whether the number is one more priority of a list: `list pri 1 or 2`, `list pri:1,2`."""
        former, joint = token_at(self.tokens, self.at - 2), token_at(self.tokens, self.at - 1)
        last, listed = self.slots.values[-1:], {"view"} & set(self.slots.verbs) or "noun" in self.slots.flags
        joins = joint.word in (",", "/") or joint.has(Role.AND, Role.OR)
        return bool(listed and joins and former.kind == Kind.NUMBER and last and last[0].field == "pri")

    def value(self, name: str, value: str) -> bool:
        """Store the token as a value of the field `name`."""
        slots, before = self.slots, self.before()
        if name == "pri" and before.word in _TOO:  # complains, and sets nothing
            return self.stop()
        if self.ought and name == "stat" and Role.BECOMES not in self.tokens[self.at].tags:
            slots.guard = "modal"  # it should be done, so it is not
            return self.stop()
        slots.former = slots.former or self.past
        if not self.past:
            slots.described |= self._describes_ticket(name) and not (slots.ids or self.marked)
            named = slots.flags.get("noun") == "many" or bool(slots.search)
            late = named and slots.verbs == ["update"] and Role.WITHIN not in before.tags
            slots.values.append(Value(name, value, self.marked, self.field == name, late))
            self.moved = self.named
        former, self.past = self.past, False
        self.next(name)
        if former and self.field == name:
            return True  # `priority from 3 to 2`: the new value follows
        self.field, self.marked = "", False
        return True

    def _describes_ticket(self, name: str) -> bool:
        """Whether the value says which ticket is meant, and sets nothing: `close the urgent ticket`, `start urgent T012`."""
        after, verb = self.after(), self.slots.verbs[-1:]
        moves = name in ("pri", "cat") and self.field != name and not EFFECTS.keys().isdisjoint(verb)
        return Role.NOUN in after.tags or after.word == "one" or (moves and after.kind == Kind.ID)

    def wrong(self, token: Token) -> None:
        self.slots.wrong = (self.field, token)
        self.stuck = True

    def text(self, token: Token) -> bool:
        """Read a text field's value from `token` on: a quotation, or the rest of the message. False if none begins here."""
        if self.field not in TEXT_FIELDS:
            return False
        before, rest = self.tokens[self.at - 1], self.tokens[self.at :]
        colon = before.word in (":", "=")
        marks = all(other.kind == Kind.MARK for other in rest)
        polite = all(other.kind == Kind.MARK or Role.POLITE in other.tags for other in rest)
        if marks or (polite and not (colon or Role.TO in before.tags)):
            return False  # `rename T012 to …`, `rename T012 please`
        ends = self.after().kind == Kind.MARK
        told = any_has(rest, Role.AUX, Role.ENOUGH) or (ends and has_in_report(token, Role.TROUBLE))
        told = told and Role.FIELD in before.tags and self.field != "res"
        if told or (self._describes() and not colon):
            return False  # `the title is wrong`, `T012 title page is missing`
        targeted = self.targeted or self.slots.ids or "pron" in self.slots.flags
        longer = self.after().kind == Kind.WORD and self.after().tags.roles <= PLAIN
        if token.kind == Kind.QUOTE and not longer:
            end, text = self.at + 1, unquote(token, self.source)
        elif colon or (targeted and not self._leads(token, before)):
            end = len(self.tokens)  # also `title: "Save" button is grey`
            while rest[1:] and self.field == "title" and not colon and rest[-1].word in _COURTESY:
                rest = rest[:-1]  # `rename T014 to Login page, please`
            text = self.source[self._begin(token) : rest[-1].end].rstrip(",")
        else:
            return False
        self.slots.texts[self.field] = to_plain_text(text)
        self.moved = self.named
        self.field, self.marked, self.at = "", False, end
        return True

    def _begin(self, token: Token) -> int:
        """Where in the source the text begins: right behind its field's name, `note on hold`, or with `token`."""
        at = self.at
        while at > self.first and (word := self.tokens[at - 1]).has(*_LEADING):
            connects = Role.CONNECTS in word.tags and (self.field != "res" or Role.PRON in word.tags)
            if connects or word.has(Role.TO, Role.ABOUT, Role.NOUN):
                return token.start  # `title for the rest`, `note that it works`
            at -= 1
        return self.tokens[at].start if Role.FIELD in self.tokens[at - 1].tags else token.start

    def _describes(self) -> bool:
        """Whether the message is about a text field: `the title is wrong`, `T012 desc has a typo`, `the title needs work`."""
        if Role.WANTS in self.tokens[self.at].tags:
            return True
        at = self.at - 1
        while at > self.first and Role.GLUE in self.tokens[at].tags and Role.AUX not in self.tokens[at].tags:
            at -= 1
        return Role.AUX in self.tokens[at].tags and Role.TO not in self.tokens[at].tags

    def _leads(self, token: Token, before: Token) -> bool:
        """Whether `token` only leads to the text: `to`, `of`, `saying`."""
        if Role.TO in before.tags or self.at + 1 >= len(self.tokens):
            return False
        told = before.word.rpartition(" ")[2] in _TELLING and token.word not in _ARTICLES
        told = told or (Role.PRON in token.tags and Role.CONNECTS in before.tags)
        return not (told or token.verb == "view") and not _LEADING.isdisjoint(token.tags)
