"""The journal's lines: torn, damaged, moved."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.coding import encode
from store.lines import Damage, read_lines, write_line

PATCHES = [
    {"tickets": {"1": {"title": "café\n\u2028 ☕", "pri": 1}}},
    {"tickets": {"1": {"stat": "done"}}},
    {"t": {}},
]


def journal(values) -> tuple[bytes, list[bytes]]:
    payloads, data, chain = [encode(value) for value in values], b"", 0
    for payload in payloads:
        line, chain = write_line(payload, chain)
        data += line
    return data, payloads


def test_what_is_written_is_read():
    data, payloads = journal(PATCHES)
    assert read_lines(data, last=True).payloads == payloads
    assert read_lines(data, last=False).length == len(data)


def test_cut_anywhere_it_holds_the_whole_lines_before_the_cut():
    data, payloads = journal(PATCHES)
    for cut in range(len(data) + 1):
        lines = read_lines(data[:cut], last=True)
        whole = data[:cut].count(b"\n")
        assert lines.payloads == payloads[:whole]
        assert data[: lines.length] == b"".join(data.splitlines(keepends=True)[:whole])


def test_a_journal_that_another_follows_is_never_torn():
    data, _ = journal(PATCHES)
    for cut in set(range(1, len(data))) - {at + 1 for at, byte in enumerate(data) if byte == ord("\n")}:
        with pytest.raises(Damage):
            read_lines(data[:cut], last=False)


@pytest.mark.parametrize("mask", [0x01, 0x02, 0x80, 0xFF])
def test_a_flipped_byte_is_never_read(mask):
    data, _ = journal(PATCHES)
    for at in range(len(data)):
        damaged = bytearray(data)
        damaged[at] ^= mask
        with pytest.raises(Damage):
            read_lines(bytes(damaged), last=True)


def test_a_byte_turned_into_a_line_break_is_never_read():
    data, _ = journal(PATCHES)
    for at in range(len(data)):
        if data[at] != ord("\n"):
            damaged = data[:at] + b"\n" + data[at + 1 :]
            with pytest.raises(Damage):
                read_lines(damaged, last=True)


def test_lines_in_another_order_doubled_or_missing_are_damage():
    data, _ = journal(PATCHES)
    one, two, three = data.splitlines(keepends=True)
    for wrong in (two + one + three, one + three, one + one + two + three, two + three):
        with pytest.raises(Damage, match="line"):
            read_lines(wrong, last=True)


def test_damage_says_where():
    data, _ = journal(PATCHES)
    second = data.index(b"\n") + 1
    with pytest.raises(Damage, match=rf"line 2 \(byte {second}\)"):
        read_lines(data[: second + 3] + b"x" + data[second + 4 :], last=True)


def test_a_tail_of_zeros_is_torn():
    data, payloads = journal(PATCHES)
    assert read_lines(data + bytes(4096), last=True).payloads == payloads


@settings(max_examples=50)
@given(st.lists(st.dictionaries(st.text(), st.integers() | st.text() | st.none()), max_size=5), st.data())
def test_any_values_survive_and_any_cut_is_a_beginning(values, data):
    written, payloads = journal(values)
    cut = data.draw(st.integers(0, len(written)))
    found = read_lines(written[:cut], last=True).payloads
    assert found == payloads[: len(found)]
