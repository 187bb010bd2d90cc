"""Reads tokens into slots, a clause at a time. Order does not matter within a clause: `close T003`, `T003 bitte schließen`,
`set the priority of T003 to high` and `high priority for T003` are read alike, and so are the languages.
"""

from bot.parser.slots import Slots, Value
from bot.parser.text import plain
from bot.parser.tokens import BAD, ID, LINE, MARK, NUMBER, PICTURE, QUOTE, WORD, Token, bad_id, span, tokenize
from bot.parser.vocabulary import COMMANDS

TEXT_FIELDS = ("title", "desc", "res")
_BREAKS = frozenset(",;.!?()[]…|:")
_DECORATION = frozenset("*_~•")
_OF_THE_LIST = ("all", "mine", "pron", "count", "wh", "aux", "or")
_SILENT = ("glue", "polite", "filler", "greet", "up", "request")
_GUARDS = ("oops", "neg", "cond", "time", "modal")
_CLOSED = frozenset(("closed", "reopened"))
_FORBIDDING = frozenset(("neg", "cond", "oops"))
_MOST_PAGES = 100_000
_ARTICLES = frozenset("the a an our my any der die das el la los las le les o os as".split())


def gather(tokens: list[Token], source: str, *, targeted: bool = False) -> Slots:
    """The slots of `tokens`, up to where they can no longer be accounted for. `targeted`: a thread says which ticket."""
    slots, at = Slots(), 0
    while at < len(tokens):
        before = slots.copy() if at else None
        clause = _Clause(slots, tokens, source, at, targeted=targeted)
        at = clause.read()
        if clause.stuck or (before and slots.commands_more_than(before)):
            if before is None:
                slots.ended, slots.rest = "stuck", at
                return slots
            before.guard = slots.guard
            before.wrong = slots.wrong if slots.wrong and len(slots.values) == len(before.values) else None
            return before
        slots.rest = at
    slots.ended = "end"
    return slots


