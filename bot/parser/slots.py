"""What a command says, gathered clause by clause: verbs, ids, fields' values, and whether every word was accounted for.

Order does not matter within a clause (`close T003`, `T003 bitte schließen`, `set priority of T003 to high`), so one
gatherer serves every language. A clause is taken whole or not at all; what is left begins a note, or is not understood.
"""

from bot.parser.tokens import BAD, ID, LINE, MARK, NUMBER, PICTURE, QUOTE, Token

TEXT_FIELDS = ("title", "desc", "res")
_BREAKS = frozenset(",;.!?()[]…|")
_DECORATION = frozenset("*_~•")
_IGNORED = ("glue", "to", "polite", "up", "or", "filler", "greet")
_FLAGS = ("all", "mine", "noun", "pron", "count", "wh", "aux")
_GUARDS = ("neg", "cond", "oops", "time", "modal")


class Slots:
    """`rest` is the index of the first token that is not accounted for, `ended` how the clause before it ended."""

    def __init__(self) -> None:
        self.verbs: list[str] = []
        self.ids: tuple[str, ...] = ()
        self.bad: list[Token] = []
        self.values: list[tuple[str, str, bool]] = []  # field, value, and whether it was marked as the new one
        self.texts: dict[str, tuple[int, int]] = {}  # field: from and to, in the source
        self.flags: dict[str, str] = {}
        self.wrong: tuple[str, Token] | None = None  # a field and what is no value of it
        self.dangling = ""  # a field that got no value
        self.search: tuple[int, int] | None = None
        self.page = 0
        self.asap = False
        self.guard = ""
        self.rest = 0
        self.ended = ""
        self.opened = ""  # how the first token that counted was meant: verb, stat, id, …
        self.moved = False  # something came after the ids

    def copy(self) -> "Slots":
        twin = Slots.__new__(Slots)
        twin.__dict__.update(self.__dict__)
        twin.verbs, twin.bad, twin.values = self.verbs[:], self.bad[:], self.values[:]
        twin.texts, twin.flags = dict(self.texts), dict(self.flags)
        return twin

    @property
    def effective(self) -> bool:
        """It says what to do with tickets, not only with which."""
        return bool(self.values or self.texts or any(verb != "update" for verb in self.verbs))


def gather(tokens: list[Token], source: str, at: int = 0) -> Slots:
    """The slots of `tokens[at:]`."""
    slots = Slots()
    count = len(tokens)
    while at < count:
        before = slots.copy() if slots.ended else None
        at = _clause(slots, tokens, source, at)
        if slots.ended == "stuck" or (before and _second(before, slots)):
            if before:
                before.guard = before.guard or slots.guard
                before.wrong = before.wrong or (slots.wrong if slots.wrong and len(slots.values) == len(before.values) else None)
                return before
            slots.rest = at
            return slots
        slots.rest = at
    slots.ended = "end"
    return slots


def _second(before: Slots, after: Slots) -> bool:
    """Whether the clause between them is a command of its own: its own ids and its own effect."""
    new_ids = len(after.ids) > len(before.ids)
    new_values = len(after.values) > len(before.values) or len(after.texts) > len(before.texts)
    new_verbs = len(after.verbs) > len(before.verbs)
    return new_ids and before.effective and bool(before.ids) and (new_values or new_verbs or bool(before.values))


