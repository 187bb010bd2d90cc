"""The journal's lines: torn, damaged, moved."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.coding import encode
from store.lines import SECTOR, Damage, read_lines, write_lines

BATCHES = [
    [{"tickets": {"1": {"title": "café\n\u2028 ☕", "pri": 1}}}],
    [{"tickets": {"1": {"stat": "done"}}}, {"tickets": {"2": {"stat": "done"}}}],
    [{"t": {}}],
]


def journal(batches, ahead=0) -> tuple[bytes, list[bytes], list[int]]:
    """A journal's bytes, its commits, and where each time that something was written began."""
    payloads, data, chain, starts = [], b"", 0, []
    for batch in batches:
        starts.append(len(data))
        written = write_lines([encode(value) for value in batch], chain, len(data))
        payloads += [encode(value) for value in batch]
        data, chain = data + written.data, written.chain
    return data + bytes(ahead), payloads, starts


def read(data, *, last=True):
    return [line.rstrip(b" ") for line in read_lines(data, last=last)]


@pytest.mark.parametrize("ahead", [0, 1, 5000])
def test_what_is_written_is_read(ahead):
    data, payloads, _ = journal(BATCHES, ahead)
    assert read(data) == payloads
    assert read(data, last=False) == payloads


def test_cut_anywhere_it_holds_the_whole_lines_before_the_cut():
    data, payloads, _ = journal(BATCHES)
    for cut in range(len(data) + 1):
        # A line that lacks but its line break is whole.
        whole = (data[:cut] + b"\n" if data[cut : cut + 1] == b"\n" else data[:cut]).count(b"\n")
        assert read(data[:cut]) == payloads[:whole]


def test_a_journal_that_another_follows_is_never_torn():
    data, _, _ = journal(BATCHES)
    for cut in range(1, len(data)):
        if data[cut : cut + 1] != b"\n" and data[cut - 1 : cut] != b"\n":
            with pytest.raises(Damage):
                read(data[:cut], last=False)


@pytest.mark.parametrize("ahead", [0, 700])
@pytest.mark.parametrize("mask", [0x01, 0x02, 0x80, 0xFF])
def test_a_flipped_byte_is_never_read(mask, ahead):
    data, _, _ = journal(BATCHES, ahead)
    for at in range(len(data) - ahead):
        damaged = bytearray(data)
        damaged[at] ^= mask
        with pytest.raises(Damage):
            read(bytes(damaged))


@pytest.mark.parametrize("byte", [b"\n", b"\0", b"+"])
def test_a_byte_turned_into_one_that_means_something_is_never_read(byte):
    data, payloads, _ = journal(BATCHES, 700)
    for at in range(len(data) - 700):
        damaged = data[:at] + byte + data[at + 1 :]
        if damaged == data:
            continue
        if byte == b"\0" and at == len(data) - 701:
            assert read(damaged) == payloads, "the last line break alone: its line is whole"
            continue
        with pytest.raises(Damage):
            read(damaged)


def test_lines_in_another_order_doubled_or_missing_are_damage():
    data, _, _ = journal(BATCHES)
    one, two, three, four = data.splitlines(keepends=True)
    for wrong in (
        two + one + three,
        one + three,
        one + one + two,
        two + three,
        one + two + four,
        one + two + three + three,
    ):
        with pytest.raises(Damage, match="line"):
            read(wrong)


def test_damage_says_where():
    data, _, _ = journal(BATCHES)
    second = data.index(b"\n") + 1
    with pytest.raises(Damage, match=rf"line 2 \(byte {second}\)"):
        read(data[: second + 3] + b"x" + data[second + 4 :])


def big(random, number):
    return {"t": {str(number): {"text": "x" * random.randint(0, 1200)}}}


@pytest.mark.parametrize("seed", range(60))
def test_any_sectors_of_what_was_written_last_may_be_missing(seed):
    random = Random(seed)
    batches = [
        [big(random, number) for number in range(random.randint(1, 5))] for _ in range(random.randint(1, 6))
    ]
    data, payloads, starts = journal(batches, 2000)
    last = starts[-1]
    end = len(data) - 2000
    torn = bytearray(data)
    for sector in range(last // SECTOR, -(-end // SECTOR)):
        if random.random() < 0.5:
            start, stop = max(sector * SECTOR, last), min((sector + 1) * SECTOR, end)
            torn[start:stop] = bytes(stop - start)
    found = read(bytes(torn))
    assert found == payloads[: len(found)]
    assert len(found) >= len(payloads) - len(batches[-1])


@pytest.mark.parametrize("seed", range(100))
def test_a_sector_missing_from_what_was_written_before_is_damage(seed):
    random = Random(seed)
    batches = [
        [big(random, number) for number in range(random.randint(1, 5))] for _ in range(random.randint(2, 6))
    ]
    data, _, starts = journal(batches, 2000)
    sector = random.randrange(-(-starts[-1] // SECTOR))
    start, stop = sector * SECTOR, min((sector + 1) * SECTOR, starts[-1])
    with pytest.raises(Damage):
        read(data[:start] + bytes(stop - start) + data[stop:])


@given(
    st.lists(
        st.lists(st.dictionaries(st.text(), st.integers() | st.text()), min_size=1, max_size=3), max_size=4
    ),
    st.data(),
)
def test_any_values_survive_and_any_cut_is_a_beginning(batches, data):
    written, payloads, _ = journal(batches)
    cut = data.draw(st.integers(0, len(written)))
    found = read(written[:cut])
    assert found == payloads[: len(found)]
