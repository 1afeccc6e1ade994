"""The strict reader: YAML 1.2, hostile files, and mistakes with their lines."""

from __future__ import annotations

import csv
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from bartizan.ground.errors import ScenarioError
from bartizan.world import reader


def content(text: str) -> Any:
    return reader.read(text, "test.yaml").content


def mistakes(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(ScenarioError) as caught:
        reader.read(text, "test.yaml")
    return [(m.line, m.problem) for m in caught.value.mistakes]


# ------------------------------------------------------------------------------------------------ YAML 1.2

# YAML 1.2.2, chapter 10.3, the core schema; beside each what YAML 1.1 would have made of it, where that differs
CORE = [
    ("12", 12),
    ("-7", -7),
    ("010", 10),  # 8
    ("0o14", 12),
    ("0x1F", 31),
    ("1.5e4", 15_000.0),
    ("1e2", 100.0),
    (".5", 0.5),
    ("+3.", 3.0),
    ("50:27:00", "50:27:00"),  # 181620
    ("12:30", "12:30"),
    ("1_000", "1_000"),  # 1000
    ("0b11", "0b11"),  # 3
    ("NO", "NO"),  # false
    ("yes", "yes"),
    ("on", "on"),
    ("true", True),
    ("False", False),
    ("null", None),
    ("~", None),
    ("2023-01-20", "2023-01-20"),  # a date
    ("57E6", 57e6),
    ('"57E6"', "57E6"),
    ("'12'", "12"),
    ("12 km", "12 km"),
    ("=", "="),
    ("<<", "<<"),
]


@pytest.mark.parametrize(("text", "value"), CORE)
def test_plain_scalars(text: str, value: object) -> None:
    found = content(f"a: {text}")["a"]
    assert found == value
    assert type(found) is type(value)


def test_keys_are_always_text() -> None:
    assert content("{57E6: 1, 10: 2, true: 3, '': 4, <<: 5}") == {"57E6": 1, "10": 2, "true": 3, "": 4, "<<": 5}


def test_blocks_flows_and_folded_text() -> None:
    text = "a:\n  - {b: [1, 2]}\n  - >-\n    two\n    lines\nc: |\n  kept\n"
    assert content(text) == {"a": [{"b": [1, 2]}, "two lines"], "c": "kept\n"}


def test_a_byte_order_mark_is_skipped() -> None:
    assert content("\ufeffa: 1") == {"a": 1}


# ------------------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a: 1\nb: 2\na: 3", 3, "given twice; first in line 1"),
        ("a:\n  b: 1\n  b: {c: 1}", 3, "given twice; first in line 2"),
        ("a: &x 1", 1, "anchors (&x) are not allowed"),
        ("a: 1\nb: *x", 2, "aliases (*x) are not allowed"),
        ("a: !!str 1", 1, "tags"),
        ("a: !x {b: 1}", 1, "tags"),
        ("a: .nan", 1, "numbers must be finite"),
        ("a: [1, -.INF]", 1, "numbers must be finite"),
        ("a: 1e999", 1, "out of range"),
        ("a: " + "9" * 500, 1, "out of range"),
        ("a: 0x" + "f" * 60, 1, "out of range"),
        ("a: 9223372036854775808", 1, "out of range"),
        ("a: 1\n---\nb: 2", 2, "one document"),
        ("? [1, 2]\n: 3", 1, "a key must be plain text"),
        ("a: [1, 2", 1, "not YAML"),
        ("a: 1\n b: 2", 2, "not YAML"),
        ("a: \x00", 1, "not YAML"),
        ("a:\n\t- b", 2, "indent with blanks"),
        ("", 1, "the file is empty"),
        ("# nothing\n", 1, "the file is empty"),
        ("[" * 41 + "]" * 41, 1, "nested deeper than 40"),
    ],
)
def test_refused_with_its_line(text: str, line: int, problem: str) -> None:
    found = mistakes(text)
    assert any(at == line and problem in told for at, told in found), found


