"""The lines of an append-only file: torn, damaged, moved."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.file.disk.framing import HEAD, SECTOR, CorruptLineError, frame, line_length, read_line, read_lines
from store.serialization.codec import encode
from tests.support.counts import count

# Each time that something was written, commits of one or more lines.
BATCHES = [
    [[{"title": "café\n\u2028 ☕", "pri": 1}]],
    [[{"stat": "done"}], [{"stat": "done"}, {"of the same": "commit"}]],
    [[{"t": {}}]],
]


def log(batches) -> tuple[bytes, list[list[bytes]], list[int]]:
    """A file's bytes, its commits, and where each time that something was written began."""
    commits, data, chain, starts = [], b"", 0, []
    for batch in batches:
        starts.append(len(data))
        encoded = [[encode(value) for value in commit] for commit in batch]
        framed = frame(encoded, chain, len(data))
        commits += encoded
        data, chain = data + framed.data, framed.chain
    return data, commits, starts


def read(data, *, last=True) -> list[list[bytes]]:
    commits, goes_on = [], False
    for line in read_lines(data, last=last).lines:
        if not goes_on:
            commits.append([])
        commits[-1].append(line.payload.rstrip(b" "))
        goes_on = line.goes_on
    return commits


@pytest.mark.parametrize("last", [True, False])
def test_what_is_written_is_read(last):
    data, commits, starts = log(BATCHES)
    assert read(data, last=last) == commits
    found = read_lines(data, last=last)
    assert (found.end, found.uncertain) == (len(data), starts[-1])


def test_reading_can_begin_behind_any_commit_of_which_the_chain_is_known():
    data, commits, starts = log(BATCHES)
    before = read_lines(data[: starts[1]])
    after = read_lines(data, start=before.end, chain=before.chain)
    assert [line.payload.rstrip(b" ") for line in after.lines] == [
        payload for commit in commits[1:] for payload in commit
    ]
    with pytest.raises(CorruptLineError):
        read_lines(data, start=before.end, chain=before.chain ^ 1)


def test_each_line_is_read_alone_from_its_offset():
    data, commits, _ = log(BATCHES)
    for line in read_lines(data).lines:
        assert read_line(data[line.offset :], line.offset) == line
        assert read_line(data[line.offset : line.end - 1], line.offset) is None
        with pytest.raises(ValueError, match=f"byte {line.offset}"):
            read_line(data[line.offset : line.end - 3] + b"xx\n", line.offset)
    payload = commits[1][0]
    assert line_length(payload) == HEAD + len(payload) + 1


def test_cut_anywhere_it_holds_the_whole_commits_before_the_cut():
    data, commits, _ = log(BATCHES)
    # How many commits are whole behind so many lines.
    whole = [0, 1, 2, 2, 3, 4]
    for cut in range(len(data) + 1):
        assert read(data[:cut]) == commits[: whole[data[:cut].count(b"\n")]]


def test_a_file_that_another_follows_is_never_torn():
    data, _, _ = log(BATCHES)
    for cut in range(1, len(data)):
        if data[cut - 1 : cut] == b"\n" and data[:cut].count(b"\n") != 3:
            continue  # behind a whole commit, which the seal of the next file would tell
        with pytest.raises(CorruptLineError):
            read(data[:cut], last=False)


@pytest.mark.parametrize("ahead", [0, 1, 700])
def test_zeros_may_follow_what_was_written(ahead):
    data, commits, _ = log(BATCHES)
    found = read_lines(data + bytes(ahead))
    assert found == read_lines(data)
    # How many commits are whole behind so many lines.
    whole = [0, 1, 2, 2, 3, 4]
    for cut in range(0, len(data), SECTOR):
        assert read(data[:cut] + bytes(len(data) - cut + ahead)) == commits[: whole[data[:cut].count(b"\n")]]


@pytest.mark.parametrize("ahead", [0, 1, 700])
@pytest.mark.parametrize("mask", [0x01, 0x02, 0x80, 0xFF])
def test_a_flipped_byte_is_never_read(mask, ahead):
    data, _, _ = log(BATCHES)
    for at in range(len(data)):
        damaged = bytearray(data + bytes(ahead))
        damaged[at] ^= mask
        with pytest.raises(CorruptLineError):
            read(bytes(damaged))


@pytest.mark.parametrize("ahead", [0, 1, 700])
@pytest.mark.parametrize("byte", [b"\n", b"\0", b"+", b"*", b" ", b"-"])
def test_a_byte_turned_into_one_that_means_something_is_never_read(byte, ahead):
    data, _, _ = log(BATCHES)
    data += bytes(ahead)
    for at in range(len(data) - ahead):
        damaged = data[:at] + byte + data[at + 1 :]
        if damaged != data:
            with pytest.raises(CorruptLineError):
                read(damaged)


def test_lines_in_another_order_doubled_or_missing_are_damage():
    data, _, _ = log(BATCHES)
    one, two, three, four, five = data.splitlines(keepends=True)
    for wrong in (
        two + one + three + four,
        one + three + four,
        one + one + two,
        two + three + four,
        one + two + three + five,
        one + two + four + five,
        one + two + three + four + four,
        one + two + three + four + five + five,
    ):
        with pytest.raises(CorruptLineError, match="line"):
            read(wrong)


def test_damage_says_where():
    data, _, _ = log(BATCHES)
    second = data.index(b"\n") + 1
    with pytest.raises(CorruptLineError, match=rf"line 2 \(byte {second}\)"):
        read(data[: second + 3] + b"x" + data[second + 4 :])


def big(random):
    return [{"text": "x" * random.randint(0, 1200)} for _ in range(random.randint(1, 3))]


def big_log(seed, least):
    random = Random(seed)
    return random, [
        [big(random) for _ in range(random.randint(1, 4))] for _ in range(random.randint(least, 6))
    ]


@pytest.mark.parametrize("seed", range(count(60, 5000)))
def test_any_sectors_of_what_was_written_last_may_be_missing(seed):
    random, batches = big_log(seed, 1)
    data, commits, starts = log(batches)
    last, end = starts[-1], len(data)
    torn = bytearray(data)
    for sector in range(last // SECTOR, -(-end // SECTOR)):
        if random.random() < 0.5:
            start, stop = max(sector * SECTOR, last), min((sector + 1) * SECTOR, end)
            torn[start:stop] = bytes(stop - start)
    if random.random() < 0.5:
        del torn[random.randint(last, end) :]
    found = read(bytes(torn))
    assert found == commits[: len(found)]
    assert len(found) >= len(commits) - len(batches[-1])


@pytest.mark.parametrize("seed", range(count(60, 5000)))
def test_a_sector_missing_from_what_was_written_before_is_damage(seed):
    random, batches = big_log(seed, 2)
    data, _, starts = log(batches)
    sector = random.randrange(-(-starts[-1] // SECTOR))
    start, stop = sector * SECTOR, min((sector + 1) * SECTOR, starts[-1])
    with pytest.raises(CorruptLineError):
        read(data[:start] + bytes(stop - start) + data[stop:])


values = st.dictionaries(st.text(), st.integers() | st.text())


@settings(max_examples=count(50, 5000), deadline=None)
@given(
    st.lists(st.lists(st.lists(values, min_size=1, max_size=3), min_size=1, max_size=3), max_size=4),
    st.data(),
)
def test_any_values_survive_and_any_cut_is_a_beginning(batches, data):
    written, commits, _ = log(batches)
    cut = data.draw(st.integers(0, len(written)))
    found = read(written[:cut])
    assert found == commits[: len(found)]
