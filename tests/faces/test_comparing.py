"""Commands that set layouts beside one another, as a person meets them: what they print, write and refuse."""

from __future__ import annotations

import json

import pytest
from tests.docs.test_docs_run import run_command
from tests.studies.test_whatif import site

from bartizan.faces.report.compared import heading
from bartizan.faces.report.tuned import endings


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site.yaml").write_text(json.dumps(site()))
    return tmp_path


def test_a_comparison_is_printed_written_as_a_page_and_given_as_json(here):
    line = "bartizan compare site.yaml --what-if 'units/first/present=0' --raid few --worlds 16 --until 50%"
    code, printed = run_command(f"{line} --out page.html")
    assert code == 0, printed
    assert "Fewest get through site.yaml" in printed
    page = (here / "page.html").read_text()
    assert page.count("data:image/svg+xml") == 2
    assert "units/first/present=0" in page
    code, printed = run_command(f"{line} --json")
    assert json.loads(printed)["cases"][0]["best"] == "site.yaml"


def test_a_sweep_is_printed_and_drawn_as_a_curve_or_a_map(here):
    line = "bartizan sweep site.yaml --over raids/few/size=2..6..2 --worlds 8 --until 90% --enough 80%"
    code, printed = run_command(f"{line} --out curve.html")
    assert code == 0, printed
    assert "raids/few/size" in printed
    code, printed = run_command(f"{line} --over systems/battery/channels=1,2 --out map.html")
    assert code == 0, printed
    for name in ("curve.html", "map.html"):
        assert "data:image/svg+xml" in (here / name).read_text()


def test_values_that_do_the_same_beside_the_scenario_as_it_is_make_a_difference(here):
    line = "bartizan sweep site.yaml --over units/first/present=0 --raid few --worlds 8 --until 90%"
    code, printed = run_command(line)
    assert code == 0, printed
    assert "makes any difference" not in printed
    code, printed = run_command(line.replace("present=0", "present=1"))
    assert "No value makes any difference" in printed


def test_costs_are_drawn_over_two_quantities_as_what_gets_through_is(here):
    line = "bartizan sweep power-station --raid drones --worlds 8 --until 90%"
    over = "--over systems/gepard/channels=1,2 --over units/Jammer/present=0,1 --out costs.html"
    code, printed = run_command(f"{line} {over}")
    assert code == 0, printed
    through, _, spent = (here / "costs.html").read_text().partition("What gets through at each value")
    assert through.count("data:image/svg+xml") == spent.count("data:image/svg+xml") == 2  # narrow and wide
    assert "Cost of rounds fired in a raid by" in spent


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("compare site.yaml", "two layouts"),
        ("compare site.yaml --what-if units/nobody/present=0", "no unit of that name"),
        ("compare site.yaml site.yaml --worlds 1", "1"),
        ("compare site.yaml site.yaml --worlds 2 --out nowhere/page.html", "nowhere"),
        ("sweep site.yaml --over raids/few/size", "PATH=VALUES"),
        ("sweep site.yaml --over raids/few/size=1,x", "size"),
        ("sweep site.yaml --over raids/few/size=1,2 --over raids/few/size=3", "once"),
    ],
)
def test_mistakes_end_with_2_and_say_what_to_change(here, line, told):
    code, printed = run_command(f"bartizan {line}")
    assert code == 2, printed
    assert told in printed
    assert "Traceback" not in printed


def test_a_placement_is_told_drawn_and_written_as_a_scenario(here):
    sites = [{"name": f"<b>{name}", "at": {"east": e, "north": n}} for name, e, n in (("a", 0, 900), ("b", 0, -9000))]
    asked = {"units": [{"system": "battery"}], "sites": sites, "raids": ["few"], "within": "20 %"}
    (here / "site.yaml").write_text(json.dumps(site(placement=asked)))
    code, printed = run_command("bartizan place site.yaml --worlds 64 --out answer")
    assert code == 0, printed
    assert "Put battery at" in printed
    assert "all 2 layouts" in printed
    page = (here / "answer" / "report.html").read_text()
    assert "data:image/svg+xml" in page
    assert "<b>a" not in page
    code, again = run_command("bartizan place site.yaml --worlds 64 --out answer --json")
    assert json.loads(again)["layouts"] == 2
    code, printed = run_command("bartizan check answer/placed.yaml")
    assert code == 0, printed


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("place site.yaml", "has no `placement`"),
        ("place power-station --worlds 10", "64"),
        ("place power-station --objective least", "least"),
        ("place power-station --within 0", "more than 0 and less than 100 %"),
    ],
)
def test_mistakes_about_placements_are_told(here, line, told):
    code, printed = run_command(f"bartizan {line}")
    assert code == 2, printed
    assert told in printed


def test_rules_are_tuned_told_drawn_and_written_as_a_scenario(here):
    line = "bartizan tune site.yaml --raid few --over systems/battery/doctrine/salvo=2..3 --worlds 64 --within 20%"
    code, printed = run_command(f"{line} --weight drone=2 --out answer")
    assert code == 0, printed
    assert "all 3 choices" in printed
    assert "data:image/svg+xml" in (here / "answer" / "report.html").read_text()
    code, again = run_command(f"{line} --weight drone=2 --out answer --json")
    assert json.loads(again)["choices"] == 3
    code, printed = run_command("bartizan check answer/tuned.yaml")
    assert code == 0, printed


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("--over systems/battery/doctrine/salvo", "PATH=VALUES"),
        ("--over raids/few/size=1,2", "defence's own"),
        ("--over systems/battery/channels=1 --over systems/battery/channels=2", "together"),
        ("--over systems/battery/channels=1 --weight drone=x", "NAME=NUMBER"),
        ("--over systems/battery/channels=1 --weight nobody=2", "nobody"),
    ],
)
def test_mistakes_about_rules_are_told(here, line, told):
    code, printed = run_command(f"bartizan tune site.yaml {line}")
    assert code == 2, printed
    assert told in printed
    assert not (here / "results" / "tune-site" / "tuning.json").exists()


def test_paths_are_told_by_as_many_of_their_last_parts_as_it_takes() -> None:
    first, second = "units/Patriot/effectors/MSE/release/drone", "units/Patriot/effectors/GEM-T/release/drone"
    assert endings([first, "network/delay"]) == ["drone", "delay"]
    assert endings([first, second]) == ["MSE/release/drone", "GEM-T/release/drone"]
    assert endings([first]) == ["drone"]


def test_sizes_of_a_raid_are_told_apart_where_they_are_called_alike() -> None:
    cases = [{"title": "Drones", "case": "drones-15"}, {"title": "Drones", "case": "drones-30"},
             {"title": "Missiles", "case": "missiles"}]  # fmt: skip
    assert [heading(each, cases) for each in cases] == ["Drones (drones-15)", "Drones (drones-30)", "Missiles"]
