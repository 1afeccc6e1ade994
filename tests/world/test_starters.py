"""Scenarios to start from: whatever the name, the kind or the table, they pass the checks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bartizan.ground.errors import UserError
from bartizan.world import reader, sites, starters
from bartizan.world.scenario import load
from bartizan.world.schema.fields import is_key

NAMES = [
    "1e3",
    "2024",
    "null",
    "a: b",
    "c#d",
    "Вологда",
    "Örebro",
    "東京",
    "हिन्दी",
    "مدينة",
    "-",
    "...",
    "yes",
    '"',
    "x" * 300,
]


@pytest.mark.parametrize("kind", starters.KINDS)
def test_every_kind_passes_the_checks(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "town.yaml"
    path.write_text(starters.of_kind(kind, path), encoding="utf-8")
    assert load(path).name == "town"


@pytest.mark.parametrize("name", NAMES)
def test_any_name_passes_the_checks(name: str) -> None:
    text = starters.of_kind("power-station", Path(f"{name}.yaml"))
    content = reader.read(text, "new.yaml").content
    assert load(content).name == (name if is_key(name) else starters.key_of(name))


@given(st.text())
@example("0" * 79 + ":0")  # cut after what stands for the colon
def test_a_key_is_made_of_any_text(stem: str) -> None:
    made = starters.key_of(stem)
    assert is_key(made)
    assert starters.key_of(made) == made


@pytest.mark.parametrize("name", ["Вологда", "Örebro", "東京", "हिन्दी", "مدينة"])
def test_names_of_any_script_stay(name: str) -> None:
    assert starters.key_of(name) == name


def test_a_copy_of_a_scenario_has_its_numbers() -> None:
    made = load(reader.read(starters.like("power-station", Path("mine.yaml")), "mine.yaml").content)
    assert made.name == "mine"
    assert made.numbers.keys() == load("power-station").numbers.keys()


TABLE = """Site;Latitude;Longitude;System;Radius;Notes
Mill;57,7;11,9;;150;
Gate;57.71;11.92;Pantsir S1;;"=cmd|' /C calc'!A0"
Gate;57.72;11.93;patriot;;
Hill;57.73;11.94;Pantsyr;;
;57.7;11.9;;;
Far;95;11.9;;;
Nan;nan;11.9;;;
"""


def test_a_table_becomes_a_scenario(tmp_path: Path) -> None:
    table, file = tmp_path / "sites.csv", tmp_path / "mine.yaml"
    table.write_text(TABLE, encoding="utf-8-sig")
    text, found = starters.of_sites(table, file)
    left_out = found.left_out
    file.write_text(text, encoding="utf-8")
    made = load(file)
    assert [(a.name, a.at.lat, a.radius.likely) for a in made.assets] == [("Mill", 57.7, 150.0)]
    assert [(u.name, u.unit.system) for u in made.units] == [("Gate", "pantsir-s1"), ("Gate 2", "patriot")]
    assert [told.partition(":")[0] for told in left_out] == ["line 5", "line 6", "line 7", "line 8"]
    assert "pantsir-s1" in left_out[0]
    assert found.renamed == ["line 4: another Gate, called Gate 2"]
    assert "#   line 4: another Gate, called Gate 2" in text
    assert all(told in " ".join(text.replace("#", "").split()) for told in left_out)


def test_points_of_geojson_become_a_scenario(tmp_path: Path) -> None:
    table = tmp_path / "sites.geojson"
    shapes = [{"type": "Point", "coordinates": [11.9, 57.7, 3.0]}, {"type": "LineString", "coordinates": []}, None]
    found = [{"type": "Feature", "properties": {"name": f"n{k}"}, "geometry": g} for k, g in enumerate(shapes)]
    table.write_text(json.dumps({"type": "FeatureCollection", "features": found}))
    made = sites.read(table)
    assert [a["at"] for a in made.assets] == [{"lat": 57.7, "lon": 11.9}]
    assert len(made.left_out) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "lacks a column"), ("name,lat\n", "lon, lng"), ("name,lat,lon\n", "no asset"), ("\0", "lacks a column")],
)
def test_a_table_without_sites_is_refused(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "sites.csv").write_text(text)
    with pytest.raises(UserError, match=says):
        sites.read(tmp_path / "sites.csv")


@pytest.mark.parametrize(
    ("row", "says"),
    [("a,57.7,", "has no lon, in"), ("a,,12", "has no lat, in"), ("a,,", "has no lat and lon, in")],
)
def test_a_row_without_its_place_says_what_of_it_is_lacking(tmp_path: Path, row: str, says: str) -> None:
    (tmp_path / "sites.csv").write_text(f"name,lat,lon\n{row}\n")
    with pytest.raises(UserError, match=says):
        sites.read(tmp_path / "sites.csv")


@pytest.mark.parametrize("text", ["", "[1]", "{}", "[" * 5000, '{"features": 1}'])
def test_what_is_no_geojson_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "sites.geojson").write_text(text)
    with pytest.raises(UserError, match="not GeoJSON"):
        sites.read(tmp_path / "sites.geojson")


def test_a_site_too_far_for_a_scenario_is_left_out_and_told(tmp_path: Path) -> None:
    table = tmp_path / "sites.csv"
    table.write_text("name,lat,lon\nPlant,55.75,37.62\nGate,55.76,37.63\nMoon,-55,-37\n", encoding="utf-8")
    text, found = starters.of_sites(table, tmp_path / "mine.yaml")
    (told,) = found.left_out  # 14,040 km on a sphere, which is right to half a per cent
    assert told.endswith(" km from Plant; all must lie within 990 km")
    assert float(told.split()[1]) == pytest.approx(14_040, rel=0.005)
    assert [asset.name for asset in load(reader.read(text, "mine").content).assets] == ["Plant", "Gate"]


def test_what_a_unit_has_none_of_is_told(tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_text(
        "name,lat,lon,system,radius\nPlant,52,5,,300\nGuns,52.01,5,gepard,500\nPosts,52.02,5,acoustic-post,\n"
    )
    found = sites.read(tmp_path / "sites.csv")
    assert found.left_out == ["Guns: radius '500', which a unit has none of"]
    assert [unit["name"] for unit in found.units] == ["Guns", "Posts"]


@pytest.mark.parametrize("row", ["A,55,7,37,6", "A,55.7,37.6,,x"])
def test_a_row_of_more_cells_than_columns_is_a_mistake(tmp_path: Path, row: str) -> None:
    """Decimal commas between commas: a site 2000 km off, in 37 for a longitude of 37.6."""
    (tmp_path / "sites.csv").write_text(f"name,lat,lon\nB,55.1,37.1\n{row}\n")
    with pytest.raises(UserError, match="line 3: 5 cells, where the first line names 3"):
        sites.read(tmp_path / "sites.csv")


def test_empty_cells_at_the_end_of_a_row_are_nothing(tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_text("name,lat,lon\nB,55.1,37.1,,\n")
    assert [site["name"] for site in sites.read(tmp_path / "sites.csv").assets] == ["B"]
