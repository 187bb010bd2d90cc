"""Ticket ids: `T001` to `T999`, then `T0A0` to `T9ZZ`, then one character more. Pure."""

import re
from string import ascii_uppercase, digits


class InvalidIdError(ValueError):
    """Text that is not a valid id. `nearest` is the id that it most resembles, or ""."""

    def __init__(self, text: str, nearest: str = "") -> None:
        self.nearest = nearest
        super().__init__(
            f"{text} is not a ticket id"
            + (f"; did you mean {nearest}?" if nearest else ", they look like T042")
        )


# Every id is T and then a digit, so that no word is an id.
_ALNUM = digits + ascii_uppercase
_PLAIN = 999
_ID = re.compile(r"T(?:(?P<plain>[0-9]{1,3})|(?P<long>[0-9][A-Z][0-9A-Z]+))", re.IGNORECASE | re.ASCII)
# Only ids as `format_id` writes them. Without lookahead, which pydantic does not support.
WRITTEN = r"^T(?:00[1-9]|0[1-9][0-9]|[1-9][0-9]{2}|[0-9][A-Z][0-9A-Z]+)$"
_ALMOST = re.compile(r"[T#]?[-_ ]?0*([0-9]{1,3})", re.IGNORECASE | re.ASCII)


def format_id(number: int) -> str:
    """The id of the `number`-th ticket, counted from 1: `T001`, … `T999`, `T0A0`, … `T9ZZ`, `T0A00`, …"""
    if number < 1:
        raise ValueError(f"tickets are counted from 1, not {number}")
    if number <= _PLAIN:
        return f"T{number:03d}"
    rest, tail = number - _PLAIN - 1, 1
    while rest >= (size := 260 * 36**tail):
        rest, tail = rest - size, tail + 1
    letters = ""
    for _ in range(tail):
        rest, last = divmod(rest, 36)
        letters = _ALNUM[last] + letters
    return f"T{rest // 26}{ascii_uppercase[rest % 26]}{letters}"


def number_of(ticket_id: str) -> int:
    """The inverse of `format_id`, for an id as `parse_id` returns it."""
    if ticket_id[2] <= "9":
        return int(ticket_id[1:])
    size: int = 36 ** (len(ticket_id) - 3)  # ids that share the two characters after the T
    shorter = 260 * (size - 36) // 35  # ids with fewer characters: 260 times 36 + 36² + …
    place = int(ticket_id[1]) * 26 + ord(ticket_id[2]) - 65
    return _PLAIN + 1 + shorter + place * size + int(ticket_id[3:], 36)


def parse_id(text: str) -> str:
    """The id as the store writes it, from any letter case and without leading zeros: `t7` gives `T007`.

    Raises `InvalidIdError`, with the nearest id, for anything else: `T0003`, `T000`, `TOO3`.
    """
    found = _ID.fullmatch(text)
    if found and (found["long"] or int(found["plain"])):
        return f"T{int(found['plain']):03d}" if found["plain"] else text.upper()
    almost = _ALMOST.fullmatch(text.upper().replace("O", "0"))
    nearest = f"T{int(almost[1]):03d}" if almost and int(almost[1]) else ""
    raise InvalidIdError(text, nearest)


def number_or_zero(ticket_id: str) -> int:
    """The number of a ticket id; for an invalid id 0, which no ticket has."""
    try:
        return number_of(parse_id(ticket_id))
    except InvalidIdError:
        return 0
