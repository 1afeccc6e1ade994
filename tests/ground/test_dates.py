"""Days, nights, months and years as reports write them; what is none."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.ground.dates import period

MAY_30 = (datetime.date(2023, 5, 30),) * 2
NIGHT = (datetime.date(2023, 5, 29), datetime.date(2023, 5, 30))
OVER_MONTHS = (datetime.date(2023, 5, 31), datetime.date(2023, 6, 1))
OVER_YEARS = (datetime.date(2023, 12, 31), datetime.date(2024, 1, 1))


@pytest.mark.parametrize(
    "text",
    [
        "2023-05-30", "2023-5-30", "2023/05/30", "20230530", "30.05.2023", "30.5.2023", "30 May 2023", "30th May 2023",
        "May 30, 2023", "may 30 2023", "30. May 2023", "Tuesday, 30 May 2023", "2023-05-30 04:00", "2023-05-30T04:00Z",
        "2023-05-30 4:00", "2023-05-30T04:00:00.5+03:00", "30 May 2023, 04:00", "30 May 2023 at 4:00 am", "30/5/2023",
        "5/30/2023", "night of 30 May 2023", "30th of May 2023", "Tue 30 May 2023", "30 May 2023, 3 pm",
        "2023-05-30T23", "2023-05-30 12 pm", "2023-05-30 12:05 pm", "2023-05-30 0:05 am", "2023-05-30 22:00-02:00",
        "2023-05-30 22:00+14", "2023-05-30 22:00 UTC-9:30",
        "2023-05-30T123045", " 30  May   2023 ",
    ],
)  # fmt: skip
def test_a_day_is_one_however_it_is_written(text: str) -> None:
    assert period(text) == MAY_30


@pytest.mark.parametrize(
    ("text", "days"),
    [
        *((text, NIGHT) for text in (
            "29-30 May 2023", "29–30 May 2023", "29 to 30 May 2023", "29/30 May 2023", "night of 29 to 30 May 2023",
            "the night of May 29-30, 2023", "2023-05-29/30", "2023-05-29/2023-05-30", "between 29 and 30 May 2023",
            "2023-05-29/05-30", "29 May - 30 May 2023", "29-30.05.2023", "29.05.2023 - 30.05.2023",
            "May 29 - May 30, 2023", "Overnight on 29th to 30th May 2023",
        )),
        *((text, OVER_MONTHS) for text in ("31 May - 1 June 2023", "May 31 to June 1, 2023", "2023-05-31/06-01")),
        *((text, OVER_YEARS) for text in ("31 December 2023 - 1 January 2024", "2023-12-31 to 2024-01-01",
                                         "31 December - 1 January 2024", "Dec 31, 2023 - Jan 1, 2024",
                                         "31.12.2023 - 01.01.2024")),
    ],
)  # fmt: skip
def test_a_night_is_two_days(text: str, days: tuple[datetime.date, datetime.date]) -> None:
    assert period(text) == days


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", (2024, 1, 1), (2024, 12, 31)),
        ("9999", (9999, 1, 1), (9999, 12, 31)),
        ("2024-02", (2024, 2, 1), (2024, 2, 29)),
        ("2023-12", (2023, 12, 1), (2023, 12, 31)),
        ("Sept. 2023", (2023, 9, 1), (2023, 9, 30)),
        ("Sept 14, 2019", (2019, 9, 14), (2019, 9, 14)),
    ],
)
def test_months_and_years(text: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    assert period(text) == (datetime.date(*first), datetime.date(*last))


@pytest.mark.parametrize(
    "text",
    [
        "", "spring", "30 May", "3/5/2024", "2023-02-30", "2023-13", "0000", "2024-05-01T99:99", "2024-05-01 soon",
        "2024-", "9:00", "1.000", "30-29 May 2023", "2024-01-01/2023-01-01",
        "2023-05-30 13 pm", "2023-05-30 13:05 am", "2023-05-30 22:00-23:00", "2023-05-30T22:00+15:00",
        "2023-05-30 22:00-02:60",
    ],
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected|range|must be|month|hour|before"):
        period(text)


@given(st.dates(datetime.date(1000, 1, 1)), st.sampled_from(["%Y-%m-%d", "%d %B %Y", "%b %d, %Y", "%d.%m.%Y"]))
def test_every_day_is_read_as_it_was_written(day: datetime.date, way: str) -> None:
    assert period(day.strftime(way)) == (day, day)


@given(st.text(max_size=40))
def test_no_text_does_harm(text: str) -> None:
    try:
        first, last = period(text)
    except ValueError:
        return
    assert first <= last


@pytest.mark.parametrize(
    ("text", "day"),
    [("23rd May 2023", 23), ("May 22nd, 2023", 22), ("Sun 21 May 2023", 21), ("1st of May 2023", 1)],
)
def test_every_ordinal_and_day_of_the_week_is_read(text: str, day: int) -> None:
    assert period(text) == (datetime.date(2023, 5, day),) * 2


@pytest.mark.parametrize("join", ["-", " – ", " — ", "/", " to ", " and ", " until "])
def test_a_night_is_one_however_its_days_are_joined(join: str) -> None:
    assert period(f"29{join}30 May 2023") == (datetime.date(2023, 5, 29), datetime.date(2023, 5, 30))


def test_a_day_that_does_not_exist_says_why() -> None:
    with pytest.raises(ValueError, match="day is out of range"):
        period("2023-02-30")


def test_a_time_of_another_zone_is_read() -> None:
    assert period("30 May 2023 04:00 NSK") == (datetime.date(2023, 5, 30),) * 2
