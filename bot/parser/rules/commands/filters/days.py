"""Reads the days that limit a list: `since monday`, `in the last 3 days`, `older than 2 weeks`, `before 2024-05-01`."""

import calendar
import math
import re
from contextlib import suppress
from datetime import date, timedelta

Span = tuple[date | None, date | None]  # from, to; both included

_LONGEST_DAY = 2  # digits
_MOST_DAYS = 4000
_UNITS = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "year": 365}
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}  # fmt: skip
_WEEKDAYS = [name.lower() for name in calendar.day_name]
_MONTHS = [name.lower() for name in calendar.month_name]
_SPELLED = [*_MONTHS[1:], "sept", *(name.lower() for name in calendar.month_abbr[1:])]
_ANY_MONTH = rf"(?P<month>{'|'.join(_MONTHS[1:])})(?: (?P<year>20\d\d))?"
_MONTH = rf"(?:last )?(?!may\b){_ANY_MONTH}"  # `it may be`
_OF_MONTH = rf"(?:{'|'.join(_SPELLED)})\.?"
_NTH = r"\d{1,2}(?:st|nd|rd|th| ?\.)?"
_DOTTED = r"\d{1,2}\.\d{1,2}(?:\.(?:20)?\d\d| ?\.)"  # `3.11.2024`, `3.11.`, day and month
_DATE = rf"(?:{_OF_MONTH} {_NTH}|{_NTH} (?:of )?{_OF_MONTH})(?:,? 20\d\d)?|{_DOTTED}|\d{{4}}-\d\d-\d\d|today|yesterday|(?:last |this )?(?:{'|'.join(_WEEKDAYS)})"
_DAY = rf"(?P<day>{_DATE})(?:'s)?"
_PERIOD = r"(?:(?P<which>this|last|past) |(?=weekend))(?P<period>week|month|year|weekend)(?:'s)?"
_NUMBER = rf"(?P<number>\d{{1,4}}|{'|'.join(_NUMBERS)})"
_UNIT = rf"(?P<unit>{'|'.join(_UNITS)})s?"
_LENGTH = rf"{_NUMBER} {_UNIT}"
_FORMS = tuple(  # compiled on first use: few messages name days
    rf"(?:{form})(?! ?\w*-\w)(?=$| )"
    for form in (
        rf"(?P<how>since|after|before|until|till|seit|desde|depuis|dal|sinds|vor|bis) (?:dem )?(?:{_DAY}|{_PERIOD}|{_ANY_MONTH})",
        rf"(?P<than>older|more|younger|newer|less) than {_LENGTH}(?: old)?",
        rf"(?:last|past) {_LENGTH}",
        rf"{_NUMBER} (?:last|past) {_UNIT}",
        rf"(?:(?:between|zwischen|entre) )?{_DAY} (?:and|to|until|till|und|bis|et|y) (?P<end>{_DATE})",
        _DAY,
        _PERIOD,
        _MONTH,
    )
)


def read_days(text: str, today: date | None) -> tuple[int, Span] | None:
    """How many words at the beginning of the lower-case `text` name days, and these days; without `today`, only dates."""
    for form in _FORMS:
        found = re.match(form, text)
        span = _span(found.groupdict(), today) if found else None
        if found and span:
            return len(found[0].split(" ")), span
    return None


def _span(found: dict[str, str | None], today: date | None) -> Span | None:
    since, until = _named(found, today)
    if end := found.get("end"):
        until = _named({"day": end}, today)[0]
    if since is None or (end and (until is None or until < since)):
        return None
    match found.get("how") or found.get("than"):
        case "before" | "vor":
            return None, since - timedelta(days=since > date.min)  # no day is before the first
        case "until" | "till" | "bis":
            return None, until
        case "older" | "more":
            return None, since
        case None:
            return since, until
    return since, None


def _named(found: dict[str, str | None], today: date | None) -> Span:
    """The first and last day named; (None, None) if it is no valid day, or needs `today` and there is none."""
    day, unit = found.get("day") or "", found.get("unit")
    if day[:1].isdigit():
        with suppress(ValueError):
            return (date.fromisoformat(day),) * 2
    if today is None or any(char.isdigit() for char in day):
        return (_of_month(day, today) if today else None,) * 2
    if unit:
        number = found["number"] or ""
        days = int(number) if number.isdecimal() else _NUMBERS[number]
        return today - timedelta(days=min(math.ceil(days * _UNITS[unit]), _MOST_DAYS)), None
    if name := found.get("month"):
        month = _MONTHS.index(name)
        first = date(int(found["year"] or today.year - (month > today.month)), month, 1)
        return first, first.replace(day=calendar.monthrange(first.year, month)[1])
    if not day:
        return _period(found["which"] or "", found["period"] or "", today)
    *which, name = day.split(" ")
    back = int(name == "yesterday")
    if name in _WEEKDAYS:
        back = (today.weekday() - _WEEKDAYS.index(name)) % 7 or (7 if which == ["last"] else 0)
    return (today - timedelta(days=back),) * 2


def _of_month(day: str, today: date) -> date | None:
    """A day with its month: `september 1`, `1st of sept 2025`. Without a year, its latest occurrence."""
    numbers, names = re.findall(r"\d+", day), re.findall(r"[a-z]{3,}", day)
    year = next((int(number) for number in numbers if len(number) > _LONGEST_DAY), 0)
    small = [int(number) for number in numbers if len(number) <= _LONGEST_DAY]  # `3.11.24`
    if names:
        small[1:] = [next(at for at, name in enumerate(_MONTHS) if name and name[:3] == names[0][:3])]
    elif "-" in day:
        return None  # `2024-13-45`
    with suppress(ValueError):
        year = year or (2000 + small[2] if small[2:] else 0)
        named = date(year or today.year, small[1], small[0])
        return named if year or named <= today else named.replace(year=today.year - 1)
    return None


def _period(which: str, period: str, today: date) -> Span:
    """The days of a period. `this week` has no end, `last month` is complete, and `past year` runs until today."""
    if period == "weekend":
        saturday = today - timedelta(days=(today.weekday() - 5) % 7)
        return saturday, saturday + timedelta(days=1)
    if which == "past":
        return today - timedelta(days=_UNITS[period]), None
    first = _first_day(period, today)
    if which == "this":
        return first, None
    end = first - timedelta(days=1)
    return _first_day(period, end), end


def _first_day(period: str, day: date) -> date:
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day.replace(month=1, day=1)
