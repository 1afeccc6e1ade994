"""The report's section on what comes down: its numbers, its maps, and words where something is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.faces import sample_summary as sample

from bartizan.faces import report
from bartizan.faces.report import falls

CELLS = 24


def told(mean: float) -> dict[str, Any]:
    kinds = [("wreck", mean), ("diverted", 0.4), ("missile", 2 * mean), ("rounds", 0.0)]
    return {
        "worlds": 8, "raids": 64, "persons": {"mean": 1.3, "world_low": 0.2, "world_high": 4.0},
        "kinds": [
            {"kind": k, "mean": m, "world_low": m / 2, "world_high": 2 * m, "on_map": 0.75 * m} for k, m in kinds
        ],
        "assets": [{"name": "<b>Quay", "kinds": {k: {"mean": m / 100} for k, m in kinds}}],
    }  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = sample.write_folder(tmp_path)
    content = json.loads((made / "summary.json").read_text(encoding="utf-8"))
    for case in content["cases"]:
        case["fall"] = told(case["size"] / 4)
    (made / "summary.json").write_text(json.dumps(content), encoding="utf-8")
    write_maps(made, [case["name"] for case in content["cases"]])
    return made


def write_maps(folder: Path, cases: list[str], **changed: Any) -> None:
    middles = (np.arange(CELLS) - CELLS / 2 + 0.5) * 500.0
    mean = np.zeros((len(cases), 4, CELLS, CELLS))
    mean[:, 0, 8:16, 8:16] = 0.02
    mean[:, 2, 4:20, 10] = 0.3
    arrays = {
        "cases": np.array(cases), "kinds": np.array(list(falls.KINDS)), "east": middles, "north": middles,
        "mean": mean, "smoothed_m": np.array(750.0),
    }  # fmt: skip
    np.savez(folder / "fall.npz", **(arrays | changed))


def section(folder: Path) -> str:
    page = report.render(folder)
    return page[page.index('id="falls"') : page.index('id="saturation"')]


def test_numbers_and_words(folder: Path) -> None:
    page = section(folder)
    case = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["cases"][0]
    wrecks = case["fall"]["kinds"][0]["mean"]
    assert f"{falls.words.spoken(wrecks)} wrecks" in page
    assert "1.3 persons per raid" in page
    assert f"{falls.words.amount(wrecks)} ({falls.words.amount(wrecks / 2)}" in page
    assert "75.0" in page
    assert "no estimate of casualties" in page


def test_a_map_for_each_of_the_first_raids_and_none_of_what_does_not_fall(folder: Path) -> None:
    page = section(folder)
    assert page.count("<figure>") == falls.MAPS_SHOWN
    assert "Wrecks, missiles that missed".lower() in page.lower()
    assert f"smoothed over {falls.words.distance(750.0)}" in page


def test_hostile_names_stay_text(folder: Path) -> None:
    page = section(folder)
    assert "<b>Quay" not in page
    assert "&lt;b&gt;Quay" in page


def test_what_is_missing_is_said(folder: Path) -> None:
    (folder / "fall.npz").unlink()
    assert "no map of what comes down" in section(folder)
    (folder / "fall.npz").write_bytes(b"not a map")
    assert "damaged" in section(folder)
    write_maps(folder, ["one"], mean=np.zeros((1, 4, 3, 3)))
    assert "damaged" in section(folder)


def test_results_without_falls_say_so(tmp_path: Path) -> None:
    assert "say nothing about what comes down" in section(sample.write_folder(tmp_path))


def test_nothing_that_falls_draws_no_map(folder: Path) -> None:
    names = [case["name"] for case in json.loads((folder / "summary.json").read_text(encoding="utf-8"))["cases"]]
    write_maps(folder, names, mean=np.zeros((len(names), 4, CELLS, CELLS)))
    assert "<figure>" not in section(folder)


@pytest.mark.parametrize(
    ("mean", "written"),
    [(None, "–"), (0.0, "0"), (0.0312, "1 in 32 raids"), (0.00102, "1 in 980 raids"), (2.5, "2.50")],
)
def test_what_is_seldom_is_one_in_so_many(mean: float | None, written: str) -> None:
    assert falls._seldom(mean).replace(falls.words.NBSP, " ") == written


@pytest.mark.parametrize("highest", [1e-7, 0.02, 1.0, 37.0])
def test_shades_hold_the_highest_density(highest: float) -> None:
    levels = falls._levels(highest)
    assert len(levels) == falls.STEPS + 1
    assert levels[-1] >= highest * (1 - 1e-12)
    assert levels[-1] < 3.2 * highest
    assert np.diff(np.log10(levels)) == pytest.approx(0.5)
