"""`bartizan calibrate` from end to end: both readings on the terminal, as JSON and in the report, and its mistakes."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.studies.test_reported_raids import certain_but_for_the_kill_chance

import bartizan
from bartizan.faces.cli import cli
from bartizan.faces.report import page
from bartizan.ground.errors import UserError
from bartizan.studies.study import Handling
from bartizan.world.scenario import load


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study") / "out"
    bartizan.study(load(certain_but_for_the_kill_chance()), folder, worlds=16, raids=8, seed=1)
    return folder


def calibrate(*words: object) -> Result:
    return CliRunner().invoke(cli, ["calibrate", *map(str, words)])


def test_both_readings_are_told_kept_and_shown(study: Path) -> None:
    told = calibrate("synthetic", "--results", study)
    assert told.exit_code == 0, told.output
    for part in ("as modelled", "with the discrepancy", "delta (logit)", "cannot tell", "calibration.json"):
        assert part in told.output, part
    kept: dict[str, Any] = json.loads((study / "calibration.json").read_text())
    assert kept["answers"][0]["with_discrepancy"]["mean"] == pytest.approx(0.1, abs=0.03)
    report = page.render(study)
    assert "As modelled, and as records have it" in report
    assert "With the discrepancy" in report


def test_what_was_left_out_of_the_records_is_told_in_the_report_too(study: Path, tmp_path: Path) -> None:
    rows = "class,sent,stopped,scope,weather\ndrone,10,9,national,fog\ndrone,12,11,national,\ndrone,5,5,regional,\n"
    (tmp_path / "own.csv").write_text(rows)
    told = calibrate(tmp_path / "own.csv", "--results", study)
    assert told.exit_code == 0, told.output
    kept = json.loads((study / "calibration.json").read_text())["records"]["left_out"]
    assert len(kept) == 2
    report = html.unescape(page.render(study))
    for sentence in kept:
        assert sentence in told.output
        assert sentence in report


def test_json_is_what_is_kept(study: Path) -> None:
    told = calibrate("synthetic", "--results", study, "--json")
    assert json.loads(told.stdout) == json.loads((study / "calibration.json").read_text())


def test_the_report_shows_no_calibration_of_another_study(study: Path, tmp_path: Path) -> None:
    assert calibrate("synthetic", "--results", study).exit_code == 0
    other = bartizan.study(load(certain_but_for_the_kill_chance()), tmp_path / "other", worlds=16, raids=8, seed=2)
    (other.path / "calibration.json").write_bytes((study / "calibration.json").read_bytes())
    assert "as records have it" not in page.render(other.path)


def test_a_fresh_run_drops_the_calibration(tmp_path: Path) -> None:
    scenario = load(certain_but_for_the_kill_chance())
    bartizan.study(scenario, tmp_path / "out", worlds=4, raids=4)
    assert calibrate("synthetic", "--results", tmp_path / "out").exit_code == 0
    bartizan.study(scenario, tmp_path / "out", worlds=4, raids=4, how=Handling(fresh=True))
    assert not (tmp_path / "out" / "calibration.json").exists()


def test_a_calibration_that_somebody_edited_is_told_where(study: Path) -> None:
    assert calibrate("synthetic", "--results", study).exit_code == 0
    kept = study / "calibration.json"
    content = json.loads(kept.read_text())
    kept.write_text(json.dumps(content | {"answers": 5}))
    with pytest.raises(UserError, match=r"calibration\.json is damaged: answers"):
        page.render(study)
    kept.unlink()


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 1}'])
def test_a_damaged_calibration_is_mended_by_calibrating_again(study: Path, text: str) -> None:
    (study / "calibration.json").write_text(text)
    with pytest.raises(UserError, match="run bartizan calibrate again with --results") as caught:
        page.render(study)
    assert "--fresh" not in str(caught.value)
    assert calibrate("synthetic", "--results", study).exit_code == 0
    assert "As modelled, and as records have it" in page.render(study)
    (study / "calibration.json").unlink()


def test_days_choose_rows(tmp_path: Path) -> None:
    everything, some = (
        json.loads(calibrate("synthetic", "--json", *more).stdout)
        for more in ((), ("--since", "2023-06", "--until", "2024-06-30"))
    )
    assert some["records"]["records"] < everything["records"]["records"]


@pytest.mark.parametrize(
    ("option", "day", "kept"),
    [("--since", "2024-05", 2), ("--since", "2024", 3), ("--until", "2024-05", 3), ("--until", "2023", 1)],
)
def test_a_month_or_year_is_from_its_first_day_to_its_last(tmp_path: Path, option: str, day: str, kept: int) -> None:
    path = tmp_path / "records.csv"
    days = ("2023-12-31", "2024-01-01", "2024-05-03", "2024-11-03")
    path.write_text("class,sent,stopped,date\n" + "".join(f"drone,5,4,{each}\n" for each in days))
    assert json.loads(calibrate(path, option, day, "--json").stdout)["records"]["records"] == kept


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["synthetic", "--since", "0000"], "expected a day such as 2024-12-31"),
        (["synthetic", "--until", "2024-13"], "expected a day such as 2024-12-31"),
        (["synthetic", "--case", "raid"], "give its folder with --results"),
        (["synthetic", "--until", "soon"], "expected a day such as 2024-12-31"),
    ],
)
def test_mistakes_in_options(words: list[str], said: str) -> None:
    told = calibrate(*words)
    assert told.exit_code == 2
    assert said in told.output


def test_a_mistake_in_the_records_leaves_nothing_behind(study: Path, tmp_path: Path) -> None:
    path = tmp_path / "records.csv"
    path.write_text("class,sent,stopped\ndrone,4,5\n")
    told = calibrate(path, "--results", study)
    assert isinstance(told.exception, UserError)
    assert "line 2: stopped: more was stopped than the 4 sent" in str(told.exception)
    assert not (study / "calibration.json").exists()