@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[" * 100_000, 1),
        ("[" * 5_000 + "]" * 5_000, 1),
        ("a: 1\nb: " + "[" * 5_000, 2),
        ("a: " + "[{b: " * 3_000, 1),
        ("a: 'it''s ]]]' # ]]]\nb: " + "[ " * 3_000, 2),
        ('a: "' + "[" * 3_000 + '"\nb: ' + "{a: " * 3_000, 2),
        ("[\n" * 3_000, 41),
        ("- " * 3_000 + "1", 1),
        ("\n".join(" " * i + "a:" for i in range(1_500)), 41),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else None,
)
def test_our_limit_of_nesting_comes_before_any_of_the_parser(text: str, line: int, loader: type, monkeypatch) -> None:
    monkeypatch.setattr(reader, "_LOADER", loader)
    assert (line, "nested deeper than 40 levels") in mistakes(text)


def test_brackets_in_words_are_no_nesting() -> None:
    assert "not YAML" in mistakes('a: "' + "[" * 5_000 + '"\nb: [1, 2')[-1][1]


def test_all_mistakes_come_at_once() -> None:
    found = mistakes("a: .nan\nb: &x 1\nc: *x\nd: 1\nd: 2\ne: !t 1\n")
    assert [line for line, _ in found] == [1, 2, 3, 5, 6]


def test_that_reading_ended_at_many_mistakes_is_told() -> None:
    found = mistakes("a: .nan\n" + "".join(f"b{k}: .nan\n" for k in range(90)))
    assert len(found) == reader.MAX_MISTAKES + 1
    assert reader.MORE in [told for _, told in found]


def test_very_many_values_are_refused() -> None:
    assert mistakes("[" + "1," * (reader.MAX_VALUES + 1) + "]") == [(1, "more than 200000 values")]


def test_a_very_long_file_is_refused() -> None:
    assert mistakes("#" * (reader.MAX_BYTES + 1)) == [(None, "larger than 5 MB")]


@given(st.one_of(st.text(), st.text(alphabet="ab:-[]{}&*!?|>#\"'%@,. \n\t0e\x00\ufeff\ud800")))
@example("*a : b")
@example("? *a\n: b")
@example("{? a, *b, c: }")
@example("a: b\n*a : c\nd: e")
@example('"\\ud800"')
@example("%YAML 3.0\n---\na: 1")
def test_no_text_does_anything_but_be_read_or_refused(text: str) -> None:
    try:
        document = reader.read(text, "test.yaml")
    except ScenarioError as error:
        assert error.mistakes  # noqa: PT017 - either is fine, anything else is not
    else:
        json.dumps(document.content, allow_nan=False)


# ------------------------------------------------------------------------------------------------ hostile files

MEMORY_MB = 200
# The peak is read from /proc: the one of getrusage starts, in a forked process, with that of its parent.
PROBE = """
import sys, time
from bartizan.ground.errors import UserError
from bartizan.world.scenario import load
start = time.perf_counter()
try:
    load(sys.argv[1])
except UserError as error:
    told = str(error)
else:
    told = "accepted"
seconds = time.perf_counter() - start
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(seconds, int(peak) / 1024)
print(told)
"""
#: file -> line, field and words that a refusal must hold
CORPUS = {
    "yaml_bomb9.yaml": ("line 1: a:", "anchors (&a)"),
    "yaml_recursive.yaml": ("line 1: scenario:", "anchors (&s)"),
    "yaml_deep.yaml": ("line 1: ", "nested deeper than 40"),
    "yaml_dupkey.yaml": ("line 2: seed:", "given twice"),
    "yaml_types.yaml": ("line 1: range_m:", "not a known key"),
    "yaml_nan.yaml": ("line 1: pk:", "finite"),
    "yaml_python_tag.yaml": ("line 1: x:", "tags"),
    "path_traversal.yaml": ("line 1: include:", "not a known key"),
    "empty.yaml": ("line 1: ", "is empty"),
    "xss_names.yaml": ("line 1: name:", "letters, digits"),
}


