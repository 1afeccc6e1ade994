"""Tables of records as people keep them: what is read alike, what is left out, and every mistake by its line."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from bartizan.ground.database import connected, cursor
from bartizan.ground.errors import ScenarioError, UserError
from bartizan.studies.calibrate import rows

PLAIN = "class,sent,stopped,date\ndrone,8,7,2024-03-01\ncruise,5,2,2023-11-30 04:00\n"
KNOWN = (
    "model,launched,destroyed,not_reach_goal,still_attacking\n"
    "Shahed-136/131,10,4,3,0\nShahed-136/131,10,5,,0\nShahed-136/131,5,4,,7\nShahed-136/131,5,6,,\n"
)


def written(folder: Path, text: str | bytes, name: str = "records.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "\ufeff" + PLAIN,
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace("\n", "\r\n"),
        "# from a table of ours\n\n" + PLAIN + "\n,,,\n",
        PLAIN.replace("sent", "Launched").replace("8,7", "8.0,7"),
        "class,sent,killed,jammed,date\ndrone,8,5,2,2024-03-01\ncruise,5,2,0,2023-11-30\n",
        "class,sent,stopped,still_flying,date\ndrone,9,7,1,2024-03-01\ncruise,5,2,0,2023-11-30\n",
        PLAIN + "drone,9,9,2024-01-01\n".replace("9,9", "9,"),
    ],
    ids=["plain", "mark", "semicolons", "tabs", "crlf", "comments", "names", "parts", "flying", "unknown"],
)
def test_one_table_however_it_is_written(tmp_path: Path, text: str) -> None:
    found = rows.read(written(tmp_path, text))
    assert [(r.weapon_class, r.sent, r.stopped, r.end) for r in found.records] == [
        ("drone", 8, 7, datetime.date(2024, 3, 1)),
        ("cruise", 5, 2, datetime.date(2023, 11, 30)),
    ]
    assert found.classes == ["drone", "cruise"]
    assert found.dataset == "records"


def test_parquet_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "records.parquet"
    with connected() as connection:
        select = "SELECT 'drone' AS class, 8::BIGINT AS sent, 7.0::DOUBLE AS stopped, DATE '2024-03-01' AS date"
        connection.execute(f"COPY ({select} UNION ALL SELECT 'drone', 4, NULL, NULL) TO '{path}' (FORMAT parquet)")
    found = rows.read(path)
    assert [(r.line, r.sent, r.stopped, r.end) for r in found.records] == [(1, 8, 7, datetime.date(2024, 3, 1))]
    assert found.left_out == ("1 row left out, which did not say how many were stopped",)


def test_killed_says_nothing_of_what_was_stopped_where_diverted_is_empty(tmp_path: Path) -> None:
    text = "class,sent,killed,diverted\ndrone,10,4,\ndrone,10,,6\ndrone,10,0,6\n"
    found = rows.read(written(tmp_path, text))
    assert [(r.line, r.stopped) for r in found.records] == [(4, 6)]
    why = "1 row left out, which did not say how many were stopped"
    assert found.left_out == (f"{why} (killed alone does not: say 0 under diverted where none were)", why)


def test_the_known_table_says_nothing_where_none_was_diverted(tmp_path: Path) -> None:
    found = rows.read(written(tmp_path, KNOWN))
    assert [(r.sent, r.stopped) for r in found.records] == [(10, 7), (10, 5), (5, 5)]
    assert len(found.left_out) == 2


def test_rows_that_do_not_say_what_they_stand_for_stand_for_what_their_class_does(tmp_path: Path) -> None:
    found = rows.read(written(tmp_path, "class,sent,stopped,stands_for\nx,8,7,\nx,8,7,drone\nx,8,7,\n"))
    assert len(found) == 3


@pytest.mark.parametrize("cell", ["'drone'::BLOB", "['drone']", "{'of': 'drone'}"])
def test_a_cell_of_parquet_that_is_no_text(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "records.parquet"
    with connected() as connection:
        select = f"SELECT {cell} AS class, 8.000::DECIMAL(9, 3) AS sent, 7 AS stopped, [1] AS other"
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    with pytest.raises(UserError, match="line 1: class: expected text, a number or a date"):
        rows.read(path)
    with connected() as connection:
        connection.execute(f"COPY ({select.replace(cell, chr(39) + 'drone' + chr(39))}) TO '{path}' (FORMAT parquet)")
    assert [(r.weapon_class, r.sent) for r in rows.read(path).records] == [("drone", 8)]


def test_columns_that_are_not_read_are_told(tmp_path: Path) -> None:
    """A misspelt one may be what all hangs on; of two that say the same one is read."""
    found = rows.read(written(tmp_path, "class,sent,launched,stopped,still_flyng,remark\ndrone,10,20,5,5,x\n"))
    assert found.left_out == (
        "the column launched is not read: sent, which says the same, is",
        "the column 'still_flyng' is not read; did you mean still_flying?",
        "the column 'remark' is not read",
    )
    assert [(r.sent, r.stopped) for r in found.records] == [(10, 5)]


def test_what_is_left_out_is_told(tmp_path: Path) -> None:
    text = (
        "class,sent,stopped,still_flying,scope,date\n"
        "drone,8,7,,national,2024-01-05\ndrone,3,3,,regional,2024-01-05\ndrone,,3,,,2024-01-05\n"
        "drone,4,,,,2024-01-05\ndrone,4,0,4,,2024-01-05\ndrone,0,0,,,2024-01-05\ndrone,4,4,,,2022-01-05\ndrone,4,4,,,\n"
    )
    found = rows.read(written(tmp_path, text), since=datetime.date(2023, 1, 1))
    assert len(found) == 1
    told = " | ".join(found.left_out)
    for why in (
        "regional",
        "how many were sent",
        "how many were stopped",
        "still flying",
        "none sent",
        "outside",
        "no date",
    ):
        assert why in told, why


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("drone,eight,7,2024-01-05", ("line 3", "sent", "'eight'", "whole number")),
        ("drone,8,7.5,2024-01-05", ("line 3", "stopped", "'7.5'")),
        ("drone,8,-1,2024-01-05", ("line 3", "stopped", "'-1'")),
        ("drone,8,inf,2024-01-05", ("line 3", "stopped", "'inf'")),
        ("drone,8,9,2024-01-05", ("line 3", "stopped", "more was stopped than the 8 sent", "9")),
        ("drone,8,7,yesterday", ("line 3", "date", "'yesterday'", "2024-12-31")),
        ("drone,8,7,2024-02-30", ("line 3", "date", "no such day")),
        (",8,7,2024-01-05", ("line 3", "class")),
        ("drone,1.000,1,2024-01-05", ("line 3", "sent", "'1.000'", "thousands")),
        ("drone,1_0,4,2024-01-05", ("line 3", "sent", "'1_0'")),
        ("drone,8,7", ("line 3", "3 cells", "4 columns")),
        ('drone,8,7,"2024', ("line 3",)),
    ],
)
def test_a_mistake_names_line_column_and_what_stood_there(tmp_path: Path, row: str, said: tuple[str, ...]) -> None:
    path = written(tmp_path, f"class,sent,stopped,date\ndrone,8,7,2024-01-01\n{row}\n")
    with pytest.raises(UserError) as caught:
        rows.read(path)
    for part in (str(path), *said):
        assert part in str(caught.value), part


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        rows.read(written(tmp_path, "class,sent,killed,stopped\ndrone,x,1,1\ndrone,4,3,2\n,3,1,1\n"))
    assert [(m.line, m.field) for m in caught.value.mistakes] == [(2, "sent"), (3, "stopped"), (4, "class")]


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        ("drone,5,9,0,", ["killed"]),
        ("drone,5,9,0,9", ["killed"]),
        ("drone,5,6,6,12", ["diverted", "killed"]),
        ("drone,5,4,4,", ["killed"]),
        ("drone,5,4,4,8", ["stopped"]),
        (",5,4,0,", ["class"]),
    ],
)
def test_one_mistake_is_told_once(tmp_path: Path, row: str, fields: list[str]) -> None:
    with pytest.raises(ScenarioError) as caught:
        rows.read(written(tmp_path, f"class,sent,killed,diverted,stopped\n{row}\n"))
    assert [m.field for m in caught.value.mistakes] == fields


def test_a_class_that_is_no_text_is_told_once(tmp_path: Path) -> None:
    file = tmp_path / "records.parquet"
    with cursor() as connection:
        connection.execute(f"COPY (SELECT 'x'::BLOB AS class, 5 AS sent, 4 AS stopped) TO '{file}' (FORMAT parquet)")
    with pytest.raises(ScenarioError) as caught:
        rows.read(file)
    assert [m.field for m in caught.value.mistakes] == ["class"]


def test_parts_that_are_more_than_was_sent_together_are_told_as_they_stood(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        rows.read(written(tmp_path, "class,sent,killed,diverted,stopped,still_flying\ndrone,5,3,1,,2\n"))
    (only,) = caught.value.mistakes
    assert (only.field, only.stood) == ("killed", "3")
    assert only.problem.startswith("with the 1 diverted more than the 5 sent (2 of them still flying)")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("class,sent\ndrone,8\n", "no column for stopped, or killed with diverted"),
        ("sent,stopped\n8,7\n", "no column for class"),
        ("class,sent,sent,stopped\ndrone,8,8,7\n", "two columns 'sent'"),
        ("class,sent,stopped\n", "no record that can be used"),
        ("class,sent,stopped,dataset\ndrone,8,7,a\ndrone,8,7,b\n", "are not pooled"),
        ("class,sent,stopped,dataset\ndrone,8,7,a\ndrone,8,7,\n", "line 3: dataset: .* 'a', as in line 2 .*''"),
        ("class,sent,stopped,stands_for\nx,8,7,drone\nx,8,7,cruise\n", "line 3: stands_for: .* 'drone', as in line 2"),
        (
            "class,sent,stopped,stands_for\ndrone,8,7,\ndrone,8,7,cruise\n",
            "line 3: stands_for: .* 'drone', as in line 2",
        ),
        ("class,sent,killed\ndrone,8,7\n", "no column for stopped, or killed with diverted"),
        ("class,sent,stopped,still_flying\ndrone,5,5,12\n", "line 2: still_flying: more than the 5 sent .*12"),
        ("class,sent,stopped,still_flying\ndrone,5,5,5\n", "line 2: stopped: more was stopped than the 5 sent"),
        ("class,sent,killed,diverted\ndrone,5,6,\n", "line 2: killed: more than the 5 sent .*6"),
        (KNOWN.replace("model", "class,model").replace("Shahed", "drone,Shahed"), "no column for stopped"),
        (b"class,sent,stopped\ndr\xf6ne,8,7\n", "UTF-8"),
    ],
)
def test_tables_that_cannot_be_read(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(UserError, match=said):
        rows.read(written(tmp_path, text))


def test_a_table_that_is_not_there_names_those_that_ship() -> None:
    with pytest.raises(UserError, match="synthetic"):
        rows.read("nowhere.csv")


@pytest.mark.parametrize(
    "text",
    ["0000", "0000-01-01", "2024-00", "2024-13", "2024-02-30", "2024-05-01T99:99 nonsense", "2024-05-01 soon", "2024-"],
)
def test_what_is_no_day(tmp_path: Path, text: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        rows.read(written(tmp_path, PLAIN.replace("2024-03-01", text)))
    assert [(m.line, m.field, m.stood) for m in caught.value.mistakes] == [(2, "date", repr(text))]


def test_a_class_called_as_a_type_of_the_catalogue_stands_for_it(tmp_path: Path) -> None:
    found = rows.read(written(tmp_path, "class,sent,stopped\nshahed-136,8,7\nShahed,8,7\n"))
    assert [record.stands_for for record in found.records] == ["shahed-136", ""]


def test_rows_that_may_be_of_one_raid_are_told(tmp_path: Path) -> None:
    text = (
        "class,sent,stopped,date,place\nShahed,31,29,2023-05-30,Kyiv\nShahed,29,29,30 May 2023,kyiv\nShahed,5,5,,\n"
        "Shahed,5,5,,\nshahed,4,4,2023-05-30,Kyiv\nShahed,7,7,2023-05-31,Kyiv\n"
    )
    found = rows.read(written(tmp_path, text))
    assert len(found) == 6
    assert found.left_out == (
        "2 rows of Shahed on 2023-05-30 in Kyiv are taken as 2 raids: leave out what tells of one raid again",
        "Shahed and shahed are taken as 2 classes",
    )


def test_the_first_and_the_last_day_asked_for_are_in_and_a_night_counts_by_its_end(tmp_path):
    table = tmp_path / "raids.csv"
    table.write_text("class,sent,stopped,date\n" + "".join(f"drone,{n},0,{text}\n" for n, text in enumerate(
        ("2024-05-01", "2024-05-02", "2-3 May 2024", "2024-05-04"), 1)))  # fmt: skip
    second, third = datetime.date(2024, 5, 2), datetime.date(2024, 5, 3)
    assert [r.sent for r in rows.read(table, since=second, until=third).records] == [2, 3]
    assert [r.sent for r in rows.read(table, until=second).records] == [1, 2]


def test_classes_come_by_how_much_was_sent_and_not_by_rows(tmp_path):
    table = tmp_path / "raids.csv"
    table.write_text("class,sent,stopped\nfew,1,0\nfew,1,0\nmany,9,0\n")
    assert rows.read(table).classes == ["many", "few"]
