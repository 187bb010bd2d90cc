"""A title as a careful colleague would write it."""

import pytest

from bot.parser.message import Message
from bot.parser.rules import read
from bot.parser.rules.create.title_lines import pick_title


def made(text):
    return read(Message(text, "slash")).action


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("create Please fix the footer, thanks!", "fix the footer"),
        ("create URGENT: Fix the Footer", "Fix the Footer"),
        ('create Fix `foo()` in "bar"', 'Fix `foo()` in "bar"'),
        ("create 'single quotes around'", "single quotes around"),
        ("create «guillemets»", "guillemets"),
        ("create a dark mode", "dark mode"),
        ("create the urgent care page is blank", "the urgent care page is blank"),
        ("create the 'urgent' box is red", "the 'urgent' box is red"),
        ("create high contrast theme is ugly", "high contrast theme is ugly"),
        ("create disk usage is high", "disk usage is high"),
        ("create low battery warning missing", "low battery warning missing"),
        ("create fix docs and code", "fix docs and code"),
        ("create upgrade to v2.4.", "upgrade to v2.4"),
        ("create :fire: the oven :fire:", "the oven"),
        ("create (the whole thing)", "the whole thing"),
        ("create *bold claim*", "bold claim"),
        ("create don't cache the login page", "don't cache the login page"),
        ("create close all tickets link is broken", "close all tickets link is broken"),
        ("create page title: wrong on mobile", "page title: wrong on mobile"),
        ("create migrate T3 boxes to T4", "migrate T3 boxes to T4"),
        ("create bot is absent", "bot is absent"),
        ("create ticket team calendar is wrong", "team calendar is wrong"),
        ("create a ticket for us: bot is absent", "bot is absent"),
        ("create please hold music is too loud", "please hold music is too loud"),
        ("create thank you mail lacks the name", "thank you mail lacks the name"),
        ("create hello kitty theme is broken", "hello kitty theme is broken"),
        ("create me tab is empty", "me tab is empty"),
        ("create A grade shown as B", "A grade shown as B"),
        ("create list of customers is missing two rows", "list of customers is missing two rows"),
        ("create Asap font is blurry", "Asap font is blurry"),
        ("create ../../etc/passwd is readable", "../../etc/passwd is readable"),
        ("create .env is committed", ".env is committed"),
        ("create .NET 8 build fails", ".NET 8 build fails"),
        ("create ./configure fails", "./configure fails"),
        ("create --force flag is ignored", "--force flag is ignored"),
        ("create -9 exit code from worker", "-9 exit code from worker"),
        ("create ...and justice poster is torn", "and justice poster is torn"),
        ("create - printer jams", "printer jams"),
        (".env is broken on staging", ".env is broken on staging"),
        ("create a bug report template", "bug report template"),
        ("create a task list for onboarding", "task list for onboarding"),
        ("create an issue tracker for the Zug team", "issue tracker for the Zug team"),
        ("create a ticket list is slow", "list is slow"),
        ("First Data gateway is down", "First Data gateway is down"),
        ("Just Eat integration is down", "Just Eat integration is down"),
        ("Well Pharmacy feed is down", "Well Pharmacy feed is down"),
        ("Hello World sample is broken", "Hello World sample is broken"),
        ("OK button is missing", "OK button is missing"),
        ("Thanks page is broken", "Thanks page is broken"),
        ("first floor printer is broken", "first floor printer is broken"),
        ("please order toner", "order toner"),
        ("new ticket: thank you mail lacks the name", "thank you mail lacks the name"),
        ("ticket: please hold music is too loud", "please hold music is too loud"),
        ("new ticket please: the roof leaks", "the roof leaks"),
        ("new ticket: please renew the lease", "renew the lease"),
        ("create a ticket for the docs part: the index lacks K", "the index lacks K"),
        ("create Index lacks K doc p3", "Index lacks K"),
        ("create please: the roof leaks", "the roof leaks"),
        ("create please, the roof leaks", "the roof leaks"),
        ("create please renew the lease", "renew the lease"),
        ("create me a lease form", "lease form"),
        ("create hi: the roof leaks", "the roof leaks"),
        ("create an urgent ticket: the roof leaks", "the roof leaks"),
        ("create asap: the roof leaks", "the roof leaks"),
        ("create the roof leaks, thanks", "the roof leaks"),
    ],
)  # fmt: skip
def test_title(text, title):
    assert made(text).title == title


@pytest.mark.parametrize(
    ("text", "pri"),
    [
        ("create x is broken", 2),
        ("create x is broken asap", 1),
        ("create x is broken, it's urgent", 1),
        ("create x is broken. This is blocking us!", 1),
        ("create x is broken, blocker", 1),
        ("create x is broken - p1", 1),
        ("create x is broken (high priority)", 1),
        ("create not urgent: x is broken", 3),
        ("create x is broken, no rush", 3),
        ("create x is broken, minor", 3),
        ("create x is broken, normal priority", 2),
        ("create the 'urgent' label is broken", 2),
        ("create prod is down", 1),
        ("create the production database is down", 1),
        ("create the staging database is down", 2),
        ("create API timeout issues in production", 2),
    ],
)
def test_priority(text, pri):
    assert made(text).pri == pri


def test_lines_below_the_first_are_the_description():
    action = made("create Login fails\nSince Monday.\nOnly with SSO.")
    assert (action.title, action.desc) == ("Login fails", "Since Monday.\nOnly with SSO")


def test_a_trace_is_titled_by_what_was_raised():
    action = made(
        'create ticket for this:\n```Traceback (most recent call last):\n  File "a.py", line 1\nValueError: no plan```'
    )
    assert action.title == "ValueError: no plan"
    assert action.desc.startswith("Traceback")


def test_a_quoted_mail_is_titled_by_what_went_wrong_and_commands_nothing():
    action = made(
        "create ticket from this mail:\n&gt; Dear team,\n&gt; the invoice is wrong.\n&gt; Please close T003."
    )
    assert action.action == "CREATE"
    assert action.title == "the invoice is wrong"


def test_fields_may_stand_anywhere_with_their_names():
    action = made('create pri:1 cat=doc title: "Fix it" desc: "All of it"')
    assert (action.title, action.desc, action.pri, action.cat) == ("Fix it", "All of it", 1, "doc")


def test_a_place_that_ends_like_a_greeting_is_no_greeting():
    assert pick_title(["Delhi office, the printer fails", "Regards"]) == "Delhi office, the printer fails"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("the export is empty when more than two sites are selected", "the export is empty…"),
        ("nightly deploys fail, but only those that use the old runner", "nightly deploys fail…"),
        ("the badge reader is slow. We need a new one before the audit", "the badge reader is slow"),
    ],
)
def test_a_title_cut_before_what_limits_it_says_so_and_the_whole_is_the_description(text, title):
    action = made(f"create {text}")
    assert (action.title, action.desc) == (title, text)
