"""The order: rules, then the model, then the rules' best reading. What a model may not do. What it costs."""

from datetime import date

import pytest

from bot.actions import Action, Ask, Create, Delete, Export, Help, Nothing, Undo, Update, View, read_action
from bot.parser import Parser
from bot.parser.budget import Budget
from bot.parser.message import Message, Reading, Topic
from bot.parser.model import Answer, ModelError
from store.base import UnwritableError

CLOSE = {"action": "CLOSE", "id": "T003"}
BULK = {"action": "bulk_update", "tickets": ["T001", "T002"], "changes": {"stat": "done"}}


class Rules:
    """Reads the texts that it was taught; anything else it is not sure of."""

    def __init__(self) -> None:
        self.known: dict[str, Reading] = {}
        self.seen: list[Message] = []

    def teach(self, text: str, action: dict, *, sure: bool = True, **how) -> str:
        self.known[text] = Reading(read_action(action), sure, **how)
        return text

    def __call__(self, message: Message) -> Reading:
        self.seen.append(message)
        return self.known.get(message.text, Reading(Nothing(), sure=False, hint="nothing"))


class Said:
    """A model that says what it was told to say, and remembers what it was asked."""

    name = "gpt-6-luna"
    available = True
    healthy = True

    def __init__(self, answer: str | ModelError = "none", tokens: int = 212) -> None:
        self.answer, self.tokens = answer, tokens
        self.asked: list[str] = []
        self.hints: list[str] = []

    async def ask(self, message: Message, hint: str = "") -> Answer:
        self.hints.append(hint)
        return await self.categorise(message.text)

    async def categorise(self, title: str) -> Answer:
        self.asked.append(title)
        if isinstance(self.answer, ModelError):
            raise self.answer
        return Answer(self.answer, self.tokens)


class Ledger:
    def __init__(self, spent: int = 0, *, broken: bool = False) -> None:
        self.already, self.broken = spent, broken
        self.rows: list[tuple[str, str, int, int]] = []

    async def count(self, day: date, who: str, via: str, tokens: int, calls: int) -> None:
        if self.broken:
            raise UnwritableError("The disk is full.")
        self.rows.append((who, via, tokens, calls))

    async def spent(self, day: date) -> int:
        if self.broken:
            raise UnwritableError("The disk is full.")
        return self.already


def budget(ledger: Ledger) -> Budget:
    return Budget(ledger, 100_000, clock=lambda: 0.0, today=lambda: date(2024, 9, 24))


def spell(action: Action) -> str:
    return f"<{action.action}>"


@pytest.fixture
def rules() -> Rules:
    return Rules()


@pytest.fixture
def model() -> Said:
    return Said()


@pytest.fixture
def parser(rules, model) -> Parser:
    return Parser(model, read=rules, spell=spell)


def without_model(rules: Rules, **how) -> Parser:
    return Parser(None, read=rules, spell=spell, **how)


# rules first


async def test_what_the_rules_are_sure_of_is_done_without_a_model(rules, model, parser):
    parsed = await parser.parse(Message(rules.teach("close T003", CLOSE)))
    assert (parsed.action, parsed.via, parsed.tokens, parsed.calls) == (read_action(CLOSE), "rules", 0, 0)
    assert model.asked == []


async def test_what_they_are_not_sure_of_goes_to_the_model_once_with_their_hint(rules, model, parser):
    rules.teach("T003 can go", CLOSE, sure=False, hint="id T003")
    model.answer = rules.teach("close T003", CLOSE)
    parsed = await parser.parse(Message("T003 can go"))
    assert parsed.action == read_action(CLOSE)
    assert (parsed.via, parsed.tokens, parsed.calls, parsed.model) == ("llm", 212, 1, "gpt-6-luna")
    assert parsed.command == "<CLOSE>"
    assert (model.asked, model.hints) == (["T003 can go"], ["id T003"])


async def test_the_order_llm_asks_the_model_for_everything(rules, model):
    model.answer = rules.teach("view open", {"action": "VIEW", "stat": "open"})
    parser = Parser(model, order="llm", read=rules, spell=spell)
    parsed = await parser.parse(Message(rules.teach("view done", {"action": "VIEW", "stat": "done"})))
    assert parsed.action == View(stat="open")


