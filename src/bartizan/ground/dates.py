"""Dates as reports and tables write them: a day, a night between two, a month or a year, in the usual forms."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable

Days = tuple[datetime.date, datetime.date]  # the first and the last
#: What a text that is no date is told.
EXPECTED = "expected a date such as 2024-12-31"

_MONTHS = {name.casefold(): k for names in (calendar.month_name, calendar.month_abbr) for k, name in enumerate(names)}
_MONTHS = {name: k for name, k in _MONTHS.items() if name} | {"sept": 9}
_WORDS = re.compile(r"[a-z]+")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
_BEFORE = re.compile(
    r"^(?:(?:the|in|on|from|between|overnight|night|of|(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"mon|tue|wed|thu|fri|sat|sun) )+"
)
#: From -12:00 to +14:00: 22:00-23:00 is no time in a zone, but two times.
_ZONE = r" ?(?:z|utc|gmt|local|[a-z]sk|e?e[es]t|ce[es]?t|(?:utc|gmt)?[+-](?:0?\d|1[0-4])(?::?[0-5]\d)?)?$"
_TIME = re.compile(
    r"(?:(?<=\d)t(?P<iso>\d\d(?::?\d\d(?::?\d\d(?:[.,]\d+)?)?)?)"
    r"| (?:at )?(?P<time>\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?)(?P<half> ?[ap]m)?| (?:at )?(?P<hour>\d{1,2}) ?[ap]m)" + _ZONE
)
_JOIN = r" ?(?:-|–|—|/| to | and | until ) ?"
_D, _M, _Y = r"(\d{1,2})", r"#(\d{1,2})", r"(\d{4})"  # months by name are #5


def period(text: str) -> Days:
    """The first and the last day of what is written: a day (also with a time), a night such as 29-30 May 2023 or of
    29 to 30 May, a month, a year. Of 3/5/2024 nobody knows which number is the month. Raises ValueError."""
    plain = _BEFORE.sub("", _plain(text))
    if (time := _TIME.search(plain)) is not None:
        told = time["iso"] or time["time"] or time["hour"]
        at = datetime.time.fromisoformat(f"0{told}" if not told[1:2].isdigit() else told)
        if at.hour > 12 and (time["half"] or time["hour"]):
            raise ValueError("there is no such hour before or after noon")
        plain = plain[: time.start()]
    found, wrong = _readings(plain.strip())
    if len(found) == 1:
        return found.pop()
    raise wrong[0] if wrong else ValueError(EXPECTED)


def _plain(text: str) -> str:
    """Small letters, one blank between words, no commas and ordinals, months by number."""
    short = " ".join(text.casefold().replace(",", " ").split())
    short = _ORDINAL.sub("", short).replace(" of ", " ")
    return _WORDS.sub(lambda word: f"#{_MONTHS[word[0]]}" if word[0] in _MONTHS else word[0], short)


def _day(year: str, month: str, day: str) -> datetime.date:
    return datetime.date(int(year), int(month), int(day))


def _night(*days: tuple[str, str, str]) -> Days:
    return _day(*days[0]), _day(*days[1])


def _before(year: str, first: str, last: str) -> str:
    """The year of the first of two months of which the last is in `year`: of December and January the one before."""
    return str(int(year) - 1) if (int(first), int(last)) == (12, 1) else year


def _of_year(year: str) -> Days:
    return datetime.date(int(year), 1, 1), datetime.date(int(year), 12, 31)


def _of_month(year: str, month: str) -> Days:
    last = calendar.monthrange(int(year), int(month))[1] if 1 <= int(month) <= 12 else 0
    return _day(year, month, "1"), _day(year, month, str(last))


def _of_day(year: str, month: str, day: str) -> Days:
    return (_day(year, month, day),) * 2


_ISO = rf"{_Y}-{_D}-{_D}"
#: Each way to write a date, and what its numbers are.
_WAYS: list[tuple[str, Callable[..., Days]]] = [
    (_Y, _of_year),
    (rf"{_Y}-{_D}", _of_month),
    (rf"{_M}\.? {_Y}", lambda m, y: _of_month(y, m)),
    (_ISO, _of_day),
    (rf"{_Y}/{_D}/{_D}", _of_day),
    (r"(\d{4})(\d\d)(\d\d)", _of_day),
    (rf"{_D}\.? {_M}\.? {_Y}", lambda d, m, y: _of_day(y, m, d)),
    (rf"{_M}\.? {_D} {_Y}", lambda m, d, y: _of_day(y, m, d)),
    (rf"{_D}\.{_D}\.{_Y}", lambda d, m, y: _of_day(y, m, d)),
    (rf"{_ISO}{_JOIN}{_ISO}", lambda *n: _night(n[:3], n[3:])),
    (rf"{_ISO}/{_D}", lambda y, m, d, e: _night((y, m, d), (y, m, e))),
    (rf"{_ISO}/{_D}-{_D}", lambda y, m, d, n, e: _night((y, m, d), (y, n, e))),
    (rf"{_D}{_JOIN}{_D} {_M}\.? {_Y}", lambda d, e, m, y: _night((y, m, d), (y, m, e))),
    (rf"{_M}\.? {_D}{_JOIN}{_D} {_Y}", lambda m, d, e, y: _night((y, m, d), (y, m, e))),
    (rf"{_D} {_M}\.?{_JOIN}{_D} {_M}\.? {_Y}", lambda d, m, e, n, y: _night((_before(y, m, n), m, d), (y, n, e))),
    (rf"{_M}\.? {_D}{_JOIN}{_M}\.? {_D} {_Y}", lambda m, d, n, e, y: _night((_before(y, m, n), m, d), (y, n, e))),
    (rf"{_D} {_M}\.? {_Y}{_JOIN}{_D} {_M}\.? {_Y}", lambda d, m, y, e, n, z: _night((y, m, d), (z, n, e))),
    (rf"{_M}\.? {_D} {_Y}{_JOIN}{_M}\.? {_D} {_Y}", lambda m, d, y, n, e, z: _night((y, m, d), (z, n, e))),
    (rf"{_D}\.{_D}\.{_Y}{_JOIN}{_D}\.{_D}\.{_Y}", lambda d, m, y, e, n, z: _night((y, m, d), (z, n, e))),
    (rf"{_D}\.?{_JOIN}{_D}\.{_D}\.{_Y}", lambda d, e, m, y: _night((y, m, d), (y, m, e))),
    (rf"{_D}/{_D}/{_Y}", lambda d, m, y: _of_day(y, m, d)),
    (rf"{_D}/{_D}/{_Y}", lambda m, d, y: _of_day(y, m, d)),
]


def _readings(plain: str) -> tuple[set[Days], list[ValueError]]:
    """What a text may mean, and what is wrong with what it cannot: there is no such day."""
    found, wrong = set(), []
    for way, days in _WAYS:
        if (match := re.fullmatch(way, plain)) is not None:
            try:
                first, last = days(*match.groups())
                if last < first:
                    raise ValueError("the last day is before the first")
                found.add((first, last))
            except ValueError as error:
                wrong.append(error)
    return found, wrong
