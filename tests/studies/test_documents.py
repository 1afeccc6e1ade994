"""Documents are what their types say: keys of what is written and sent, columns of every table."""

from __future__ import annotations

import ast
import re
import typing
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, is_typeddict

import numpy as np
import pytest
from tools import make_results

import bartizan
from bartizan.engine import layout, reasons
from bartizan.ground.database import connected, quoted
from bartizan.ground.errors import ResultsError
from bartizan.studies import told, wording
from bartizan.studies.documents import results, viewer
from bartizan.studies.documents.legend import closure, keys
from bartizan.studies.documents.sent import SENT
from bartizan.studies.documents.tables import SCHEMAS
from bartizan.studies.results import TABLES, Results, open_results
from bartizan.studies.study import write_journal
from bartizan.studies.workbench import Workbench

SOURCE = Path(bartizan.__file__).parent


def unlike(kind: Any, value: Any, where: str) -> Iterator[str]:
    """Where a value is not of its type: keys that no type knows are told, too."""
    arguments, origin = typing.get_args(kind), typing.get_origin(kind)
    if origin is Annotated:
        yield from unlike(arguments[0], value, where)
    elif is_typeddict(kind):
        known = {key.name: key for key in keys(kind)}
        if not isinstance(value, dict):
            yield f"{where}: {value!r}"
            return
        yield from (f"{where}.{name} is in no document" for name in value if name not in known)
        yield from (f"{where}.{name} is missing" for name, key in known.items() if key.always and name not in value)
        for name in value.keys() & known.keys():
            yield from unlike(known[name].type, value[name], f"{where}.{name}")
    elif origin is list:
        for member in value if isinstance(value, list) else [f"{value!r} is no list"]:
            yield from unlike(arguments[0], member, f"{where}[]")
    elif origin is dict and not isinstance(value, dict):
        yield f"{where}: {value!r} is no mapping"
    elif origin is dict:
        for name, member in value.items():
            yield from unlike(arguments[1], member, f"{where}[{name}]")
    elif origin in (typing.Union, UnionType):
        found = [list(unlike(choice, value, where)) for choice in arguments]
        yield from min(found, key=len)
    elif origin is typing.Literal:
        yield from [] if value in arguments else [f"{where}: {value!r}"]
    elif kind is float:
        yield from [] if isinstance(value, int | float) and not isinstance(value, bool) else [f"{where}: {value!r}"]
    elif kind is not Any and type(value) is not kind:
        yield f"{where}: {value!r}"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """A study small and whole: districts and persons, reports and, of worlds enough, what each question is worth."""
    folder = tmp_path_factory.mktemp("documents")
    scenario = bartizan.load("moscow-2023")
    raid = scenario.cases[0].raid.name
    found = bartizan.study(scenario, folder / "results", worlds=32, raids=2, raids_named=[raid])
    write_journal(scenario, raid, found)
    return open_results(folder / "results")


@pytest.fixture(scope="module")
def bench(played: Results) -> Workbench:
    return Workbench(str(played.path))


def test_a_summary_is_what_its_type_says(played: Results) -> None:
    assert not list(unlike(results.Summary, played.summary, "summary"))
    assert played.summary["cases"][0]["worth"]["worths"]


def test_what_the_viewer_is_sent_is_what_its_types_say(bench: Workbench) -> None:
    view = bench.view()
    case = view["cases"][0]["name"]
    sent: list[tuple[Any, Any]] = [
        (viewer.View, view),
        (viewer.Raids, bench.raids(case)),
        (viewer.Replay, bench.replay(case, 0, 0)),
        (viewer.Grid, bench.fall(case, "wreck")),
        (viewer.Terrain, bench.terrain()),
        (viewer.Buildings, bench.buildings()),
        (viewer.Written, bench.scenario("changed", [])),
        (viewer.Answer, next(bench.answers(case, []))),
    ]
    for kind, document in sent:
        assert not list(unlike(kind, document, kind.__name__))


