"""What is written as YAML reads back: any text, any number to the bit, comments that cannot end a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.world import samples

from bartizan.ground import units
from bartizan.world import reader, writer
from bartizan.world.schema import ScenarioFile

TEXT = st.text(st.characters(codec="utf-8"), max_size=200)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
LEAF = st.one_of(TEXT, st.booleans(), st.none(), st.integers(-(2**62), 2**62), FINITE)
TREE = st.dictionaries(
    TEXT,
    st.recursive(LEAF, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4)),
    min_size=1,
    max_size=4,
)


@given(TREE)
def test_any_tree_reads_back(tree):
    assert reader.read(writer.text(tree), "tree").content == tree


@pytest.mark.parametrize(
    "text",
    ["yes", "null", "~", "", " ", "1e5", "0x1F", "0o17", "12:30", "2026-01-02", "- a", "# b", "a: b", "a #b", "*x",
     "&x", "!t", "%d", "@a", "`b", "'", '"', "{", "a,b", "x\x85y", "a\u2028b", "\ufeff", "a\nb\n", "é" * 300,
     "word " * 60, "ends in a blank ", "two  blanks " * 20, "18 km", "-3 dB", "1e-05 m", ".inf", "on", "=", "<<"],
)  # fmt: skip
def test_text_that_could_be_taken_for_something_else_stays_text(text):
    content = {"key": text, "list": [text, {"inner": text}], "flow": {"a": [text]}}
    assert reader.read(writer.text(content), "text").content == content


@given(st.floats(-1e9, 1e9, allow_subnormal=False), st.sampled_from([d for d in units.UNITS if d != "count"]))
def test_a_quantity_reads_back_to_the_bit(value, dimension):
    assert units.parse(writer.quantity(value, dimension), dimension) == value


def test_a_quantity_has_the_unit_that_makes_it_short():
    assert writer.quantity(18_000.0, "length") == "18 km"
    assert writer.quantity(150.0, "length") == "150 m"
    assert writer.quantity(1200.0, "time") == "20 min"
    assert writer.quantity(0.85, "probability") == 0.85
    assert writer.quantity(12.0, "count") == 12


def test_a_model_is_written_without_its_defaults_and_loads_to_itself():
    model = ScenarioFile.model_validate(samples.written())
    plain = writer.plain(model)
    assert "fall" not in plain
    assert plain["systems"]["battery"]["effectors"]["57E6"]["range_max"] == {"low": "10 km", "high": "20 km"}
    assert ScenarioFile.model_validate(reader.read(writer.text(plain), "plain").content) == model


def test_comments_stand_above_their_values_and_cannot_end_a_line():
    hostile = "before\x85unit: {name: evil}\u2028\nevil: true"
    content = {"units": [{"name": "one", "at": {"lat": 1, "lon": 2}}, "two"]}
    written = writer.text(content, [hostile, ""], {("units", 0, "at", "lat"): [hostile], ("units", 1): ["why " * 60]})
    assert reader.read(written, "comments").content == content
    lines = written.splitlines()
    assert lines[next(k for k, line in enumerate(lines) if "lat: 1" in line) - 1].strip().startswith("# before")
    assert all(len(line) <= 124 for line in lines)
