"""The order: rules, then the model, then the rules' best reading. What it costs."""

from datetime import date

import pytest

from bot.actions import Ask, Create, Delete, Export, Nothing, View, read_action
from bot.parser import Parser
from bot.parser.llm.budget import Budget
from bot.parser.llm.model import ModelError
from bot.parser.message import Message, Reading, ThreadTicket
from store.coordination import LocalTurns
from store.errors import UnwritableError
from tests.bot.parser.fakes import BULK, CLOSE, FakeRules, ScriptedModel, spell


class Ledger(LocalTurns):
    def __init__(self, spent: int = 0, *, broken: bool = False) -> None:
        super().__init__()
        self.already, self.broken = spent, broken

    async def tokens_used(self, day: date) -> int:
        if self.broken:
            raise UnwritableError("The disk is full.")
        return self.already


def budget(ledger: Ledger) -> Budget:
    return Budget(ledger, 100_000, now=lambda: 0.0, today=lambda: date(2024, 9, 24))


@pytest.fixture
def rules() -> FakeRules:
    return FakeRules()


@pytest.fixture
def model() -> ScriptedModel:
    return ScriptedModel()


@pytest.fixture
def parser(rules, model) -> Parser:
    return Parser(model, read=rules, format_command=spell)


def without_model(rules: FakeRules, **how) -> Parser:
    return Parser(None, read=rules, format_command=spell, **how)


# rules first


async def test_what_the_rules_are_sure_of_is_done_without_a_model(rules, model, parser):
    parsed = await parser.parse(Message(rules.teach("close T003", CLOSE)))
    assert (parsed.action, parsed.via, parsed.tokens, parsed.calls) == (read_action(CLOSE), "rules", 0, 0)
    assert model.asked == []


async def test_what_they_are_not_sure_of_goes_to_the_model_once_with_their_hint(rules, model, parser):
    rules.teach("what is there", {"action": "NONE"}, sure=False, hint="nothing")
    model.answer = rules.teach("view open", {"action": "VIEW", "stat": "open"})
    parsed = await parser.parse(Message("what is there"))
    assert parsed.action == View(stat="open")
    assert (parsed.via, parsed.tokens, parsed.calls, parsed.model) == ("llm", 212, 1, "gpt-6-luna")
    assert parsed.command == "<VIEW>"
    assert (model.asked, model.hints, model.ratings) == (["what is there"], ["nothing"], [True])


async def test_a_change_that_the_model_reads_is_a_choice_and_not_done(rules, model, parser):
    rules.teach("T003 can go", CLOSE, sure=False)
    model.answer = rules.teach("close T003", CLOSE)
    parsed = await parser.parse(Message("T003 can go"))
    assert parsed.action == Ask(msg="Did you mean?", choices=(read_action(CLOSE),))
    assert (parsed.via, parsed.tokens, parsed.command) == ("llm", 212, "")


async def test_a_clear_report_of_any_category_is_made_without_asking_the_model(rules, model, parser):
    create = {"action": "CREATE", "title": "move the thing", "pri": 1}
    rules.teach("create move the thing, urgent", create)
    parsed = await parser.parse(Message("create move the thing, urgent"))
    assert (parsed.action, parsed.via) == (Create(title="move the thing", pri=1), "rules")
    assert model.asked == []


@pytest.mark.parametrize(
    "change",
    [CLOSE, BULK, {"action": "UPDATE", "id": "T003", "pri": 1}, {"action": "UNDO"}],
    ids=lambda action: action["action"],
)
async def test_what_the_rules_are_sure_of_is_done_at_once_in_the_order_llm_too_where_it_is_a_change(
    rules, model, change
):
    parser = Parser(model, order="llm", read=rules, format_command=spell)
    parsed = await parser.parse(Message(rules.teach("do it", change)))
    assert (parsed.action, parsed.via) == (read_action(change), "rules")
    assert model.asked == []