def _clause(slots: Slots, tokens: list[Token], source: str, at: int) -> int:  # noqa: C901, PLR0912, PLR0915  # one table of cases, in the order that decides
    """Account for one clause; returns where the next one begins, or where it is `stuck`."""
    field, marked, past = "", False, False
    count = len(tokens)
    first = at
    slots.ended = ""
    while at < count:
        token = tokens[at]
        kind, tags = token.kind, token.tags
        if kind == ID:
            if slots.ids and slots.moved:
                return _stuck(slots, at)
            slots.ids += token.ids
            slots.opened = slots.opened or "id"
            at += 1
            continue
        if kind == MARK and not tags:
            mark = token.word
            if mark in ":=" and (field or tokens[at - 1].tags.get("field")):
                at += 1
                continue
            if mark in _BREAKS or (mark == ":" and at > first) or (mark == "-" and _spaced(token, source)):
                if mark == "?":
                    slots.flags["question"] = "yes"
                slots.dangling = slots.dangling or field
                slots.ended = "mark"
                return at + 1
            if mark in _DECORATION:
                at += 1
                continue
            return _stuck(slots, at)
        if kind == LINE:
            slots.dangling = slots.dangling or field
            slots.ended = "mark"
            return at + 1
        if kind == PICTURE:
            at += 1
            continue
        if field in TEXT_FIELDS and field:
            end = _text(slots, tokens, source, at, field)
            if end:
                at, field = end, ""
                slots.moved = bool(slots.ids)
                continue
        elif field:
            value = tags.get(field) or (token.word if kind == NUMBER and field in ("pri", "page") else "")
            if field == "page" and kind == NUMBER:
                slots.page = min(int(token.word), 100_000)
                at, field = at + 1, ""
                continue
            if field == "pri" and kind == NUMBER and value not in ("1", "2", "3"):
                slots.wrong = (field, token)
                return _stuck(slots, at)
            if value:
                if not past:
                    slots.values.append((field, value, marked))
                    slots.moved = bool(slots.ids)
                    slots.opened = slots.opened or field
                past, marked = False, False
                if field == "page" or not _listed(tokens, at + 1, field):
                    field = ""
                at += 1
                continue
            if kind == NUMBER or (
                not tags and tokens[at - 1].word in (":", "=", "to", "as", "auf", "a") and kind not in (QUOTE,)
            ):
                slots.wrong = (field, token)
                return _stuck(slots, at)
            if not tags and tokens[at - 1].tags.get("field"):
                slots.wrong = (field, token)
                return _stuck(slots, at)
        if kind == NUMBER:
            before = tokens[at - 1].tags if at > first else {}
            if "noun" in before or "verb" in before or tokens[at - 1].word in ("number", "#", "no", "nr", "t", "no .", "nr ."):
                slots.bad.append(token)
                at += 1
                continue
            if slots.verbs and slots.verbs[-1] in ("raise", "lower", "update") and token.word in "123" and marked:
                slots.values.append(("pri", token.word, True))
                at += 1
                continue
            return _stuck(slots, at)
        if kind == BAD:
            slots.bad.append(token)
            slots.opened = slots.opened or "id"
            at += 1
            continue
        if not tags:
            return _stuck(slots, at)
        # words that the vocabulary knows
        if "and" in tags and "verb" not in tags:
            slots.dangling = slots.dangling or field
            slots.ended = "and"
            return at + 1
        name = tags.get("field")
        if name and not (field and field in tags):
            if name == "stat" and "verb" in tags and not slots.opened:
                slots.verbs.append("view")
                slots.opened = "verb"
            slots.opened = slots.opened or "field"
            if field and not slots.dangling:
                slots.dangling = field
            # `high priority`: the value came first
            if slots.values and slots.values[-1][0] == name and tokens[at - 1].tags.get(name):
                at += 1
                continue
            field, marked = name, marked if name in ("pri", "cat", "stat") else False
            at += 1
            continue
        if "verb" in tags and not ("stat" in tags and (slots.opened or marked)):
            verb = tags["verb"]
            slots.verbs.append(verb)
            slots.opened = slots.opened or "verb"
            slots.moved = bool(slots.ids)
            if verb in ("note", "rename"):
                field = "res" if verb == "note" else "title"
            at += 1
            continue
        role = "stat" if "stat" in tags else "pri" if "pri" in tags else "cat" if "cat" in tags else ""
        if role:
            if "polite" in tags and not marked:
                slots.asap = True
            elif "noun" in tags and not marked and not field:
                slots.flags["noun"] = tags["noun"]
                slots.values.append((role, tags[role], False)) if tags["noun"] == "many" else None
            elif not past:
                slots.values.append((role, tags[role], marked))
                slots.moved = bool(slots.ids)
                slots.opened = slots.opened or role
            past = False
            at += 1
            continue
        if "from" in tags and "wh" not in tags and (slots.verbs or slots.ids):
            past = True
            at += 1
            continue
        if "page" in tags:
            slots.page, slots.opened = 2 if tags["page"] == "next" else 1, slots.opened or "page"
            at += 1
            continue
        if "to" in tags:
            marked = True
            at += 1
            continue
        flagged = False
        for flag in _FLAGS:
            if flag in tags:
                slots.flags[flag] = tags[flag]
                flagged = True
        if flagged or any(role in tags for role in _IGNORED):
            at += 1
            continue
        if "about" in tags and at + 1 < count:
            slots.search = (tokens[at + 1].start, _clause_end(tokens, at + 1))
            slots.ended = "end"
            return count
        for role in _GUARDS:
            if role in tags:
                slots.guard = slots.guard or role
        return _stuck(slots, at)
    slots.dangling = slots.dangling or field
    slots.ended = "end"
    return at


def _stuck(slots: Slots, at: int) -> int:
    slots.ended = "stuck"
    return at


def _spaced(token: Token, source: str) -> bool:
    return not (source[token.start - 1 : token.start].strip() and source[token.end : token.end + 1].strip())


def _listed(tokens: list[Token], at: int, field: str) -> bool:
    """`pri 1,2`, `cat infra or doc`: the field goes on after a comma or an `or`."""
    if at + 1 >= len(tokens):
        return False
    between, following = tokens[at], tokens[at + 1]
    if between.word not in (",", "or", "/", "oder", "o", "ou") and "and" not in between.tags:
        return False
    return field in following.tags or (field == "pri" and following.kind == NUMBER and following.word in "123")


def _clause_end(tokens: list[Token], at: int) -> int:
    end = tokens[-1].end
    while tokens[-1].start > tokens[at].start and tokens[-1].word in "?.!" and tokens[-1].kind == MARK:
        tokens = tokens[:-1]
        end = tokens[-1].end
    return end


def _text(slots: Slots, tokens: list[Token], source: str, at: int, field: str) -> int:
    """The value of a text field from `tokens[at]` on: a quotation, or the rest. Returns where it ends, 0 for not yet."""
    token, before = tokens[at], tokens[at - 1]
    if token.kind == QUOTE:
        slots.texts[field] = (token.start + 1, token.end - 1)
        return at + 1
    started = before.word in (":", "=") or bool(slots.ids) or "pron" in slots.flags
    small = "glue" in token.tags or "to" in token.tags or "pron" in token.tags or "noun" in token.tags
    if before.word not in (":", "=") and small and at + 1 < len(tokens) and not ("to" in before.tags and slots.ids):
        return 0
    if not started:
        return 0
    end = at + 1
    while end < len(tokens) and not _key(tokens, end, source):
        end += 1
    slots.texts[field] = (token.start, tokens[end - 1].end)
    return end


def _key(tokens: list[Token], at: int, source: str) -> bool:
    """Whether `tokens[at]` is `key:` or `key=`, without a space."""
    token = tokens[at]
    return (
        "field" in token.tags
        and source[token.end : token.end + 1] in (":", "=")
        and source[token.end + 1 : token.end + 2].strip() != ""
    )