def test_every_yaml_file_of_the_corpus_is_looked_at(shared: Path) -> None:
    with (shared / "reference" / "vv" / "security_corpus" / "MANIFEST.csv").open(encoding="utf-8") as file:
        listed = {row["file"] for row in csv.DictReader(file)}
    assert {name for name in listed if name.endswith(".yaml")} == set(CORPUS)


@pytest.mark.parametrize("name", sorted(CORPUS))
def test_the_security_corpus_is_refused_quickly_and_in_words(shared: Path, tmp_path: Path, name: str) -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("peak memory is read from /proc, which this system does not have")
    path = shared / "reference" / "vv" / "security_corpus" / name
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(path)], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True,
        env={"PYTHONPATH": str(Path(reader.__file__).parents[2]), "PATH": ""},
    )  # fmt: skip
    first, told = done.stdout.split("\n", 1)
    seconds, megabytes = map(float, first.split())
    assert seconds < 2
    assert megabytes < MEMORY_MB
    assert name in told
    assert all(words in told for words in CORPUS[name]), told
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []  # no pwned_by_yaml


def test_yaml_1_1_traps_of_the_corpus_read_as_yaml_1_2(shared: Path) -> None:
    text = (shared / "reference" / "vv" / "security_corpus" / "yaml_types.yaml").read_text(encoding="utf-8")
    assert content(text) == {"range_m": 15_000, "speed": 100, "lat": "50:27:00", "country": "NO", "rate": 10}


# ------------------------------------------------------------------------------------------------ from a program


def from_object(value: Any) -> Any:
    return reader.from_object(value, "<dict>").content


def complaints(value: Any) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        reader.from_object(value, "<dict>")
    assert all(m.line is None for m in caught.value.mistakes)
    return [str(m) for m in caught.value.mistakes]


def test_numpy_and_tuples_become_plain() -> None:
    given_ = {"a": np.float64(1.5), "b": np.int32(3), "c": (1, 2), "d": np.array([1.0, 2.0]), "e": np.bool_(True)}
    found = from_object(given_)
    assert found == {"a": 1.5, "b": 3, "c": [1, 2], "d": [1.0, 2.0], "e": True}
    assert [type(v) for v in found.values()] == [float, int, list, list, bool]


def test_a_key_that_looks_like_a_number_stays_text() -> None:
    assert from_object({"57E6": 1, "1.0": 2, "no": 3}) == {"57E6": 1, "1.0": 2, "no": 3}


def test_what_is_given_is_copied() -> None:
    inner = [1]
    found = from_object({"a": inner})
    inner.append(2)
    assert found == {"a": [1]}


def test_numbers_may_be_keys_of_either_alone() -> None:
    assert from_object({"either": {8: ["a"], np.float64(10): []}}) == {"either": {8: ["a"], 10.0: []}}
    assert complaints({"a": {8: 1}}) == ["a: keys must be text; 8 is of type int"]
    assert complaints({"either": {True: 1}}) == ["either: keys must be text; True is of type bool"]


def test_mistakes_of_a_dict_name_their_fields() -> None:
    found = complaints({"a": math.nan, "b": [math.inf, 2**64], "c": {"d": {1, 2}}, "e": 1j})
    assert [told.split(":")[0] for told in found] == ["a", "b[0]", "b[1]", "c.d", "e"]
    assert "no set" in found[3]


def test_a_dict_that_holds_itself_is_refused() -> None:
    loop: dict[str, Any] = {}
    loop["a"] = loop
    assert complaints(loop) == ["the whole file: nested deeper than 40 levels"]