async def test_the_order_llm_asks_the_model_for_everything(rules, model):
    model.answer = rules.teach("view open", {"action": "VIEW", "stat": "open"})
    parser = Parser(model, order="llm", read=rules, format_command=spell)
    parsed = await parser.parse(Message(rules.teach("view done", {"action": "VIEW", "stat": "done"})))
    assert parsed.action == View(stat="open")


async def test_the_order_rules_never_calls_out(rules, model):
    parsed = await Parser(model, order="rules", read=rules, format_command=spell).parse(Message("whatever"))
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


@pytest.mark.parametrize("action", [Delete(id="T003"), Export()], ids=["DELETE", "EXPORT"])
async def test_an_admins_action_that_was_typed_stays_with_the_rules_in_every_order(rules, model, action):
    parser = Parser(model, order="llm", read=rules, format_command=spell)
    rules.known["typed"] = Reading(action, sure=True)
    assert (await parser.parse(Message("typed"))).action == action
    assert model.asked == []


# talk among people


@pytest.mark.parametrize("order", ["auto", "llm"])
async def test_a_thread_reply_without_a_mention_is_never_sent_to_a_model(rules, model, order):
    parser = Parser(model, order=order, read=rules, format_command=spell)
    talk = Message("the printer is on fire", "thread", ThreadTicket("T003"), bot="U0BOT")
    parsed = await parser.parse(talk)
    assert (parsed.action, parsed.via) == (Nothing(), "rules")
    assert model.asked == []


async def test_a_thread_reply_without_a_mention_is_done_where_it_is_a_clear_command(rules, parser):
    parsed = await parser.parse(
        Message(rules.teach("done", CLOSE), "thread", ThreadTicket("T003"), bot="U0BOT")
    )
    assert parsed.action == read_action(CLOSE)


async def test_an_unsure_reading_of_talk_is_no_command(rules, parser):
    parsed = await parser.parse(
        Message(rules.teach("nearly done", CLOSE, sure=False), "thread", ThreadTicket("T003"))
    )
    assert parsed.action == Nothing()


async def test_what_the_rules_take_for_talk_is_never_sent_to_a_model(rules, model, parser):
    rules.teach("lol", {"action": "NONE"}, sure=False, addressed=False)
    await parser.parse(Message("lol", "mention"))
    assert model.asked == []


@pytest.mark.parametrize("mention", ["<@U0BOT> hmm", "hmm <@U0BOT|tickets>"])
async def test_a_thread_reply_with_a_mention_may_go_to_the_model(model, parser, mention):
    await parser.parse(Message(mention, "thread", ThreadTicket("T003"), bot="U0BOT"))
    assert model.asked == [mention]


async def test_while_the_bots_id_is_unknown_a_mention_at_the_beginning_is_its_own(model, parser):
    await parser.parse(Message("<@U0BOT> hmm", "thread", ThreadTicket("T003")))
    await parser.parse(Message("ask <@U777>", "thread", ThreadTicket("T003")))
    assert model.asked == ["<@U0BOT> hmm"]


async def test_talk_is_not_counted_as_a_message(rules, model):
    parser = Parser(model, budget(Ledger()), read=rules, format_command=spell)
    assert (await parser.parse(Message("lol", "thread", ThreadTicket("T003"), bot="U0BOT"))).usage is None


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
    "change",
    [
        CLOSE,
        BULK,
        {"action": "UPDATE", "id": "T003", "pri": 1},
        {"action": "bulk_update", "where": {"stat": "open"}, "changes": {"pri": 3}},
    ],
    ids=lambda action: action["action"],
)
async def test_a_best_reading_that_changes_a_ticket_is_a_choice_beside_a_new_ticket(rules, change):
    rules.teach("hmm", change, sure=False)
    rules.teach("create hmm", {"action": "CREATE", "title": "hmm", "pri": 2})
    parsed = await without_model(rules).parse(Message("hmm", bot="U0BOT"))
    assert isinstance(parsed.action, Ask)
    assert parsed.action.msg == "Did you mean?"
    assert parsed.action.choices == (read_action(change), Create(title="hmm", pri=2))
    assert parsed.via == "fallback"