async def test_the_order_rules_never_calls_out(rules, model):
    parsed = await Parser(model, order="rules", read=rules, spell=spell).parse(Message("whatever"))
    assert (parsed.action, parsed.via) == (Nothing(), "fallback")
    assert model.asked == []


async def test_the_person_is_told_to_wait_just_when_the_model_is_asked(rules, parser):
    told = []

    async def asking() -> None:
        told.append("reading your message")

    await parser.parse(Message(rules.teach("close T003", CLOSE)), asking)
    assert told == []
    await parser.parse(Message("hmm"), asking)
    assert told == ["reading your message"]


# talk among people


@pytest.mark.parametrize("order", ["auto", "llm"])
async def test_a_thread_reply_without_a_mention_is_never_sent_to_a_model(rules, model, order):
    parser = Parser(model, order=order, read=rules, spell=spell)
    talk = Message("the printer is on fire", "thread", Topic("T003"), bot="U0BOT")
    parsed = await parser.parse(talk)
    assert (parsed.action, parsed.via) == (Nothing(), "rules")
    assert model.asked == []


async def test_a_thread_reply_without_a_mention_is_done_where_it_is_a_clear_command(rules, parser):
    parsed = await parser.parse(Message(rules.teach("done", CLOSE), "thread", Topic("T003"), bot="U0BOT"))
    assert parsed.action == read_action(CLOSE)


async def test_an_unsure_reading_of_talk_is_no_command(rules, parser):
    parsed = await parser.parse(
        Message(rules.teach("nearly done", CLOSE, sure=False), "thread", Topic("T003"))
    )
    assert parsed.action == Nothing()


async def test_what_the_rules_take_for_talk_is_never_sent_to_a_model(rules, model, parser):
    rules.teach("lol", {"action": "NONE"}, sure=False, addressed=False)
    await parser.parse(Message("lol", "mention"))
    assert model.asked == []


@pytest.mark.parametrize("mention", ["<@U0BOT> hmm", "hmm <@U0BOT|tickets>"])
async def test_a_thread_reply_with_a_mention_may_go_to_the_model(model, parser, mention):
    await parser.parse(Message(mention, "thread", Topic("T003"), bot="U0BOT"))
    assert model.asked == [mention]


async def test_while_the_bots_id_is_unknown_a_mention_at_the_beginning_is_its_own(model, parser):
    await parser.parse(Message("<@U0BOT> hmm", "thread", Topic("T003")))
    await parser.parse(Message("ask <@U777>", "thread", Topic("T003")))
    assert model.asked == ["<@U0BOT> hmm"]


async def test_talk_is_not_booked_as_a_message(rules, model):
    ledger = Ledger()
    parser = Parser(model, budget(ledger), read=rules, spell=spell)
    await parser.parse(Message("lol", "thread", Topic("T003"), bot="U0BOT"))
    assert ledger.rows == []


# the fallback


@pytest.mark.parametrize(
    "reason", ["late", "down", "busy", "denied", "refused", "cut", "nonsense", "resting"]
)
async def test_without_an_answer_a_best_reading_that_only_creates_is_used(rules, model, parser, reason):
    rules.teach("the printer burns", {"action": "CREATE", "title": "the printer burns"}, sure=False)
    model.answer = ModelError(reason, tokens=40)
    parsed = await parser.parse(Message("the printer burns"))
    assert (parsed.action, parsed.via, parsed.tokens) == (Create(title="the printer burns"), "fallback", 40)


@pytest.mark.parametrize(
    "action",
    [
        {"action": "VIEW", "stat": "open"},
        {"action": "HELP"},
        {"action": "HISTORY", "id": "T001"},
        {"action": "NONE"},
        {"action": "ASK", "msg": "Which ticket?"},
    ],
    ids=lambda action: action["action"],
)
async def test_a_best_reading_that_changes_nothing_is_used(rules, action):
    parsed = await without_model(rules).parse(Message(rules.teach("hmm", action, sure=False)))
    assert (parsed.action, parsed.via) == (read_action(action), "fallback")


