"""The command line as a person meets it: what it prints, how it ends, and how quickly it starts."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.studies.test_study import SMALL

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
BARTIZAN = [sys.executable, "-m", "bartizan"]


def bartizan(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*BARTIZAN, *arguments], capture_output=True, text=True, cwd=cwd, env=ENVIRONMENT, timeout=300
    )


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(json.dumps(SMALL))
    return path


def test_help_imports_neither_compiler_nor_arrays_nor_models():
    code = (
        "import sys\n"
        "from bartizan.faces.cli import cli\n"
        "try: cli(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'numba', 'pydantic', 'scipy', 'matplotlib', 'duckdb', 'pyproj', 'rich'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    assert "run" in done.stdout


def test_mistakes_come_all_at_once_with_lines_and_exit_code_2(tmp_path):
    (tmp_path / "bad.yaml").write_text(
        "bartizan: 1\nname: bad\nassets:\n  - {name: plant, at: {lat: 99, lon: 10}, colour: red}\n"
        "units: []\nraids:\n  - name: r\n    groups: [{threat: shaheed-136, count: 4}]\n"
    )
    done = bartizan("check", "bad.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert "bad.yaml: 2 mistakes" in done.stderr or "line 4: assets[0].colour" in done.stderr
    assert "line 4" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_counts_one_thing_as_one(small):
    done = bartizan("check", str(small))
    assert "2 assets, 1 unit, 3 cases to play," in done.stdout


def test_an_unknown_name_is_answered_with_the_near_one(small):
    text = json.loads(small.read_text())
    text["raids"][0]["groups"][0]["threat"] = "shahed-135"
    small.write_text(json.dumps(text))
    done = bartizan("check", str(small))
    assert done.returncode == 2
    assert "did you mean 'shahed-136'?" in done.stderr


def test_a_file_that_is_not_there_ends_with_2(tmp_path):
    done = bartizan("run", "nowhere.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert "cannot read nowhere.yaml" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_option_ends_with_2():
    assert bartizan("run", "--no-such-option").returncode == 2


def test_a_number_that_is_not_whole_is_called_so():
    done = bartizan("run", "power-station", "--worlds", "1e3")
    assert done.returncode == 2
    assert "'1e3' is not a valid whole number" in done.stderr
    assert "--worlds N" in bartizan("run", "--help").stdout


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_leads_nowhere(tmp_path, closed):
    """What is written has what belongs there alone, though the number of the stream is free."""
    command = f"{shlex.join([*BARTIZAN, 'calibrate', 'synthetic'])} {closed}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, env=ENVIRONMENT, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    assert ("cannot tell" in done.stdout) == (">&-" not in closed.replace("2>&-", ""))


@pytest.mark.parametrize("name", ["", ".", "..", "folder/", ".yaml", " ", "_"])
def test_a_name_without_a_letter_makes_no_hidden_file(tmp_path, name):
    (tmp_path / "folder").mkdir()
    done = bartizan("new", name, cwd=tmp_path)
    assert done.returncode == 2
    assert "has no letter or digit" in done.stderr
    assert [path.name for path in tmp_path.rglob("*")] == ["folder"]


@pytest.mark.parametrize("command", [["calibrate", "synthetic"], ["catalog"], ["--help"], ["run", "--help"]])
def test_who_stops_reading_is_no_mistake_of_ours(command):
    """Tables are printed as lines are: 141, which a shell gives a command that a closed pipe has ended."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        done = subprocess.run(
            [*BARTIZAN, *command], stdout=closed, stderr=subprocess.PIPE, env=ENVIRONMENT, timeout=300
        )
    assert (done.returncode, done.stderr) == (141, b"")


def test_check_says_what_claims_contradict():
    done = bartizan("check", "moscow-2023")
    assert done.returncode == 0, done.stderr
    assert "storeys" in done.stdout
    assert "4 km" in done.stdout


def test_check_names_the_radars_that_rain_does_not_touch(small):
    text = json.loads(small.read_text())
    text["weather"] = {"rain": "5 mm/h"}
    text["units"][0]["system"] = {"sensors": {"eye in the sky": {"range": "20 km"}}}
    small.write_text(json.dumps(text))
    done = bartizan("check", str(small))
    assert done.returncode == 0, done.stderr
    assert "radar:" in done.stdout.splitlines()
    assert f"state no frequency: eye in the sky of {text['units'][0]['name']}" in done.stdout