def test_a_bomb_of_shared_lists_is_refused() -> None:
    bomb: list[Any] = ["x"] * 9
    for _ in range(9):
        bomb = [bomb] * 9
    assert complaints({"a": bomb}) == ["the whole file: more than 200000 values"]


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), PLAIN, max_size=4))
def test_plain_dicts_come_through_unchanged(given_: dict[str, Any]) -> None:
    assert from_object(given_) == given_


# ------------------------------------------------------------------------------------------------ mistakes of a model


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    size: int
    other: int | list[int] = 0


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    parts: list[Inner]


class Words(Outer):
    model_config = ConfigDict(extra="forbid", strict=True)
    share: float = Field(default=0.5, gt=0.0, le=1.0)
    is_there: bool = True
    kind: Literal["a", "b"] = "a"


def test_findings_of_the_schema_have_lines_and_fields() -> None:
    text = "name: x\nparts:\n  - size: big\n  - other: {a: 1}\n    sice: 2\nmore: 1\n"
    document = reader.read(text, "f.yaml")
    with pytest.raises(ScenarioError) as caught:
        reader.validated(Outer, document.content, document)
    found = {(m.line, m.field): m for m in caught.value.mistakes}
    assert set(found) == {
        (3, "parts[0].size"),
        (4, "parts[1].size"),
        (4, "parts[1].other"),
        (5, "parts[1].sice"),
        (6, "more"),
    }
    assert found[3, "parts[0].size"].stood == "'big'"
    assert found[4, "parts[1].size"].problem == "is required"
    assert found[5, "parts[1].sice"].problem == "is not a known key here; did you mean 'size'?"
    assert "; or " in found[4, "parts[1].other"].problem


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{name: 76, parts: []}", 'must be text; in quotes it is: "76"'),
        ("{name: x, parts: {}}", "must be a list, in brackets or with a dash before each"),
        ("{name: x, parts: [{size: 1.5}]}", "must be a whole number"),
        ("{name: x, parts: [], share: '0,25'}", "must be a number; decimals take a point: 0.25"),
        ("{name: x, parts: [], share: 3}", "must be at most 1"),
        ("{name: x, parts: [], share: -3}", "must be more than 0"),
        ("{name: x, parts: [], is_there: maybe}", "must be true or false"),
        ("{name: x, parts: [], kind: c}", "must be 'a' or 'b'"),
        ("{share: 0,25 km, name: x, parts: []}", "in braces a comma ends a value; decimals take a point"),
        ("{share: 0,25 %, name: x, parts: []}", "in braces a comma ends a value; decimals take a point"),
    ],
)
def test_what_must_stand_there_is_told_in_our_words(text: str, told: str) -> None:
    document = reader.read(text, "f.yaml")
    with pytest.raises(ScenarioError) as caught:
        reader.validated(Words, document.content, document)
    assert any(told in m.problem for m in caught.value.mistakes), caught.value.mistakes


def test_findings_in_a_dict_have_fields() -> None:
    document = reader.from_object({"name": "x", "parts": [{"size": "big"}]}, "<dict>")
    with pytest.raises(ScenarioError) as caught:
        reader.validated(Outer, document.content, document)
    (only,) = caught.value.mistakes
    assert (only.line, only.field, only.stood) == (None, "parts[0].size", "'big'")
    assert str(caught.value).startswith("<dict>: 1 mistake\n  parts[0].size: ")


@given(st.text(alphabet=st.sampled_from('a\\"/u dD8\u00e9\U0001f600\U0010ffff\n\0'), max_size=12))
def test_json_is_read_with_every_character_that_it_escapes(text: str) -> None:
    """Characters beyond 16 bits are two escapes in JSON, \\ud83d\\ude00, and one in YAML."""
    content = {"title": text, "names": [text, "😀"]}
    assert reader.read(json.dumps(content), "f").content == content
    assert reader.read(json.dumps(content).replace("/", "\\/"), "f").content == content


def test_half_a_character_is_refused() -> None:
    with pytest.raises(ScenarioError, match="invalid Unicode character escape"):
        reader.read('{"title": "\\ud83d"}', "f")