@pytest.mark.parametrize(
    "action",
    [
        CLOSE,
        BULK,
        {"action": "UPDATE", "id": "T003", "pri": 1},
        {"action": "bulk_update", "where": {"stat": "open"}, "changes": {"pri": 3}},
        {"action": "UNDO"},
        {"action": "DELETE", "id": "T003"},
    ],
    ids=lambda action: action["action"],
)
async def test_a_best_reading_that_changes_a_ticket_is_asked_about_with_its_command(rules, action):
    parsed = await without_model(rules).parse(Message(rules.teach("hmm", action, sure=False)))
    assert isinstance(parsed.action, Ask)
    assert parsed.action.hint == f"<{action['action']}>"
    assert parsed.via == "fallback"


async def test_the_person_is_told_why_the_model_was_no_help(rules, model, parser):
    rules.teach("T003 can go", CLOSE, sure=False)
    model.answer = ModelError("down")
    asked = (await parser.parse(Message("T003 can go"))).action
    assert isinstance(asked, Ask)
    assert asked.msg.startswith("The language model did not answer. ")


async def test_a_model_that_is_left_alone_is_not_waited_for(rules, model, parser):
    model.available = False
    parsed = await parser.parse(Message("hmm"))
    assert (parsed.via, parsed.calls, model.asked) == ("fallback", 0, [])


async def test_a_sure_reading_stands_when_the_model_of_the_order_llm_fails(rules, model):
    model.answer = ModelError("down")
    parser = Parser(model, order="llm", read=rules, spell=spell)
    parsed = await parser.parse(Message(rules.teach("close T003", CLOSE)))
    assert (parsed.action, parsed.via) == (read_action(CLOSE), "rules")


@pytest.mark.parametrize("answer", ["", "sure, I will do that!", "close", "close T003\nclose T004", "🙂"])
async def test_an_answer_that_is_no_command_is_no_answer(rules, model, parser, answer):
    model.answer = answer
    parsed = await parser.parse(Message("hmm T003 T004"))
    assert (parsed.action, parsed.via, parsed.tokens, parsed.calls) == (Nothing(), "fallback", 212, 1)


# what a model may not do


async def answered(parser: Parser, model: Said, rules: Rules, text: str, action: dict, **where) -> Action:
    """What comes of `text` when the model's command for it means `action`."""
    model.answer = rules.teach("the command", action)
    return (await parser.parse(Message(text, **where))).action


@pytest.mark.parametrize(
    "text",
    [
        "T003 is fixed",
        "t3 is fixed",
        "ticket 3 is fixed",
        "#3 is fixed",
        "\u200bT\u200b003 is fixed",
        "Т003 is fixed",  # a Cyrillic letter
        "T001 to T005 are fixed",
        "T001-T005 are fixed",
        "tickets 1, 2 and 3 are fixed",
        'the "T003" is fixed',
        "&gt; T003 is slow\nT003 is fixed",
    ],
)
async def test_a_ticket_that_the_person_named_in_any_form_may_be_changed(parser, model, rules, text):
    assert await answered(parser, model, rules, text, CLOSE) == read_action(CLOSE)


@pytest.mark.parametrize(
    "text",
    [
        "it is fixed",
        "T004 is fixed",
        "3 of them are fixed",
        "T0003 is fixed",
        "AT003 is fixed",
        "&gt; please close T003\nwhat do they want?",
        "```close T003``` does nothing",
        'Anna said "close T003" but meant another one',
        "Anna said “please close T003” but meant another one",
        'what does {"action":"CLOSE","id":"T003"} do',
        "T004 to T001 are fixed",
    ],
)
async def test_a_ticket_that_the_person_did_not_name_is_not_changed(parser, model, rules, text):
    assert isinstance(await answered(parser, model, rules, text, CLOSE), Ask)


async def test_in_a_thread_its_own_ticket_need_not_be_named(parser, model, rules):
    where = {"surface": "thread", "thread": Topic("T003"), "bot": "U0BOT"}
    assert await answered(parser, model, rules, "<@U0BOT> it works again", CLOSE, **where) == read_action(
        CLOSE
    )


