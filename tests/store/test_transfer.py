"""Tickets out and in again."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import StoreError
from store.models.filters import Filter, Scope
from store.models.tickets import Category, ImportedTicket, Priority, Status, Ticket
from store.transfer.exporting import export
from store.transfer.importing import ImportRefusedError, import_tickets, replace_controls
from tests.store.factories import NOW, TODAY, count_tickets, new_ticket, origin
from tests.store.reference.memory_store import MemoryStore


@pytest.fixture
def store():
    return MemoryStore()


async def exported(store, form="jsonl", **more) -> str:
    out = io.StringIO()
    await export(store, out.write, form, **more)
    return out.getvalue()


async def imported(store, text, form="jsonl", by=None):
    return await import_tickets(
        store, io.StringIO(text, newline=""), by or origin("U9", key=""), TODAY, form=form
    )


async def tickets_of(text, form="csv"):
    """What a file becomes: each ticket without its id, its status if it is open, and what is the same in all."""
    store = MemoryStore()
    await imported(store, text, form)
    usual = {"id", "stat", "cat", "created", "pri"}
    return [
        {
            name: value
            for name, value in record.ticket.model_dump(mode="json", exclude_none=True).items()
            if name not in usual or (name == "pri" and value != 2)
        }
        for record in await store.scan()
    ]


async def some(store):
    await store.create(
        new_ticket("API timeout", desc="=1+1"),
        origin("U1", team="T1", channel="C1", message="1.1", thread="1.1", source_author="U5"),
    )
    await store.create(
        new_ticket('secret, "quoted"', cat=Category.DOC), origin("U2", channel="G1", private=True)
    )
    await store.create(new_ticket("gone"), origin())
    await store.delete("T003", origin())
    await store.update("T001", {"stat": "prog"}, origin("U2"))
    await store.update("T001", {"stat": "done", "res": "-fixed-"}, origin(at=NOW + 0.25))


# out


async def test_a_line_is_the_eight_fields_and_who_when_and_where(store):
    await some(store)
    first, second = map(json.loads, (await exported(store, names={"U1": "Ada"})).splitlines())
    assert first == {
        "id": "T001",
        "title": "API timeout",
        "desc": "=1+1",
        "cat": "other",
        "pri": 2,
        "stat": "done",
        "created": "2024-09-24",
        "res": "-fixed-",
        "author": "U1",
        "author_name": "Ada",
        "created_at": "2024-09-24T10:00:00Z",
        "started_by": "U2",
        "closed_at": "2024-09-24T10:00:00.250000Z",
        "team": "T1",
        "channel": "C1",
        "message": "1.1",
        "thread": "1.1",
        "source_author": "U5",
    }
    assert second["private"] is True


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r1", " =1+1", "\n=1", "\u00a0=1", "\ufeff=1", "＝1", "'=1"],
)
async def test_csv_holds_nothing_that_a_spreadsheet_takes_for_a_formula(store, text):
    await store.create(new_ticket(text, desc=text), origin(text))
    _, cells = csv.reader(io.StringIO(await exported(store, "csv"), newline=""))
    assert [cells[1], cells[2], cells[8]] == [f"'{text}"] * 3


async def test_an_ordinary_apostrophe_is_exported_as_it_is(store):
    await store.create(new_ticket("'Tis broken"), origin())
    assert ",'Tis broken," in await exported(store, "csv")


async def test_what_cannot_be_utf_8_or_is_no_time_does_not_end_an_export(store):
    await store.create(new_ticket("half \ud83d a pair"), origin(at=float("nan")))
    for form in ("jsonl", "csv"):
        text = await exported(store, form)
        text.encode()
        assert "NaN" not in text


async def test_the_ticket_belongs_where_it_was_posted_since(store):
    await store.create(new_ticket(), origin(channel="D1", private=True))
    await store.post("T001", "C2", origin(), private=False)
    other = MemoryStore()
    await imported(other, await exported(store))
    [record] = await other.scan()
    assert (record.channel, record.private) == ("C2", False)


async def test_progress_is_told(store):
    await some(store)
    seen = []
    await export(store, lambda _line: None, progress=lambda done, of: seen.append((done, of)))
    assert seen == [(2, 0)]


# and in again


@pytest.mark.parametrize("form", ["jsonl", "csv"])
async def test_what_was_exported_can_be_imported_and_is_the_same(store, form):
    await some(store)
    text = await exported(store, form)
    other = MemoryStore()
    assert await imported(other, text, form) == ["T001", "T002"]
    assert await exported(other, form) == text
    assert (await other.view(Filter(), Scope())).count == 1
    assert await other.find_by_thread("C1", "1.1") == "T001"
    assert (await other.create(new_ticket(), origin())).record.ticket.id == "T003"


texts = st.text(max_size=50) | st.text(alphabet=" '=+-@\t\r\n\v\x1c\x85\u2028\ufeff,;\"\\a", max_size=20)
times = st.integers(0, 4_102_444_800_000_000).map(lambda micros: micros / 1_000_000)


@st.composite
def anything(draw, number):
    stat = draw(st.sampled_from(Status))
    ticket = Ticket.model_construct(
        id=f"T{number:03d}",
        title=draw(texts.filter(bool)),
        desc=draw(st.none() | texts.filter(bool)),
        cat=draw(st.sampled_from(Category)),
        pri=draw(st.sampled_from(Priority)),
        stat=stat,
        created=draw(st.dates()),
        res=draw(st.none() | texts.filter(bool)),
    )
    by = origin(
        draw(texts.filter(replace_controls)),
        key="",
        at=draw(times),
        team=draw(texts),
        channel=draw(texts),
        message=draw(texts),
        thread=draw(texts),
        private=draw(st.booleans()),
        source_author=draw(texts),
        source_link=draw(texts),
    )
    closed_at = draw(times) if stat is Status.DONE else None
    return ImportedTicket(ticket.id, ticket, by, draw(texts), closed_at)


def on_one_line(values):
    """The values of a ticket as an import takes them: no text has line breaks or control characters."""
    return {
        name: (replace_controls(value) or None) if isinstance(value, str) else value
        for name, value in values.items()
    }


def everything(record):
    ticket = on_one_line(record.ticket.__dict__)
    if not ticket["title"] or ticket["title"].isspace():
        ticket["title"] = None
    made = on_one_line(
        {**{name: getattr(record.origin, name) for name in record.origin.__slots__}, "usage": None}
    )
    made["team"] = made["team"] or "T0"
    shown = (record.channel, record.started_by)
    return ticket, made, [replace_controls(text) for text in shown], record.private, record.closed_at


@settings(deadline=None)
@given(st.tuples(anything(1), anything(2)), st.sampled_from(["jsonl", "csv"]))
async def test_any_export_is_imported_to_the_same_tickets(tickets, form):
    one, other = MemoryStore(), MemoryStore()
    await one.import_tickets(tickets, origin(key=""))
    text = await exported(one, form)
    file = io.BytesIO(text.encode())
    await imported(
        other, io.TextIOWrapper(file, encoding="utf-8", newline="").read(), form, origin(key="", team="T0")
    )
    before, after = map(everything, await one.scan()), map(everything, await other.scan())
    for was, now in zip(before, after, strict=True):
        if was[0]["title"] is None or now[0]["title"] == "(no title)":
            was[0]["title"] = now[0]["title"] = None
        assert now == was


@pytest.mark.parametrize("form", ["jsonl", "csv"])
async def test_a_ticket_without_anything_to_see_in_its_title_does_not_end_the_round_trip(store, form):
    await store.create(new_ticket(" \u200b"), origin())
    other = MemoryStore()
    await imported(other, await exported(store, form), form)
    assert [record.ticket.title for record in await other.scan()] == ["(no title)"]


async def test_an_export_of_an_earlier_version_is_imported(store):
    await imported(
        store,
        '{"id":"T002","title":"old","created":"2024-05-03","author":"U1","at":1714732931.5,"message":"1.1"}',
    )
    [record] = await store.scan()
    assert (record.origin.timestamp, record.origin.user_id, record.ticket.created) == (
        1714732931.5,
        "U1",
        date(2024, 5, 3),
    )


# what others export

TABLE = [
    ("title,pri\nA,1\nB,3\n", [{"title": "A", "pri": 1}, {"title": "B", "pri": 3}]),
    ("title;pri\nA;1\n", [{"title": "A", "pri": 1}]),
    ("title\tpri\nA\t1\n", [{"title": "A", "pri": 1}]),
    ("sep=;\ntitle;pri\nA;1\n", [{"title": "A", "pri": 1}]),
    ("\ufefftitle,pri\nA,1\n", [{"title": "A", "pri": 1}]),
    ('\ufeff"Title","PRI"\r\n"A","1"\r\n', [{"title": "A", "pri": 1}]),
    ("title,pri\rA,1\r", [{"title": "A", "pri": 1}]),
    ("Title, Pri \nA,1\n", [{"title": "A", "pri": 1}]),
    ("title,pri,\nA,1,\n", [{"title": "A", "pri": 1}]),
    ("title,pri,,\nA,1,,\nB,3,,\n", [{"title": "A", "pri": 1}, {"title": "B", "pri": 3}]),
    ("title,pri\nA,1,\n\n,\n", [{"title": "A", "pri": 1}]),
    ('title,desc\nA,"one\r\ntwo"\nB,c\n', [{"title": "A", "desc": "one two"}, {"title": "B", "desc": "c"}]),
    *(
        (f"title,desc\nA,one{mark}two\n", [{"title": "A", "desc": "one two"}])
        for mark in ("\u2028", "\u2029", "\x85", "\v", "\f", "\x1c", "\x1d", "\x1e", "\0", "\x1b")
    ),
    ('title,pri\n24" monitor,1\n', [{"title": '24" monitor', "pri": 1}]),
    ("title,desc\n'Tis broken,'90s music\n", [{"title": "'Tis broken", "desc": "'90s music"}]),
    ("title\n'=1+1\n", [{"title": "=1+1"}]),
    ("title,pri\nA,1.0\n", [{"title": "A", "pri": 1}]),
]


@pytest.mark.parametrize(("text", "expected"), TABLE)
async def test_a_csv_is_read_as_spreadsheets_and_other_programs_write_it(text, expected):
    assert await tickets_of(text) == expected


JSON_TABLE = [
    ('\ufeff{"title":"A"}\n', ["A"]),
    ('{"title":"A\u2028B"}\n{"title":"C"}\n', ["A B", "C"]),
    ('{"title":"A\x0bB\x1cC\x0cD\x85E"}', ["A B C D E"]),
    ('{"Title":"A"}\r\n{"title":"B"}', ["A", "B"]),
    ('{"title":"Broken\\u001b[31m link","desc":null}', ["Broken [31m link"]),
    ('[{"title":"A"},\n {"title":"B"}]\n', ["A", "B"]),
    ('[\n  {\n    "title": "A"\n  }\n]', ["A"]),
    (
        '{"_default": {"1": {"title": "A", "created": "2020-01-01T10:00:00"}, "2": {"title": "B"}}}',
        ["A", "B"],
    ),
    ("", []),
]


@pytest.mark.parametrize(("text", "titles"), JSON_TABLE)
async def test_json_is_read_line_by_line_in_a_list_and_as_tinydb_writes_it(text, titles):
    assert [each["title"] for each in await tickets_of(text, "jsonl")] == titles


@pytest.mark.parametrize(
    ("values", "day", "timestamp"),
    [
        ({"created": "2024-05-03"}, "2024-05-03", 1714694400),
        ({"created": "20240503"}, "2024-05-03", 1714694400),
        ({"created": "2024-05-03T10:22:11Z"}, "2024-05-03", 1714731731),
        ({"created": "2024-05-03 10:22:11"}, "2024-05-03", 1714731731),
        ({"created": "2024-05-03T23:30:00.000-0700"}, "2024-05-03", 1714804200),
        ({"created": 1714732931000}, "2024-05-03", 1714732931),
        ({"at": 1714732931000}, "2024-05-03", 1714732931),
        ({"created_at": "1714732931000"}, "2024-05-03", 1714732931),
        ({"created_at": 1714732931.5}, "2024-05-03", 1714732931.5),
        ({"created": "2020-01-01", "created_at": "2024-05-03T10:22:11Z"}, "2020-01-01", 1714731731),
        ({}, "2024-09-24", NOW),
    ],
)
async def test_days_and_times_are_read_as_others_write_them(store, values, day, timestamp):
    await imported(store, json.dumps({"title": "A", **values}))
    [record] = await store.scan()
    assert (record.ticket.created.isoformat(), record.origin.timestamp) == (day, timestamp)


async def test_only_what_is_done_was_closed(store):
    line = '{"title":"x","stat":"%s","closed_at":"2024-05-03T10:22:11Z"}'
    await imported(store, "\n".join(line % stat for stat in ("open", "prog", "done")))
    assert [record.closed_at for record in await store.scan()] == [None, None, 1714731731]


async def test_an_imported_day_is_found_by_the_time_of_its_creation(store):
    await imported(store, "title,created\nA,2024-05-03\nB,2024-05-04\n", "csv")
    since = datetime(2024, 5, 4, tzinfo=UTC).timestamp()
    found = await store.view(Filter(since=since), Scope(everything=True))
    assert [record.ticket.title for record in found.records] == ["B"]


LONG = " ".join(["word"] * 60)


async def test_what_is_too_long_is_cut_at_a_word_and_nothing_of_it_is_lost(store):
    await imported(
        store, json.dumps({"title": LONG[:99], "res": LONG}) + json.dumps({"title": LONG, "desc": "mine"})
    )
    first, second = await store.scan()
    assert first.ticket.title == "word word word word word word word word word word…"[:50]
    assert first.ticket.desc == LONG[:99]
    assert first.ticket.res.endswith("word…")
    assert LONG in first.origin.text
    assert second.ticket.desc == "mine"
    assert second.origin.text == LONG
    assert (await store.history("T002"))[0][0].origin.text == LONG


# what is refused

REFUSED = [
    ('title,desc\n"Broken link,foo\nOther,bar\n', 2, "never closed"),
    ('title,desc\nA,b\nC,"foo\nOther,bar\n', 3, "never closed"),
    ('title,pri\n"24" monitor flickers",1\nSecond,2\n', 2, "write it twice"),
    ('title,desc\n"first","he said "hi" to me"\nsecond,b\n', 2, "write it twice"),
    ("title\n" + "x" * 200_000 + "\n", 2, "more than 131,072 characters"),
    ("title,pri\na,1\nb,1,2\n", 3, "more cells than there are columns"),
    ("title,pri,\nA,1,x\n", 2, "more cells than there are columns"),
    ("title,desc,Desc\nA,one,two\n", 1, "more than one column desc"),
    ("title,owner\nA,me\n", 1, "there is no column owner"),
    ("hello", 1, "there is no column hello"),
    (
        "Issue key,title,Summary\n1,A,B\n",
        1,
        "there are no columns issue_key, summary: leave each out or call it one of id, title,",
    ),
    ("title,pri\n ,1\n", 2, "there is no title"),
    ("title,pri\n\u200b,1\n", 2, "there is no title"),
    ('title,desc\n"a\nb",c\n,d\n', 4, "there is no title"),
    ("title,created\nA,03/05/2024\n", 2, "write it as 2024-05-03"),
]
JSON_REFUSED = [
    ("hello", "no JSON"),
    ("[" * 100_000, "nested too deeply"),
    ('{"a":' * 100_000, "nested too deeply"),
    ('{"title":"x","title":"y"}', "title is given twice"),
    ('{"title":"x","Title":"y"}', "title is given twice"),
    ('{"title":"x","owner":"me"}', "there is no column owner"),
    ('{"title":"   "}', "there is no title"),
    ('{"title":"\\u001b"}', "there is no title"),
    ('{"desc":"x"}', "there is no title"),
    ('{"title":5}', "title has to be text"),
    ('{"title":"x","pri":4}', "pri has to be 1, 2 or 3, not 4"),
    ('{"title":"x","cat":"Bug"}', "cat has to be 'code', 'infra', 'doc' or 'other', not 'Bug'"),
    ('{"title":"x","pri":true}', "pri has to be 1, 2 or 3, not True"),
    ('{"title":"x","private":"maybe"}', "private has to be true or false, not 'maybe'"),
    ('{"title":"x","id":"T0003"}', "is not a ticket id"),
    ('{"title":"' + "x" * 200_000 + '"}', "more than 131,072 characters"),
    ("[1]", "no JSON object"),
    ('{"_store":{"1":{"version":2}},"tickets":{}}', "tickets restore"),
    *(
        (f'{{"title":"x","{name}":{value}}}', "is not a time|far off")
        for name in ("at", "created_at", "created")
        for value in (
            "2024",
            '"45415"',
            "NaN",
            "Infinity",
            "-Infinity",
            "-1e11",
            "-1",
            "1e300",
            "1e14",
            "9" * 5000,
            "true",
            '"soon"',
            '"nan"',
            "[]",
        )
    ),
]


async def test_every_bad_line_is_reported_with_its_number_and_nothing_is_imported(store):
    await store.create(new_ticket(), origin())
    lines = [
        '{"title": "good"}',
        "not json",
        "[1]",
        '{"title": ""}',
        '{"title": "x", "owner": "me"}',
        '{"id": "T001", "title": "taken"}',
        '{"id": "T7", "title": "one"}',
        '{"id": "T007", "title": "the same"}',
        '{"id": "T0003", "title": "no id"}',
        "",
        '{"title": "x", "pri": 4}',
    ]
    with pytest.raises(ImportRefusedError, match="nothing was imported") as error:
        await imported(store, "\n".join(lines))
    assert [line for line, _ in error.value.bad] == [2, 3, 4, 5, 6, 8, 9, 11]
    assert "T001 is taken" in str(error.value)
    assert await count_tickets(store) == 1


@pytest.mark.parametrize(("text", "line", "said"), REFUSED)
async def test_a_csv_that_cannot_be_read_is_refused_with_the_line_and_the_cure(store, text, line, said):
    with pytest.raises(ImportRefusedError, match=said) as error:
        await imported(store, text, "csv")
    assert [number for number, _ in error.value.bad] == [line]
    assert await count_tickets(store) == 0


@pytest.mark.parametrize(("text", "said"), JSON_REFUSED)
async def test_json_that_is_no_ticket_is_refused_with_the_cure(store, text, said):
    with pytest.raises(ImportRefusedError, match=said):
        await imported(store, text)
    assert await count_tickets(store) == 0


async def test_an_id_that_was_deleted_is_taken_too(store):
    await some(store)
    with pytest.raises(ImportRefusedError, match="T003 is taken"):
        await imported(store, '{"id": "T003", "title": "again"}')


async def test_lines_without_an_id_get_the_next_free_ones(store):
    await store.create(new_ticket(), origin())
    lines = '{"title": "a"}\n{"id": "T005", "title": "b", "created": "2020-02-02"}\n{"title": "c"}'
    assert await imported(store, lines) == ["T006", "T005", "T007"]
    assert (await store.get("T005")).ticket.created == date(2020, 2, 2)
    assert (await store.get("T006")).ticket.created == TODAY
    assert (await store.create(new_ticket(), origin())).record.ticket.id == "T008"


async def test_an_id_that_is_far_off_is_refused(store):
    with pytest.raises(StoreError, match="too far"):
        await imported(store, '{"id": "T9ZZZZZ", "title": "far"}')
    assert (await store.create(new_ticket(), origin())).record.ticket.id == "T001"


async def test_the_same_import_twice_is_one(store):
    by = origin("U9", key="import-1")
    assert await imported(store, '{"title": "a"}', by=by) == await imported(store, '{"title": "a"}', by=by)
    assert await count_tickets(store) == 1
