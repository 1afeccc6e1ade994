"""In a notebook: things show themselves with names as text, tables are the same in every library, the lesson runs."""

from __future__ import annotations

import math
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.docs.pages import DOCS
from tests.faces import replays
from tools import run_notebook

import bartizan
from bartizan.faces.markup import VOID
from bartizan.studies.documents.tables import SCHEMAS, Column, Schema
from bartizan.studies.results import Results
from bartizan.studies.table import Table, of_rows
from bartizan.world.scenario import Scenario, load


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return bartizan.study(load(replays.WRITTEN), tmp_path_factory.mktemp("study") / "out", worlds=3, raids=4, threads=1)


def hostile() -> Scenario:
    """A scenario in which people chose names of all kinds."""
    name = "<img src=x onerror=alert(1)>"
    raid = replays.WRITTEN["raids"][0] | {"title": "<script>alert(1)</script>"}
    claim = {"id": "c1", "says": "<b onclick='x'>\u202e", "topic": "t", "publisher": '"><svg onload=x>'}
    units = [unit | {"name": f"{name} {k}"} for k, unit in enumerate(replays.WRITTEN["units"])]
    return load(replays.WRITTEN | {"title": "</div><script>", "raids": [raid], "claims": [claim], "units": units})


class Checked(HTMLParser):
    """Fails on what is not closed, on scripts, and on handlers."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"div", "p", "b", "bdi", "span", "table", "caption", "tr", "th", "td", "svg", "rect"}, tag
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def shown(thing: Any) -> str:
    text = thing._repr_html_()
    assert isinstance(text, str)
    checked = Checked()
    checked.feed(text)
    assert checked.open == []
    return text


def test_everything_shows_itself_and_names_are_text(results: Results) -> None:
    scenario = hostile()
    outcomes = bartizan.run(scenario, worlds=2, raids=4)
    things = (scenario, outcomes, outcomes.table(), bartizan.claims(scenario), bartizan.findings(scenario),
              bartizan.worths(results), results, results.table("threats"), results.table("draws"))  # fmt: skip
    for thing in things:
        shown(thing)
        assert len(repr(thing)) < 400
    assert "&lt;img src=x" in shown(scenario)
    assert "\u202e" not in shown(bartizan.claims(scenario))


def test_the_answer_is_what_the_numbers_say(results: Results) -> None:
    outcomes = bartizan.run(load(replays.WRITTEN), worlds=3, raids=4, seed=int(results.summary["run"]["seed"]))
    share = (outcomes.leakers / outcomes.case.size).mean()
    assert outcomes.leak.mean == pytest.approx(share)
    assert results.case("raid")["leak"]["mean"] == pytest.approx(share)
    assert outcomes.leak.low <= share <= outcomes.leak.high
    decimals = f"{100 * share:.1f}"
    assert decimals in shown(outcomes)
    assert decimals in shown(results)


def test_plots_go_into_axes_that_are_given(results: Results) -> None:
    from matplotlib.figure import Figure

    outcomes = bartizan.run(load(replays.WRITTEN), worlds=8, raids=4)
    for thing in (outcomes, results):
        axes = Figure().add_subplot()
        assert thing.plot(axes) is axes
        low, high = axes.get_xlim()
        assert low <= 100 * outcomes.leak.mean <= high
        assert "100 threats sent" in axes.get_xlabel()


def test_a_bar_lies_where_its_numbers_are() -> None:
    from bartizan.faces import notebook

    spread = notebook._Spread(0.5, 0.4, 0.6, 0.25, 0.75)
    text = notebook._bar(spread)
    assert 'width="110.0"' in text  # the middle of worlds: half of 220
    assert 'x="113.0"' in text  # the average, a pixel either side
    assert notebook._bar(notebook._Spread(None, None, None, None, None)) == ""


# ------------------------------------------------------------------------------------------------- tables


@pytest.mark.parametrize("name", ["threats", "effectors", "worlds", "draws"])
def test_a_table_is_the_same_in_every_library(results: Results, name: str) -> None:
    polars, pyarrow = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    pytest.importorskip("pandas")
    table = results.table(name)
    here = {
        key: [None if value is None or value is np.ma.masked else value for value in table[key].tolist()]
        for key in table
    }
    assert table.rows == len(here[next(iter(here))]) > 0
    frame = polars.DataFrame(table)
    assert frame.columns == list(table)
    streamed = table.relation().arrow()
    read = streamed.read_all() if hasattr(streamed, "read_all") else streamed
    for found in (frame.to_dict(as_series=False), pyarrow.table(table).to_pydict(), read.to_pydict()):
        assert list(found) == list(here)
        for key, column in here.items():
            assert all(alike(a, b) for a, b in zip(found[key], column, strict=True))
    assert list(table.df().columns) == list(table)


def alike(a: Any, b: Any) -> bool:
    return a == b or (isinstance(a, float) and math.isclose(a, b))


def test_the_schema_says_units_and_meanings(results: Results) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    for name in ("threats", "effectors", "worlds", "draws"):
        schema = pyarrow.table(results.table(name)).schema
        assert schema.metadata == {b"row": SCHEMAS[f"{name}.parquet"].row.encode()}
        for column in SCHEMAS[f"{name}.parquet"].columns:
            told = {b"unit": column.unit.encode(), b"meaning": column.meaning.encode()}
            assert schema.field(column.name).metadata == told


def test_a_stream_may_be_dropped_or_asked_for_twice() -> None:
    """What is put on a schema is taken off before DuckDB releases it, however often."""
    pyarrow = pytest.importorskip("pyarrow")
    table = of_rows(Schema("a row", (Column("n", "number", "m", "ж"),)), [{"n": 1.5}, {}])
    del (dropped := [table.__arrow_c_stream__() for _ in range(3)])[:]
    assert dropped == []
    for _ in range(20):
        reader = pyarrow.RecordBatchReader.from_stream(table)
        assert reader.schema.field("n").metadata[b"meaning"].decode() == "ж"
        assert len(reader.read_all()) == 2


@given(st.lists(st.fixed_dictionaries({"n": st.floats(allow_nan=False), "t": st.none() | st.text()}), max_size=5))
def test_rows_come_back_as_they_were_given(rows: list[dict[str, Any]]) -> None:
    table = of_rows(Schema("a row", (Column("n", "number", "", ""), Column("t", "text", "", ""))), rows)
    assert [
        dict(zip(table, row, strict=True)) for row in zip(*(table[key].tolist() for key in table), strict=True)
    ] == rows
    shown(table)


def test_a_table_that_is_no_file_any_more_is_told(results: Results, tmp_path: Path) -> None:
    (tmp_path / "broken.parquet").write_bytes(b"nothing")
    table = Table(SCHEMAS["threats.parquet"], tmp_path / "broken.parquet")
    for ask in (lambda: table.rows, lambda: table.__arrow_c_stream__(), lambda: table.df()):
        with pytest.raises(bartizan.ResultsError, match=r"broken\.parquet cannot be read"):
            ask()


def test_nothing_of_this_is_loaded_before_it_is_asked_for() -> None:
    program = """
import sys
import bartizan
bartizan.load("power-station")._repr_html_()
bartizan.run
print([name for name in ("pandas", "polars", "pyarrow", "matplotlib", "IPython") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ------------------------------------------------------------------------------------------------- the lesson

LESSONS = sorted(DOCS.glob("*.ipynb"))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.name)
def test_a_lesson_runs_and_shows_what_is_kept_of_it(path: Path, tmp_path: Path) -> None:
    """Its own assertions hold, and what it prints is what stands in the file."""
    pytest.importorskip("nbclient", reason="nbclient, which runs notebooks, is not installed")
    pytest.importorskip("ipykernel", reason="ipykernel, which runs notebooks, is not installed")
    import nbformat

    kept, now = nbformat.read(path, as_version=4), run_notebook.run(path, tmp_path)
    for before, after in zip(kept.cells, now.cells, strict=True):
        assert texts(before) == texts(after), before.source


def texts(cell: Any) -> list[str]:
    """What a cell prints, and shows as HTML."""
    return [out.get("text") or out.get("data", {}).get("text/html", "") for out in cell.get("outputs", [])]