def test_new_check_run_report(tmp_path):
    assert bartizan("new", "town", cwd=tmp_path).returncode == 0
    assert bartizan("new", "town", cwd=tmp_path).returncode == 2, "an existing file is never overwritten"
    assert bartizan("check", "town.yaml", cwd=tmp_path).returncode == 0
    done = bartizan("run", "town.yaml", "--worlds", "3", "--raids", "4", "--raid", "drones", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "drones" in done.stdout
    page = bartizan("report", "results/town", cwd=tmp_path)
    assert page.returncode == 0, page.stderr
    assert (tmp_path / "results" / "town" / "report.html").read_text().lower().startswith("<!doctype html>")


def test_journal_is_written_and_in_order(small, tmp_path):
    done = bartizan(
        "run", str(small), "--worlds", "2", "--raids", "2", "--out", "out", "--journal", "few", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    import bartizan as package

    journal = package.open_results(tmp_path / "out").table("journal")
    assert list(journal["time_s"]) == sorted(journal["time_s"])
    assert set(journal["event"]) <= {"saw", "launched", "intercepted", "jammed", "reloaded", "came_down", "appeared"}
    assert list(journal["event"]).count("appeared") == 3


def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(small, tmp_path):
    command = [*BARTIZAN, "run", str(small), "--worlds", "20000", "--raids", "200", "--out", "out"]
    running = subprocess.Popen(command, cwd=tmp_path, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 200
    while not list(tmp_path.glob("out/parts/few/[0-9]*.parquet")) and time.monotonic() < deadline:
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=240)
    assert running.returncode == 130, said
    assert "What a run has done is kept" in said
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["run"]["finished"] is False
    assert summary["cases"][0]["worlds"] >= 8


def test_what_is_read_and_what_a_study_has_is_not_written_over(small, tmp_path):
    before = small.read_bytes()
    done = bartizan("compare", str(small), "--what-if", "network/delay=9", "--out", str(small), cwd=tmp_path)
    assert (done.returncode, small.read_bytes()) == (2, before)
    assert "is what is read" in done.stderr
    assert bartizan("run", str(small), "--worlds", "2", "--raids", "2", "--out", "r", cwd=tmp_path).returncode == 0
    asked = bartizan("value", "r", "--case", "nonsense", cwd=tmp_path)
    assert (asked.returncode, "no raid 'nonsense'" in asked.stderr) == (2, True), "too few worlds, and no such case"
    summary = (tmp_path / "r" / "summary.json").read_bytes()
    for words in (("report", "r"), ("export", "r", "--to", "html")):
        done = bartizan(*words, "--out", "r/summary.json", cwd=tmp_path)
        assert done.returncode == 2
        assert "is part of a study" in done.stderr
    assert (tmp_path / "r" / "summary.json").read_bytes() == summary
    done = bartizan("report", "r", "--out", str(small), cwd=tmp_path)
    assert (done.returncode, small.read_bytes()) == (2, before)
    assert "holds something else than a page" in done.stderr
    for _ in range(2):
        assert bartizan("report", "r", "--out", "page.html", cwd=tmp_path).returncode == 0, "a page is replaced"
    done = bartizan("report", "r", "--out", "nowhere/x.html", cwd=tmp_path)
    assert (done.returncode, "there is no folder nowhere" in done.stderr) == (2, True)


def test_a_study_in_memory_or_under_a_name_that_is_no_text_is_refused(small, tmp_path):
    for place, told in (("memory://x", "ends with it"), (os.fsdecode(b"bad\xff"), "UTF-8")):
        done = bartizan("run", str(small), "--out", place, cwd=tmp_path)
        assert done.returncode == 2
        assert told in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["small.yaml"]


def test_shares_and_join_are_one_study(small, tmp_path):
    command = ("run", str(small), "--raid", "few", "--worlds", "40", "--raids", "4", "--seed", "2")
    for number in (2, 1):
        done = bartizan(*command, "--share", f"{number}/2", "--out", f"share-{number}", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert f"Share {number} of 2" in done.stdout
    missing = bartizan("join", "share-1", cwd=tmp_path)
    assert missing.returncode == 2
    assert "1 of 3 parts are missing, of worlds 16 to 31" in missing.stderr
    joined = bartizan("join", "share-1", "share-2", "--out", "joined", cwd=tmp_path)
    assert joined.returncode == 0, joined.stderr
    assert "Results: joined" in joined.stdout
    assert json.loads((tmp_path / "joined" / "summary.json").read_text())["cases"][0]["worlds"] == 40


@pytest.mark.parametrize("with_it", [("--until", "1%"), ("--fresh",), ("--journal", "few")])
def test_what_is_for_all_of_a_study_does_not_go_with_a_share(small, tmp_path, with_it):
    done = bartizan("run", str(small), "--share", "1/2", "--out", "out", *with_it, cwd=tmp_path)
    assert done.returncode == 2
    assert f"{with_it[0]} and --share do not go together" in done.stderr
    assert not (tmp_path / "out").exists()


def test_sums_only_keeps_no_threats_and_all_else_still_works(small, tmp_path):
    done = bartizan("run", str(small), "--worlds", "4", "--raids", "4", "--sums-only", "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "out" / "threats.parquet").exists()
    assert bartizan("report", "out", cwd=tmp_path).returncode == 0


def test_catalog_lists_and_shows_sources():
    everything = bartizan("catalog")
    assert everything.returncode == 0
    assert "pantsir-s1" in everything.stdout
    one = bartizan("catalog", "pantsir-s1")
    assert "sources:" in one.stdout
    assert "57E6" in one.stdout
    assert bartizan("catalog", "death-star").returncode == 2


def test_schema_is_json_and_names_the_parts():
    done = bartizan("schema")
    assert done.returncode == 0
    schema = json.loads(done.stdout)
    assert {"assets", "units", "raids"} <= set(schema["properties"])