def test_every_column_of_every_table_is_in_the_reference(played: Results) -> None:
    page = make_results.PAGE.read_text(encoding="utf-8")
    assert set(SCHEMAS) == set(TABLES)
    for name, schema in SCHEMAS.items():
        path = played.path / name
        if not path.exists():
            continue
        if path.suffix == ".npz":
            with np.load(path) as found:
                columns = list(found)
        else:
            with connected() as connection:
                rows = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({quoted(str(path))})").fetchall()
            columns = [row[0] for row in rows]
        assert columns == [column.name for column in schema.columns], name
        section = page.split(f"### {name}\n")[1].split("\n### ")[0]
        assert all(f"| `{column}` |" in section for column in columns), name


def test_every_document_says_what_it_is_and_what_each_key_means() -> None:
    for document in closure(results.Study, results.Summary, *SENT):
        assert document.__doc__, document
        assert not document.__doc__.startswith("dict("), document
        assert all(key.says.meaning for key in keys(document))


@pytest.mark.parametrize("floor", ["faces/report", "faces/exports", "faces/terminal", "faces/cartography.py"])
def test_every_key_that_faces_ask_a_document_for_is_known(floor: str) -> None:
    """mypy sees `document["key"]`; of `document.get("key")` it makes an object where there is no such key."""
    documents = closure(results.Study, results.Summary, *SENT, viewer.Outline)
    known = {key.name for document in documents for key in keys(document)}
    root = SOURCE / floor
    for file in [root] if root.is_file() else root.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get"):
                continue
            if node.args and isinstance(node.args[0], ast.Constant):
                assert node.args[0].value in known | NOT_OF_DOCUMENTS, f"{file.name}:{node.lineno}"


#: What a file of CZML calls its own parts.
NOT_OF_DOCUMENTS = {"cartographicDegrees", "heightReference", "position", "point"}


def test_what_lacks_a_name_is_damaged_and_what_another_version_left_out_is_not(tmp_path: Path) -> None:
    content: dict[str, Any] = {"format": 1, "cases": [{"effectors": [{"unit": "a", "effector": "b"}], "leak": None}]}
    assert told.checked(results.Summary, content, tmp_path) == content
    del content["cases"][0]["effectors"][0]["unit"]
    with pytest.raises(ResultsError, match=r"cases\[0\]\.effectors\[0\]\.unit is missing"):
        told.checked(results.Summary, content, tmp_path)


@pytest.mark.parametrize("wrong", [float("nan"), "3", True, 1e300])
def test_what_is_no_number_is_refused(wrong: Any, tmp_path: Path) -> None:
    content: dict[str, Any] = {"format": 1, "cases": [{"leak": {"mean": wrong}}]}
    with pytest.raises(ResultsError, match=r"cases\[0\]\.leak\.mean cannot be read"):
        told.checked(results.Summary, content, tmp_path)


# ------------------------------------------------------------------------------------------------ words


def test_every_cause_and_fate_has_words_and_its_rule() -> None:
    assert tuple(wording.CAUSES) == tuple(filter(None, layout.CAUSES))
    assert {*wording.FATES, *wording.NEUTRAL_FATES, "absent"} == set(layout.FATES)
    rules = re.findall(r"^([a-z_]+)  +\S", reasons.__doc__ or "", flags=re.MULTILINE)
    assert set(rules) == set(wording.CAUSES)
    for words in (*wording.CAUSES.values(), *wording.FATES.values(), *wording.NEUTRAL_FATES.values()):
        assert all(words)


def test_words_of_causes_stand_in_one_place() -> None:
    """In the table, and in what is generated from it."""
    made = {SOURCE / "studies" / "wording.py", make_results.WORDS}
    others = [*SOURCE.rglob("*.py"), *(SOURCE / "faces" / "viewer").glob("*.js")]
    for file in {*others} - made:
        text = file.read_text(encoding="utf-8")
        for cause in wording.CAUSES.values():
            assert not any(words in text for words in (cause.because, cause.meaning)), file