async def test_a_list_to_show_loses_the_ids_that_nobody_wrote(parser, model, rules):
    shown = {"action": "VIEW", "tickets": ["T001", "T002", "T009"]}
    assert await answered(parser, model, rules, "how are T001, T002?", shown) == View(
        tickets=("T001", "T002")
    )


@pytest.mark.parametrize("action", [{"action": "VIEW", "id": "T009"}, {"action": "HISTORY", "id": "T009"}])
async def test_a_ticket_that_nobody_named_is_asked_for_rather_than_shown(parser, model, rules, action):
    assert isinstance(await answered(parser, model, rules, "how is it?", action), Ask)


async def test_a_change_of_several_with_one_that_nobody_named_is_asked_about_with_the_rest(
    parser, model, rules
):
    asked = await answered(parser, model, rules, "T001 and the printer are fixed", BULK)
    assert isinstance(asked, Ask)
    assert asked.hint == "<bulk_update>"


async def test_a_change_by_filter_stays_one_so_that_it_waits_for_a_click(parser, model, rules):
    change = {"action": "bulk_update", "where": {"cat": "doc"}, "changes": {"pri": 3}}
    assert await answered(parser, model, rules, "docs can wait", change) == read_action(change)


async def test_what_the_rules_know_to_be_wrong_with_an_id_is_said_rather_than_guessed(parser, model, rules):
    ask = {"action": "ASK", "msg": "TOO3 is not a ticket id", "hint": "close T003"}
    rules.teach("TOO3 is fixed", ask, sure=False)
    assert await answered(parser, model, rules, "TOO3 is fixed", CLOSE) == read_action(ask)


@pytest.mark.parametrize(
    "action", [{"action": "DELETE", "id": "T003"}, {"action": "EXPORT"}, {"action": "USAGE"}]
)
async def test_an_admins_action_is_never_taken_from_a_model(parser, model, rules, action):
    asked = await answered(parser, model, rules, "get rid of T003", action)
    assert isinstance(asked, Ask)
    assert asked.hint == f"<{action['action']}>"


@pytest.mark.parametrize("action", [Delete(id="T003"), Export()], ids=["DELETE", "EXPORT"])
async def test_an_admins_action_that_was_typed_stays_with_the_rules_in_every_order(rules, model, action):
    parser = Parser(model, order="llm", read=rules, spell=spell)
    rules.known["typed"] = Reading(action, sure=True)
    assert (await parser.parse(Message("typed"))).action == action
    assert model.asked == []


@pytest.mark.parametrize("change", [CLOSE, BULK, {"action": "UNDO"}, {"action": "CREATE", "title": "x"}])
async def test_a_sure_no_of_the_rules_is_not_overruled_by_a_change(rules, model, change):
    parser = Parser(model, order="llm", read=rules, spell=spell)
    rules.teach("don't close T003, T001 or T002", {"action": "NONE"})
    assert await answered(parser, model, rules, "don't close T003, T001 or T002", change) == Nothing()


async def test_a_models_question_is_asked_in_our_words(parser, model):
    model.answer = "ask"
    assert isinstance((await parser.parse(Message("that one"))).action, Ask)


@pytest.mark.parametrize("answer", ["none", "NONE", "None.", "`none`"])
async def test_a_models_none_does_nothing(parser, model, answer):
    model.answer = answer
    parsed = await parser.parse(Message("nice weather"))
    assert (parsed.action, parsed.via, parsed.command) == (Nothing(), "llm", "")


async def test_a_models_command_is_read_as_text_and_not_as_slacks_markup(parser, model, rules):
    model.answer = 'create "<!channel> & co"'
    await parser.parse(Message("hmm"))
    assert rules.seen[-1].text == 'create "&lt;!channel&gt; &amp; co"'


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        ("create p1 infra: New VPN?", 'create "New VPN?" pri 1 cat infra'),
        ('create: say \\ or "hi" x', 'create "say \\\\ or \\"hi\\" x"'),
        ('Create Doc: "a guide"', 'create "a guide" cat doc'),
        ("close T001 T002: don't know why", 'close T001 T002, res: "don\'t know why"'),
        ("update T001 prog p1: looking: into it", 'update T001 prog p1, res: "looking: into it"'),
        ("update T001 stat:prog", "update T001 stat:prog"),
        ("view open about a: b", "view open about a: b"),
    ],
)
async def test_the_free_text_of_an_answer_is_read_as_text_whatever_it_says(
    parser, model, rules, answer, read
):
    model.answer = answer
    await parser.parse(Message("hmm"))
    assert rules.seen[-1].text == read


