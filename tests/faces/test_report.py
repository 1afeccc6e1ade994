"""The report: a stranger's text never becomes markup, nothing is fetched, and every number of the summary is there."""

from __future__ import annotations

import base64
import json
import re
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from tests.faces import sample_summary as sample

from bartizan.faces import cartography, markup, report, words
from bartizan.faces.report import cells, figures, outcome
from bartizan.faces.terminal import tables
from bartizan.ground.errors import ResultsError, UserError
from bartizan.studies import wording
from bartizan.studies.results import Results

CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
LIMIT_BYTES = 3_000_000
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;$\\frac{x}$ \u202e\x00\ud800</td></table>"


class Page(HTMLParser):
    """Checks nesting while it reads, and keeps tags, ids, links and text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("tr", "thead", "tbody", "caption"):
            assert self.open[-1] in ("table", "thead", "tbody"), f"{tag} inside {self.open[-1]}"
        if tag in ("th", "td"):
            assert self.open[-1] == "tr"
        if tag in ("p", "table", "ul", "dl", "figure", "details"):
            assert "p" not in self.open, f"{tag} inside a paragraph, which would end it"
        if tag not in markup.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def images(page: str) -> list[bytes]:
    """The figures of a page in its order: of each, the narrow form and then the wide one."""
    return [base64.b64decode(code) for code in re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", page)]


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    return report.render(sample.write_folder(tmp_path_factory.mktemp("results"), grids=sample.coverage()))


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def rendered(folder: Path, content: dict[str, Any], grids: dict[str, Any] | None = None) -> Page:
    return Page(report.render(sample.write_folder(folder, content, grids)))


# ------------------------------------------------------------------------------------------ self-contained and safe


def test_page_fetches_nothing_and_runs_nothing(html: str, page: Page) -> None:
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "link", "iframe", "object", "embed", "base", "form", "svg", "video", "audio"}
    for tag, attributes in page.tags:
        assert not [key for key in attributes if key.startswith("on")]
        for key in ("src", "srcset", "data", "poster", "background", "action"):
            assert (attributes.get(key) or "data:").startswith("data:"), f"{tag} {key}"
    style = html[html.index("<style>") : html.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


def test_page_forbids_fetching(page: Page) -> None:
    policies = [m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policies == [CSP]


def test_images_hold_nothing_that_acts_or_points_outside(html: str) -> None:
    assert len(images(html)) == 12  # six figures in two widths
    for svg in images(html):
        elements = list(ElementTree.fromstring(svg).iter())
        assert not [e.tag for e in elements if e.tag.rpartition("}")[2] in ("script", "foreignObject", "a", "metadata")]
        targets = [value for e in elements for key, value in e.attrib.items() if key.rpartition("}")[2] == "href"]
        assert all(target.startswith(("#", "data:image/png;base64,")) for target in targets)


def test_page_is_small(html: str) -> None:
    assert len(html.encode()) < LIMIT_BYTES


def test_same_results_make_the_same_page(tmp_path: Path, html: str) -> None:
    assert report.render(sample.write_folder(tmp_path, grids=sample.coverage())) == html


def spoilt(value: Any) -> Any:
    """Every text of the summary that is not a keyword replaced by hostile text."""
    keywords = {*wording.CAUSES, *words.KINDS, "missile", "gun", sample.summary()["scenario"]["digest"]}
    if isinstance(value, dict):
        return {key: spoilt(item) for key, item in value.items()}
    if isinstance(value, list):
        return [spoilt(item) for item in value]
    return HOSTILE if isinstance(value, str) and value not in keywords else value


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    content = spoilt(sample.summary())
    content["numbers"][0]["sources"][0]["url"] = "javascript:alert(1)"
    grids = sample.coverage() | {"target": HOSTILE.replace("\x00", "").replace("\ud800", "")}
    found = rendered(tmp_path, content, grids)
    clean = rendered(tmp_path / "clean", sample.summary(), sample.coverage())
    assert {tag for tag, _ in found.tags} <= {tag for tag, _ in clean.tags}
    assert markup.clean(HOSTILE) in found.text
    assert not re.search("[\x00-\x08\u202a-\u202e\ud800-\udfff]", found.text)
    assert not [a for a in found.all("a") if not (a["href"] or "").startswith("#")]
    assert len(found.all("img")) == len(clean.all("img"))


def test_hostile_text_stays_text_in_figures(tmp_path: Path) -> None:
    content = sample.summary_of_one_raid()
    for unit in content["map"]["units"]:
        unit["name"] = '<script>$\\frac$"&'
    drawn = images(report.render(sample.write_folder(tmp_path, content)))
    texts = [e.text or "" for e in ElementTree.fromstring(drawn[5]).iter() if e.tag.endswith("text")]
    assert '1 <script>$\\frac$"&' in texts
    assert not any(b"<script" in svg for svg in drawn)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "javascript://x/%0aalert(1)",
        "file://host/x",
        "data:text/html,x",
        "//host/x",
        "http://",
        "https://[x",
        "",
    ],
)
def test_only_web_addresses_become_links(address: str) -> None:
    assert markup.link(address, "label") == "label"
    assert 'href="https://example.org/?a=1&amp;b=2"' in markup.link("https://example.org/?a=1&b=2", "label")


# ------------------------------------------------------------------------------------------ for every reader


def test_language_title_headings_and_alternatives(page: Page) -> None:
    assert page.all("html")[0]["lang"] == "en"
    assert "Aldersund power station" in page.text
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(len(image["alt"] or "") > 40 for image in page.all("img"))
    assert all(cell["scope"] in ("col", "row") for cell in page.all("th"))


def test_links_inside_the_page_lead_somewhere_and_ids_are_unique(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    inside = {(a["href"] or "")[1:] for a in page.all("a") if (a["href"] or "").startswith("#")}
    assert inside <= set(ids)
    assert {"claim-1", "claim-2", "claim-3"} <= inside


def test_tables_scroll_in_their_own_frame(page: Page) -> None:
    frames = [a for a in page.all("div") if a.get("class") == "scroll"]
    assert len(frames) == len(page.all("table"))
    assert all(frame["tabindex"] == "0" and frame["aria-label"] for frame in frames)


def test_answer_in_plain_words(page: Page) -> None:
    text = page.text.replace(words.NBSP, " ")
    assert "Of 8 threats (slow one-way drone), 2.1 get through on average." in text
    assert "At least one gets through in about 91 of 100 such raids." in text
    case = sample.summary()["cases"][0]["leakers"]
    low, high = words.spoken(case["world_low"]), words.spoken(case["world_high"])
    assert f"The average could well be anywhere from {low} to {high}, depending on facts" in text
    assert "Of 1 threat (quadcopter), none got through in any raid played." in text
    assert "Played at 6 sizes." in text
    assert "12 × slow one-way drone, 4 × subsonic cruise missile, 8 × decoy" in text


def test_every_cause_fate_and_grade_is_explained(page: Page) -> None:
    for cause in wording.CAUSES.values():
        assert cause.title in page.text
        assert cause.meaning in page.text
    for title, meaning in wording.FATES.values():
        assert title in page.text
        assert meaning in page.text
    for meaning in (*wording.SOURCE_GRADES.values(), *wording.INFORMATION_GRADES.values()):
        assert meaning in page.text
    assert tuple(wording.CAUSES) == sample.CAUSES
    for topic in ("neutral", "Terrain", "clutter", "Moving", "Wrecks", "Tactics that react"):
        assert topic in page.text


def estimates(case: dict[str, Any]) -> list[tuple[dict[str, Any], Any]]:
    """Every estimate of a case with the form it is written in."""
    found = [(case["leak"], words.percent), (case["any"], words.percent), (case["leakers"], words.amount)]
    shares = [*case["fates"].values(), *case["causes"].values(), *(u["saturated"] for u in case["units"])]
    for row in (*case["assets"], *case["types"]):
        shares += [row[key] for key in ("leak", "hit") if key in row] + list(row.get("causes", {}).values())
    for row in case["effectors"]:
        shares.append(row["emptied"])
        found += [(row[key], words.amount) for key in ("engagements", "rounds", "kills")]
    return found + [(share, words.percent) for share in shares]


def test_every_number_of_the_summary_is_on_the_page(page: Page) -> None:
    for case in sample.summary()["cases"]:
        for estimate, write in estimates(case):
            if estimate["mean"] is None:
                continue
            assert write(estimate["mean"]) in page.text
            assert words.between(estimate["low"], estimate["high"], write) in page.text
            if "world_low" in estimate:
                assert words.between(estimate["world_low"], estimate["world_high"], write) in page.text
                assert words.percent(estimate["ignorance_share"]) in page.text
        for row in case["assets"]:
            assert words.amount(row["aimed"]) in page.text


@pytest.mark.parametrize(
    ("content", "is_one"),
    [("12.0–13.0\xa0%", True), ("1.38\xa0M–1.95\xa0M", True), ("<\xa00.1\xa0%", True), ("3 of 5 rounds", False)],
)
def test_no_line_parts_a_figure_where_cells_wrap(content: str, is_one: bool) -> None:
    assert ('class="figure"' in markup.table("", ["a", "b"], [["c", content]], "wide")) == is_one
    assert 'class="figure"' not in markup.table("", ["a", "b"], [["c", content]])


def test_cells_stand_under_their_headings(tmp_path: Path) -> None:
    content = sample.summary() | {"cases": [sample.cases()[0]]}
    leak = {"mean": 0.11, "low": 0.12, "high": 0.13, "world_low": 0.14, "world_high": 0.15, "ignorance_share": 0.16}
    content["cases"][0]["leak"] = leak
    table = report.render(sample.write_folder(tmp_path, content)).split("<table>")[1].split("</table>")[0]
    heads = re.findall(r'<th scope="col">(.*?)</th>', table)
    cells = re.findall(r'<t[dh](?: scope="row"| data-label="[^"]*")?>(.*?)</t[dh]>', table.split("<tbody>")[1])
    row = dict(zip(heads, cells, strict=True))
    space = words.NBSP
    assert row["Fraction that gets through"] == f"11.0{space}%"
    assert row[f"95{space}% interval"] == f"12.0–13.0{space}%"
    assert row["Range over worlds"] == f"14.0–15.0{space}%"
    assert row["Ignorance"] == f"16.0{space}%"


def test_every_row_has_a_cell_for_each_heading(tmp_path: Path) -> None:
    found = report.render(sample.write_folder(tmp_path, sample.summary(), sample.coverage(10)))
    tables = re.findall(r"<table.*?</table>", found, re.DOTALL)
    assert len(tables) > 5
    for head, body in (table.split("<tbody>") for table in tables):
        rows = {len(re.findall(r"<t[dh][ >]", row)) for row in body.split("</tr>")[:-1]}
        assert rows <= {len(re.findall(r"<th[ >]", head))}, head


def test_evidence_and_provenance(page: Page) -> None:
    summary = sample.summary()
    for number in summary["numbers"]:
        assert number["what"] in page.text
        assert number["value"] in page.text
    for claim in summary["claims"]:
        assert claim["says"] in page.text
        assert claim["grade"] in page.text
    assert all(finding["text"] in page.text for finding in summary["findings"])
    assert summary["scenario"]["digest"] in page.text
    assert "bartizan run aldersund:hill --worlds 200 --raids 50 --seed 20310203" in page.text
    assert {"https://example.org/handbook"} == {
        a["href"] for a in page.all("a") if not (a["href"] or "").startswith("#")
    }
    assert "source fairly reliable; information possibly true" in {a["title"] for a in page.all("abbr")}


# ------------------------------------------------------------------------------------------ parts that are missing


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("cases", "These results hold no raids, so there is no answer."),
        ("map", "These results hold no map of the sites."),
        ("numbers", "These results do not list the numbers that went in."),
        ("claims", "The scenario cites no statements by sources."),
        ("findings", "These results list no conflicts and no other remarks on the sources."),
    ],
)
@pytest.mark.parametrize("gone", [True, False])
def test_missing_parts_are_said_to_be_missing(tmp_path: Path, part: str, says: str, gone: bool) -> None:
    content = sample.summary_of_one_raid()
    assert says not in rendered(tmp_path / "whole", content).text
    if gone:
        del content[part]
    else:
        content[part] = None
    assert says in rendered(tmp_path / "part", content).text


def test_no_coverage_and_no_series_are_said(tmp_path: Path) -> None:
    content = sample.summary()
    content["cases"] = content["cases"][:2]
    found = rendered(tmp_path, content)
    assert "This study has no coverage maps" in found.text
    assert "No raid of this study was played at several sizes" in found.text


@pytest.mark.parametrize("damage", ["bytes", "shape", "areas", "missing", "object"])
def test_damaged_coverage_is_said_and_nothing_else_suffers(tmp_path: Path, damage: str) -> None:
    grids = sample.coverage(10)
    if damage == "shape":
        grids["seen"] = grids["seen"][:, :-1]
    if damage == "areas":
        grids["areas_km2"] = grids["areas_km2"][:, :2]
    if damage == "missing":
        del grids["engageable"]
    if damage == "object":
        grids["seen"] = np.array([{}], dtype=object)
    sample.write_folder(tmp_path, sample.summary_of_one_raid(), grids)
    if damage == "bytes":
        (tmp_path / "coverage.npz").write_bytes(b"PK not really")
    found = Page(report.render(tmp_path))
    assert "so there is no coverage map." in found.text
    assert "2.1 get through on average" in found.text


def test_bare_summary_and_bare_cases(tmp_path: Path) -> None:
    assert "A study without a title" in rendered(tmp_path / "a", {"format": 1}).text
    found = rendered(tmp_path / "b", {"format": 1, "cases": [{}, {"series": True}, {"series": True, "size": 3}]})
    assert "it is not known how many get through" in found.text


def test_undefined_numbers_are_dashes_not_null(tmp_path: Path) -> None:
    def emptied(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: item if key == "worth" else emptied(item) for key, item in value.items()
            }  # whole, or not there
        if isinstance(value, list):
            return [emptied(item) for item in value]
        return value if isinstance(value, str | bool) else None

    content = sample.summary()
    content["cases"] = emptied(content["cases"])
    found = rendered(tmp_path, content)
    assert not re.search(r"\b(None|null|nan|inf)\b", found.text)


def test_unfinished_study_is_said(tmp_path: Path) -> None:
    content = sample.summary_of_one_raid()
    content["run"]["finished"] = False
    assert "This study was stopped before it was finished." in rendered(tmp_path, content).text


@pytest.mark.parametrize("grid", [0.0, 1.0, 0.3, np.nan])
def test_coverage_that_is_the_same_everywhere(tmp_path: Path, grid: float) -> None:
    grids = sample.coverage(5)
    grids |= dict.fromkeys(("seen", "engageable", "ring_seen", "ring_engageable"), np.full_like(grids["seen"], grid))
    drawn = images(report.render(sample.write_folder(tmp_path, sample.summary_of_one_raid(), grids)))
    note = {0.0: "seldom in reach", 0.3: "seldom in reach", 1.0: "in reach everywhere"}.get(grid)
    assert note is None or note.encode() in drawn[6]
    hatched = drawn[6].count(b"fill: url(#h") - 1  # one is the legend's
    assert hatched == (3 if grid < 0.5 else 0)  # rings say the same, and are not drawn


def test_rings_that_fill_the_map_are_said_and_not_drawn(tmp_path: Path) -> None:
    grids = sample.coverage(5)
    full = np.ones_like(grids["seen"])
    for rings, drawn in ((full, False), (np.where(np.arange(5) < 2, 0.0, full), True)):
        grids |= {"ring_seen": rings, "ring_engageable": rings}
        page = report.render(sample.write_folder(tmp_path / str(drawn), sample.summary_of_one_raid(), grids))
        texts = "".join(e.text or "" for e in ElementTree.fromstring(images(page)[6]).iter() if e.tag.endswith("text"))
        assert ("rings alone" in texts) is drawn
        assert ("all of this map would be seen and in reach" in page) is not drawn
        assert ("the whole map" in page) is not drawn
        assert "hidden" in texts


def test_a_table_of_shares_has_the_fewer_as_its_columns_and_no_more_than_fit() -> None:
    cases = [{"title": f"Raid {k}", "short": f"R{k}"} for k in range(12)]
    few = cells.grid("Shares", "Place", cases, {"A": dict.fromkeys(range(12), 0.5), "B": {0: 1.0}})
    assert re.findall(r'scope="col">(.*?)</th>', few) == ["Raid", "<bdi>A</bdi>", "<bdi>B</bdi>"]
    assert few.count('scope="row"') == 12
    many = cells.grid("Shares", "Place", cases, {f"P{k}": {k % 12: 0.5} for k in range(30)})
    tables = many.split("<table")[1:]
    assert [one.count('scope="col"') for one in tables] == [11, 3]
    assert all(one.count('scope="row"') == 30 for one in tables)
    assert many.count(">50.0" + words.NBSP) == 30


def test_names_in_figures_wrap_and_give_way_to_short_ones() -> None:
    case = {"title": "More and more slow drones at once, from every side", "size": 64, "series": True}
    lines = words.wrapped(words.short_label(case), 24)
    assert " ".join(lines) == words.label(case)
    assert max(map(len, lines)) <= 24
    assert words.short_label(case | {"short": "Drones"}) == "Drones, 64 sent"
    assert words.wrapped("x" * 500, 24)[-1].endswith("…")


def test_many_altitudes_are_drawn_as_three(tmp_path: Path) -> None:
    grids = sample.coverage(6)
    grids |= dict.fromkeys(("seen", "engageable", "ring_seen", "ring_engageable"), np.zeros((6, 6, 6)))
    grids |= {"altitudes": np.arange(1, 7) * 100.0, "areas_km2": np.zeros((2, 3, 6, 3))}
    page = report.render(sample.write_folder(tmp_path, sample.summary_of_one_raid(), grids))
    drawn = "".join(e.text or "" for e in ElementTree.fromstring(images(page)[6]).iter() if e.tag.endswith("text"))
    assert "3 of 6 altitudes are drawn." in page
    assert re.findall(r"at (\d+) m, with", drawn.replace(words.NBSP, " ")) == ["100", "400", "600"]


def test_square_kilometres_stand_beside_the_coverage_map(tmp_path: Path) -> None:
    grids = sample.coverage(9)
    grids["areas_km2"] = np.zeros((2, 3, 3, 3))
    grids["areas_km2"][:, :, 0] = [[[1234.0, 1000, 1400], [200, 100, 300], [1034, 900, 1100]]] * 2
    found = rendered(tmp_path, sample.summary_of_one_raid(), grids).text.replace(words.NBSP, " ")
    assert "by rings alone" in found
    for cell in ("1 230 (1 000 to 1 400)", "200 (100 to 300)", "1 030 (900 to 1 100)"):
        assert cell in found
    assert "≥ 1 230" in found  # the sample's rings go on beyond the map


def test_a_mean_outside_of_its_range_is_explained_where_there_is_one(tmp_path: Path) -> None:
    """One world of twenty-four can carry the mean out of the middle 80 % of them."""
    grids = sample.coverage(9)
    grids["areas_km2"] = np.full((2, 3, 3, 3), 2.0)
    assert words.OUTSIDE not in rendered(tmp_path / "inside", sample.summary_of_one_raid(), grids).text
    grids["areas_km2"][0, 1, 0] = (0.02, 0.0, 0.01)
    assert words.OUTSIDE in rendered(tmp_path / "outside", sample.summary_of_one_raid(), grids).text


@pytest.mark.parametrize(("mean", "is_told"), [(5.0, False), (20.0, True)])
def test_the_terminal_explains_a_mean_outside_of_its_range(
    mean: float, is_told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    three = {"mean": mean, "p10": 0.0, "p90": 10.0}
    row = {"unit": None, "quantity": "seen", "altitude_m": 50.0, "rings_leave_map": False}
    ways = dict.fromkeys(("by_rings_km2", "with_skyline_km2", "hidden_km2"), three)
    tables.coverage({"target": "drone", "speed_m_s": 50, "worlds": 24, "areas": [row | ways], "approaches": []})
    assert (words.OUTSIDE in capsys.readouterr().out) is is_told


def test_a_large_study_stays_small(tmp_path: Path) -> None:
    content, rng = sample.summary(), np.random.default_rng(1)
    content["cases"] = [case | {"raid": f"{case['raid']}-{i}"} for i in range(6) for case in content["cases"]]
    content["map"]["units"] = [
        u | {"name": f"{u['name']} {i}", "east": u["east"] + 90.0 * i, "north": u["north"] - 70.0 * i}
        for i in range(6) for u in content["map"]["units"]
    ]  # fmt: skip
    grids = sample.coverage(600)
    noisy = np.clip(grids["seen"] + rng.normal(0, 0.02, grids["seen"].shape), 0, 1)
    grids["seen"] = grids["engageable"] = np.round(noisy, 2)
    page = report.render(sample.write_folder(tmp_path, content, grids))
    assert len(page.encode()) < LIMIT_BYTES
    assert f"The first {figures.ROWS_SHOWN} of 60 raids are drawn" in page


# ------------------------------------------------------------------------------------------ reading and writing


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "holds no results"),
        ("{", "is damaged"),
        ("[" * 100_000, "is damaged"),
        ("[]", "expected a JSON object"),
        ('{"format": 2}', "this version reads format 1"),
        ('{"format": 1, "cases": {}}', "cases cannot be read"),
    ],
)
def test_unusable_results_are_refused(tmp_path: Path, text: str | None, says: str) -> None:
    if text is not None:
        (tmp_path / "summary.json").write_text(text, encoding="utf-8")
    with pytest.raises(ResultsError, match=says):
        report.render(tmp_path)


def test_write_replaces_whole_and_leaves_nothing_aside(tmp_path: Path) -> None:
    folder = sample.write_folder(tmp_path / "results", {"format": 1})
    out = tmp_path / "report.html"
    out.write_text("old", encoding="utf-8")
    assert report.write(folder, out) == out
    assert out.read_text(encoding="utf-8") == report.render(folder)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["report.html", "results"]


def test_failed_write_keeps_the_old_page(tmp_path: Path) -> None:
    folder = sample.write_folder(tmp_path / "results", {"format": 1})
    with pytest.raises(UserError, match="cannot write the report"):
        report.write(folder, tmp_path / "missing" / "report.html")
    (tmp_path / "taken").mkdir()
    with pytest.raises(UserError, match="cannot write the report"):
        report.write(folder, tmp_path / "taken")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["results", "taken"]


def test_drawing_leaves_no_settings_behind(tmp_path: Path) -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    pyplot = "matplotlib.pyplot" in sys.modules
    report.render(sample.write_folder(tmp_path, sample.summary_of_one_raid()))
    assert dict(matplotlib.rcParams) == before
    assert ("matplotlib.pyplot" in sys.modules) == pyplot


def test_nothing_heavy_is_imported_before_a_figure_is_drawn() -> None:
    import subprocess

    code = "import sys, bartizan.faces.report; print([m for m in ('matplotlib', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.replace("'", '"')) == []


# ------------------------------------------------------------------------------------------ wording and labels


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (0.2634, "26.3 %"),
        (0.0001, "< 0.1 %"),
        (0.99999, "> 99.9 %"),
        (None, "–"),
        (float("nan"), "–"),
        ("1", "–"),
    ],
)
def test_percent(value: object, written: str) -> None:
    assert words.percent(value).replace(words.NBSP, " ") == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (0.001, "< 0.01"), (2.071, "2.07"), (23.44, "23.4"), (104.2, "104"), (1400, "1 400")],
)
def test_amount(value: float, written: str) -> None:
    assert words.amount(value).replace(words.NBSP, " ") == written


def test_labels_of_the_map_do_not_overlap() -> None:
    sites = [(100.0 + 4 * i, 100.0 + 3 * i) for i in range(12)]
    taken = [(x - 6, y - 6, x + 6, y + 6) for x, y in sites]
    for x, y in sites:
        place = cartography._free_place(x, y, 60, 11, taken, (0, 0, 500, 500))
        assert place is not None
        box = place[2]
        assert not any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken)
        taken.append(box)
    assert cartography._free_place(5, 5, 60, 11, [], (0, 0, 10, 10)) is None


def test_marks_of_assets_go_on_after_z() -> None:
    assert [cartography._letters(i) for i in (0, 25, 26, 27, 52, 701, 702)] == ["A", "Z", "AA", "AB", "BA", "ZZ", "AAA"]


def test_an_average_outside_its_range_is_explained_on_the_terminal_and_in_the_report(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """0.3 % beside a range of 0.1 to 0.1 %: few worlds carry it, which is said; a range has as many digits as it."""
    usual, rare = sample.cases()[:2]
    rare["name"] = "rare"
    rare["leak"] = {"mean": 0.003, "low": 0.001, "high": 0.01, "world_low": 0.0008, "world_high": 0.0012,
                    "ignorance_share": 0.5}  # fmt: skip
    tables.results(Results(Path(), {"scenario": {"title": "T"}, "cases": [usual, rare]}))
    told = capsys.readouterr().out
    assert "0.3%" in told
    assert "0.1% - 0.1%" in told
    assert told.rstrip().endswith("a few worlds beyond carry the average of rare")
    rare["leakers"] = {key: value * (1 if key == "ignorance_share" else 1000) for key, value in rare["leak"].items()}
    assert f"In the middle 80{words.NBSP}% of worlds between 0.8 and 1.2 get through on average" in outcome.depends(
        rare["leakers"]
    )
    assert "hardly depends" not in outcome.depends(rare["leak"])
    assert any("carried by a few worlds beyond it" in meaning for _, meaning in words.READING)


def test_a_part_of_a_study_says_how_much_of_it_was_played(tmp_path: Path) -> None:
    content = sample.summary_of_one_raid()
    content["run"] |= {"finished": False, "worlds": 2048}
    content["cases"][0]["worlds"] = 192
    text = rendered(tmp_path, content).text
    assert "the part that was played: 192 of 2048 worlds" in text
    assert re.search(r"each in 192 of 2\W?048\Wworlds", text)


def test_one_world_tells_nothing_of_what_is_unknown(tmp_path: Path) -> None:
    content = sample.summary_of_one_raid()
    content["cases"][0]["worlds"] = 1
    text = rendered(tmp_path, content).text
    assert "One world tells nothing of what depends on facts" in text
    assert "hardly depends" not in text


def test_no_class_name_of_ours_stands_in_a_report(tmp_path: Path) -> None:
    """A rename once went too far."""
    from bartizan.studies.documents import cases, results

    kinds = [name for module in (cases, results) for name, kind in vars(module).items() if isinstance(kind, type)]
    text = rendered(tmp_path, sample.summary()).text
    assert not [name for name in kinds if re.search(rf"\b{name}\b", text) and re.search("[a-z][A-Z]", name)]