async def test_a_best_reading_of_which_no_ticket_can_be_made_is_the_only_choice(rules):
    asked = (await without_model(rules).parse(Message(rules.teach("hmm", CLOSE, sure=False)))).action
    assert isinstance(asked, Ask)
    assert asked.choices == (read_action(CLOSE),)


@pytest.mark.parametrize("action", [{"action": "UNDO"}, {"action": "DELETE", "id": "T003"}])
async def test_a_best_reading_that_is_only_done_when_it_is_typed_is_no_choice(rules, action):
    asked = (await without_model(rules).parse(Message(rules.teach("hmm", action, sure=False)))).action
    assert isinstance(asked, Ask)
    assert asked.hint == f"<{action['action']}>"
    assert not asked.choices


async def test_choices_of_the_rules_stand_as_they_are(rules):
    ask = {"action": "ASK", "msg": "Did you mean?", "choices": [CLOSE, {"action": "CREATE", "title": "x"}]}
    parsed = await without_model(rules).parse(Message(rules.teach("hmm", ask, sure=False)))
    assert parsed.action == read_action(ask)


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
    parser = Parser(model, order="llm", read=rules, format_command=spell)
    parsed = await parser.parse(Message(rules.teach("view done", {"action": "VIEW", "stat": "done"})))
    assert (parsed.action, parsed.via) == (View(stat="done"), "rules")


@pytest.mark.parametrize("answer", ["", "sure, I will do that!", "close", "close T003\nclose T004", "🙂"])
async def test_an_answer_that_is_no_command_is_no_answer(rules, model, parser, answer):
    model.answer = answer
    parsed = await parser.parse(Message("hmm T003 T004"))
    assert (parsed.action, parsed.via, parsed.tokens, parsed.calls) == (Nothing(), "fallback", 212, 1)
    assert model.ratings == [False]


# how much is read


async def test_no_more_than_32768_characters_of_a_message_are_read(rules, model, parser):
    await parser.parse(Message("x" * 40_000))
    assert [len(message.text) for message in rules.seen] == [32_768]
    assert [len(text) for text in model.asked] == [32_768]


# what it costs


async def test_every_message_tells_what_it_cost_and_whom(rules, model):
    parser = Parser(model, budget(Ledger()), read=rules, format_command=spell)
    parsed = [await parser.parse(Message(rules.teach("close T003", CLOSE), who="U1"))]
    parsed.append(await parser.parse(Message("hmm", who="U2")))
    model.answer = ModelError("late", tokens=90)
    parsed.append(await parser.parse(Message("hmm", who="U3")))
    assert [one.usage[1:] for one in parsed] == [
        ("U1", "rules", 0, 0),
        ("U2", "llm", 212, 1),
        ("U3", "fallback", 90, 1),
    ]


async def test_over_budget_the_model_is_not_asked_and_the_person_is_told_why(rules, model):
    parser = Parser(model, budget(Ledger(spent=100_000)), read=rules, format_command=spell)
    asked = (await parser.parse(Message(rules.teach("T003 can go", CLOSE, sure=False)))).action
    assert isinstance(asked, Ask)
    assert asked.msg.startswith("Today's budget for the language model is used up. ")
    assert model.asked == []


async def test_over_budget_nobody_is_told_to_wait(rules, model):
    parser = Parser(model, budget(Ledger(spent=100_000)), read=rules, format_command=spell)

    async def asking() -> None:
        raise AssertionError("the model is not asked")

    assert (await parser.parse(Message("hmm"), asking)).calls == 0


async def test_a_store_that_cannot_say_what_was_spent_allows_no_call_and_stops_no_message(rules, model):
    parser = Parser(model, budget(Ledger(broken=True)), read=rules, format_command=spell)
    assert (await parser.parse(Message(rules.teach("close T003", CLOSE)))).action == read_action(CLOSE)
    assert (await parser.parse(Message("hmm"))).action == Nothing()
    assert model.asked == []