async def test_a_title_that_has_no_word_of_the_message_makes_no_ticket(parser, model, rules):
    made_up = {"action": "CREATE", "title": "short title"}
    assert await answered(parser, model, rules, "the printer is on fire", made_up) == Nothing()


@pytest.mark.parametrize("title", ["Printer on fire", "PRINTER", "🔥🔥"])
async def test_a_title_in_the_persons_words_makes_one(parser, model, rules, title):
    made = {"action": "CREATE", "title": title}
    assert await answered(parser, model, rules, "the printer is on fire 🔥", made) == Create(title=title)


async def test_a_note_that_has_no_word_of_the_message_is_left_out(parser, model, rules):
    made_up = {"action": "CLOSE", "id": "T003", "res": "note"}
    assert await answered(parser, model, rules, "T003 works", made_up) == read_action(CLOSE)
    made_up = {"action": "UPDATE", "id": "T003", "stat": "prog", "res": "note"}
    assert await answered(parser, model, rules, "T003 works", made_up) == Update(id="T003", stat="prog")


async def test_a_made_up_note_on_several_is_left_out_too(parser, model, rules):
    made_up = BULK | {"changes": {"stat": "done", "res": "note"}}
    assert await answered(parser, model, rules, "T001, T002 work", made_up) == read_action(BULK)


async def test_nothing_but_a_made_up_note_changes_nothing(parser, model, rules):
    made_up = {"action": "UPDATE", "id": "T003", "res": "note"}
    assert await answered(parser, model, rules, "T003 works", made_up) == Nothing()


async def test_an_undo_is_taken_from_a_model(parser, model, rules):
    assert await answered(parser, model, rules, "take that back", {"action": "UNDO"}) == Undo()


async def test_help_is_taken_from_a_model(parser, model, rules):
    assert await answered(parser, model, rules, "what are you", {"action": "HELP"}) == Help()


async def test_an_update_is_taken_from_a_model(parser, model, rules):
    update = {"action": "UPDATE", "id": "T003", "stat": "prog", "res": "on it"}
    assert await answered(parser, model, rules, "T003: I am on it", update) == Update(
        id="T003", stat="prog", res="on it"
    )


# what it costs


async def test_every_message_is_booked_on_its_person_with_what_it_cost(rules, model):
    ledger = Ledger()
    parser = Parser(model, budget(ledger), read=rules, spell=spell)
    await parser.parse(Message(rules.teach("close T003", CLOSE), who="U1"))
    await parser.parse(Message("hmm", who="U2"))
    model.answer = ModelError("late", tokens=90)
    await parser.parse(Message("hmm", who="U3"))
    assert ledger.rows == [("U1", "rules", 0, 0), ("U2", "llm", 212, 1), ("U3", "fallback", 90, 1)]


async def test_over_budget_the_model_is_not_asked_and_the_person_is_told_why(rules, model):
    parser = Parser(model, budget(Ledger(spent=100_000)), read=rules, spell=spell)
    asked = (await parser.parse(Message(rules.teach("T003 can go", CLOSE, sure=False)))).action
    assert isinstance(asked, Ask)
    assert asked.msg.startswith("Today's budget for the language model is used up. ")
    assert model.asked == []


async def test_over_budget_nobody_is_told_to_wait(rules, model):
    parser = Parser(model, budget(Ledger(spent=100_000)), read=rules, spell=spell)

    async def asking() -> None:
        raise AssertionError("the model is not asked")

    assert (await parser.parse(Message("hmm"), asking)).calls == 0


async def test_a_store_that_cannot_say_what_was_spent_allows_no_call_and_stops_no_message(rules, model):
    parser = Parser(model, budget(Ledger(broken=True)), read=rules, spell=spell)
    assert (await parser.parse(Message(rules.teach("close T003", CLOSE)))).action == read_action(CLOSE)
    assert (await parser.parse(Message("hmm"))).action == Nothing()
    assert model.asked == []