class _Clause:
    """One clause on its way into `slots`. `field` is a name that waits for its value, `marked` a `to` or `as` before it."""

    def __init__(self, slots: Slots, tokens: list[Token], source: str, at: int, *, targeted: bool) -> None:
        self.slots, self.tokens, self.source = slots, tokens, source
        self.at = self.first = at
        self.field, self.marked = "", False
        self.past = self.ought = False  # `was …`, `should be …`: not what is now
        self.targeted = targeted
        self.stuck = self.closed = False
        self.named = self.moved = False  # ids stood in this clause; something came after them

    def read(self) -> int:
        """Take the clause in; returns where the next one begins, or where this one got `stuck`."""
        slots, tokens, count = self.slots, self.tokens, len(self.tokens)
        slots.ended = "end"
        while self.at < count and not self.stuck and not self.closed:
            token = tokens[self.at]
            kind = token.kind
            if kind == WORD or (kind == MARK and token.tags):
                self._word(token)
            elif kind == ID:
                self._id(token)
            elif kind == MARK:
                self._mark(token)
            elif kind == LINE:
                self._close("mark")
            elif kind == NUMBER:
                self._number(token)
            elif kind == PICTURE:
                self.at += 1
            elif kind == BAD:
                slots.bad.append(token)
                self._next("id")
            elif not (kind == QUOTE and (self._text(token) or self._quoted_value(token))):
                self.stuck = True
        if self.field:
            slots.named = slots.named or self.field
        return self.at

    # -- steps

    def _next(self, opened: str = "") -> None:
        if opened and not self.slots.opened:
            self.slots.opened = opened
        self.at += 1

    def _close(self, how: str) -> None:
        self.slots.ended = how
        self.closed = True
        self.at += 1

    def _before(self) -> Token | None:
        return self.tokens[self.at - 1] if self.at > self.first else None

    def _after(self) -> Token | None:
        return self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else None

    # -- tokens that are no words

    def _id(self, token: Token) -> None:
        slots, before = self.slots, self._before()
        if self.moved:
            self.stuck = True
            return
        ids = token.ids
        if before and slots.ids and ("through" in before.tags or "to" in before.tags) and self.tokens[self.at - 2].kind == ID:
            ids = span(slots.ids[-1], ids[0])
        if before and slots.ids and "except" in before.tags:
            slots.ids = [ticket for ticket in slots.ids if ticket not in ids]
        else:
            slots.ids += [ticket for ticket in ids if ticket not in slots.ids]
        self.named = True
        self._next("id")

    def _mark(self, token: Token) -> None:
        mark, before = token.word, self._before()
        if mark in ":=" and before and (self.field or "field" in before.tags):
            self.at += 1
        elif (mark in _BREAKS and (mark != ":" or before)) or (mark == "-" and self._spaced(token)):
            if mark == "?":
                self.slots.flags["question"] = "yes"
            self._close("mark")
        elif mark in _DECORATION:
            self.at += 1
        else:
            self.stuck = True

    def _spaced(self, token: Token) -> bool:
        around = self.source[max(token.start - 1, 0) : token.start] + self.source[token.end : token.end + 1]
        return not around.strip()

    def _number(self, token: Token) -> None:
        before, slots = self._before(), self.slots
        if self.field == "page" and len(token.word) < 9:  # noqa: PLR2004  # far over any page
            slots.page = max(1, min(int(token.word), _MOST_PAGES))
            self.field = ""
            self._next("page")
        elif self.field == "pri" or (self.marked and slots.verbs[-1:] in (["raise"], ["lower"])):
            self._priority(token)
        elif self.field in ("cat", "stat"):
            self._is_wrong(token)
        elif before and ("noun" in before.tags or "verb" in before.tags or before.word in ("number", "no.", "no .", "nr", "t", "id")):
            slots.bad.append(bad_id(token))
            self._next("id")
        else:
            self.stuck = True

    def _priority(self, token: Token) -> None:
        if token.word in ("1", "2", "3"):
            self._value("pri", token.word)
        else:
            self.field = "pri"
            self._is_wrong(token)

    def _is_wrong(self, token: Token) -> None:
        self.slots.wrong = (self.field, token)
        self.stuck = True

    # -- words

    def _word(self, token: Token) -> None:
        tags = token.tags
        if self.field in TEXT_FIELDS and self._text(token):
            return
        if self.field and self.field in tags:
            self._value(self.field, tags[self.field])
            return
        if not tags:
            self._unknown(token)
            return
        for role, read in _ROLES:
            if role in tags and read(self, token):
                return
        self.slots.guard = self.slots.guard or next((role for role in _GUARDS if role in tags), "")
        self.stuck = True

    def _unknown(self, token: Token) -> None:
        before = self._before()
        if self.field in ("pri", "cat", "stat") and before and ("field" in before.tags or "to" in before.tags or before.word in ":="):
            self._is_wrong(token)
        self.stuck = True

    def _value(self, name: str, value: str) -> None:
        slots = self.slots
        if self.ought and name == "stat" and self.tokens[self.at].word not in _CLOSED:
            slots.guard = "modal"  # it should be done: it is not
            self.stuck = True
            return
        slots.former = slots.former or self.past
        if not self.past:
            slots.values.append(Value(name, value, self.marked))
            self.moved = self.named
        self.past = False
        self._next(name)
        if not (self.field == name and self._goes_on(name)):
            self.field, self.marked = "", False

    def _goes_on(self, name: str) -> bool:
        """`pri 1,2`, `cat infra or doc`: another value of the same field comes after a comma or an `or`."""
        if self.at + 1 >= len(self.tokens):
            return False
        between, following = self.tokens[self.at], self.tokens[self.at + 1]
        if between.word not in (",", "/") and not {"or", "and"} & between.tags.keys():
            return False
        if name in following.tags or (name == "pri" and following.kind == NUMBER):
            self.at += 1
            return True
        return False

    def _and(self, token: Token) -> bool:
        if "verb" in token.tags:
            return False
        self._close("and")
        return True

    def _field(self, token: Token) -> bool:
        slots, tags, before = self.slots, token.tags, self._before()
        name = tags["field"]
        if before and slots.values and name in before.tags and slots.values[-1].field == name:
            self.at += 1  # `high priority`: the value came first
            return True
        if "verb" in tags and not slots.opened:
            slots.verbs.append(tags["verb"])
            slots.opened = "verb"
        if self.field:
            slots.named = slots.named or self.field
        self.field = name
        self.marked = self.marked and name not in TEXT_FIELDS
        self._next("field")
        return True

    def _verb(self, token: Token) -> bool:
        slots, tags = self.slots, token.tags
        if "stat" in tags and (slots.opened or self.marked):
            return False
        slots.verbs.append(tags["verb"])
        self.moved = self.named
        self.field = {"note": "res", "rename": "title"}.get(tags["verb"], self.field)
        self._next("verb")
        return True

    def _state(self, token: Token) -> bool:
        """A value without its field's name."""
        tags = token.tags
        name = "stat" if "stat" in tags else "pri" if "pri" in tags else "cat"
        if "polite" in tags and not self.marked:
            self.slots.asap = True
            self.at += 1
        elif "noun" in tags and not self.marked:
            self.slots.flags["noun"] = tags["noun"]
            if tags["noun"] == "many":
                self._value(name, tags[name])
            else:
                self.at += 1
        else:
            self._value(name, tags[name])
        return True

    def _from(self, token: Token) -> bool:
        """`from low to high`: the value that follows is the old one."""
        if "wh" in token.tags and not self.slots.opened:
            return False
        self.past = True
        self.at += 1
        return True

    def _page(self, token: Token) -> bool:
        self.slots.page = 2 if token.tags["page"] == "next" else 1
        self._next("page")
        return True

    def _to(self, token: Token) -> bool:
        self.marked = True
        self.ought = self.ought or "ought" in token.tags
        self.at += 1
        return True

    def _about(self, token: Token) -> bool:
        """`tickets about the VPN`: the words to look for."""
        after = self._after()
        if after is None or after.kind in (ID, BAD) or {"pron", "cat"} & after.tags.keys():
            self.at += 1
            return True
        if "view" not in self.slots.verbs and self.slots.flags.get("noun") != "many" and not {"wh", "aux", "mine"} & self.slots.flags.keys():
            return False
        last = len(self.tokens)
        while last > self.at + 2 and self.tokens[last - 1].word in ("?", ".", "!", "please", "thanks"):
            last -= 1
        words = self.tokens[self.at + 1 : last]
        words = words[1:] if len(words) > 1 and words[0].word in _ARTICLES else words
        text = unquoted(words[0], self.source) if len(words) == 1 and words[0].kind == QUOTE else self.source[words[0].start : words[-1].end]
        self.slots.search = plain(text)[:200]
        self.at = len(self.tokens)
        return True

    def _except(self, token: Token) -> bool:
        """`T001-T005 except T003`; `infra, not code`"""
        after = self._after()
        if after and self.slots.ids and after.kind == ID:
            self.at += 1
            return True
        if after and any(value.field in after.tags and after.tags[value.field] != value.value for value in self.slots.values):
            self.at += 2
            return True
        return False

    def _flag(self, token: Token) -> bool:
        if _FORBIDDING & token.tags.keys():
            return False
        flags = self.slots.flags
        after_id = self.at > 0 and self.tokens[self.at - 1].kind == ID
        for role in _OF_THE_LIST:
            # copulas are no questions, and Portuguese `o` is an `or` only after an id
            little = "glue" in token.tags and (role == "aux" or (role == "or" and not after_id))
            if role in token.tags and not little:
                flags[role] = token.tags[role]
        if "noun" in token.tags:
            flags["noun"] = token.tags["noun"]
        self.at += 1
        return True

    def _skip(self, token: Token) -> bool:
        if _FORBIDDING & token.tags.keys():
            return False
        self.at += 1
        return True

    def _quoted_value(self, token: Token) -> bool:
        """`set T003 to "in progress"`"""
        if not (self.marked or self.field):
            return False
        inner = COMMANDS.tag(tokenize(unquoted(token, self.source)))
        if len(inner) != 1:
            return False
        name = self.field or next((role for role in ("stat", "pri", "cat") if role in inner[0].tags), "")
        if name not in inner[0].tags:
            return False
        self._value(name, inner[0].tags[name])
        return True

    # -- title, description, note

    def _text(self, token: Token) -> bool:
        """The value of a text field: a quotation, or the rest. False while it has not begun."""
        if self.field not in TEXT_FIELDS:
            return False
        before = self.tokens[self.at - 1]
        if "aux" in before.tags:
            return False  # `the title is wrong`
        given = before.word in (":", "=")
        if token.kind == QUOTE:
            end, text = self.at + 1, unquoted(token, self.source)
        elif given or (self._target_known() and not self._little(token, before)):
            end = self._end_of_text()
            text = self.source[token.start : self.tokens[end - 1].end]
        else:
            return False
        self.slots.texts[self.field] = plain(text)
        self.moved = self.named
        self.field, self.marked, self.at = "", False, end
        return True

    def _target_known(self) -> bool:
        return self.targeted or bool(self.slots.ids) or "pron" in self.slots.flags

    def _little(self, token: Token, before: Token) -> bool:
        """`to`, `of`, `saying` before the text begins."""
        if "to" in before.tags:
            return False
        return bool({"glue", "to", "pron", "noun", "about", "because"} & token.tags.keys()) and self.at + 1 < len(self.tokens)

    def _end_of_text(self) -> int:
        end = self.at + 1
        while end < len(self.tokens) and not self._is_key(end):
            end += 1
        return end

    def _is_key(self, at: int) -> bool:
        """`key:"…"` or `key=value`, without a space."""
        token = self.tokens[at]
        if "field" not in token.tags or at + 2 >= len(self.tokens):
            return False
        sign, value = self.tokens[at + 1], self.tokens[at + 2]
        return sign.word in (":", "=") and sign.start == token.end and value.start == sign.end


def unquoted(token: Token, source: str) -> str:
    """What stands between a quotation's marks."""
    inner = source[token.start + 1 : token.end - 1]
    return inner.replace('\\"', '"').replace("\\\\", "\\") if source[token.start] == '"' and "\\" in inner else inner


# What a word is taken for, in this order: the first that accepts it.
_ROLES = (
    ("and", _Clause._and),
    ("field", _Clause._field),
    ("verb", _Clause._verb),
    ("stat", _Clause._state),
    ("pri", _Clause._state),
    ("cat", _Clause._state),
    ("from", _Clause._from),
    ("page", _Clause._page),
    ("except", _Clause._except),
    ("to", _Clause._to),
    ("through", _Clause._skip),
    ("about", _Clause._about),
    *((role, _Clause._flag) for role in ("noun", *_OF_THE_LIST)),
    *((role, _Clause._skip) for role in _SILENT),
)
