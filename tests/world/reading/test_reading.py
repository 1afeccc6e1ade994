"""The reading aid: exact spans, what rules take from texts, what is said beside claims, and what a person accepts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.world.reading import scoring

from bartizan.faces import cli
from bartizan.faces.commands import reading
from bartizan.ground.errors import UserError
from bartizan.world.reading import accepted, beside, files, telling
from bartizan.world.reading.amounts import amounts
from bartizan.world.reading.candidates import candidates
from bartizan.world.reading.names import Names, designations
from bartizan.world.reading.sentences import is_english, sentences
from bartizan.world.scenario import load
from bartizan.world.schema import Claim

NAMES = Names(
    ["Old Mill", "Selim dam", "Karsava air base"],
    ["Pantsir-S1 (96K6, SA-22 Greyhound)", "S-400 Triumf battery"],
    ["Shahed-136 (Geran-2) class"],
)

# ------------------------------------------------------------------------------------------------- scores

RECALL = 0.9


def test_the_reports_of_moscow_2023_are_read_nearly_whole(shared: Path) -> None:
    """Those from which the rules were written: less than this is a rule that broke."""
    score = scoring.scored(scoring.seeds(shared / "seeds"))
    print("reports of moscow-2023:", score, score.missed)
    assert score.claims == 34
    assert score.value >= RECALL
    assert score.useful >= 0.4


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("events", scoring.SETS)
def test_texts_of_other_events_are_scored(events: str, named: bool) -> None:
    """Printed, and held to nothing but what a score is: texts are added before rules are changed."""
    score = scoring.scored(scoring.own_texts(named)[scoring.SETS[events]])
    print(events, "named" if named else "not named", score, score.missed)
    assert 0 < score.value <= score.kind <= score.sentence <= 1
    assert len(score.missed) == round(score.claims * (1 - score.value))


# ------------------------------------------------------------------------------------------------- spans

PIECES = st.sampled_from([
    "A Pantsir", "stands", "on the roof of", "the Selim dam", "Two", "S-400", "launchers", "were", "shot down",
    "drones", ".", "\n\n", "4 km", "from", "half a dozen", "eight-storey", "Mr.", '"', "’s", "—", "the ministry",
    "did not comment", "\u202e", "雷",
])  # fmt: skip


@given(st.lists(PIECES, max_size=30).map(" ".join) | st.text(max_size=200))
def test_a_candidate_is_what_stands_between_its_letters(text: str) -> None:
    for one in candidates(text, NAMES):
        assert text[one.start : one.end] == one.quote
        assert text[one.sentence.start : one.sentence.end] == one.sentence.text
        assert one.sentence.start <= one.start < one.end <= one.sentence.end
    starts = [one.sentence.start for one in candidates(text, NAMES)]
    assert starts == sorted(starts)


@given(st.text(max_size=300))
def test_sentences_hold_every_letter_that_is_no_space(text: str) -> None:
    kept = "".join(sentence.text for sentence in sentences(text))
    assert "".join(kept.split()) == "".join(text.split())


def test_sentences_end_where_they_end() -> None:
    text = "Mr. Orr saw it at 2.40 a.m. on Friday. He left!\n\nA headline\nThe next. It is used for\n\ndefence."
    told = [" ".join(sentence.text.split()) for sentence in sentences(text)]
    assert told == [
        "Mr. Orr saw it at 2.40 a.m. on Friday.",
        "He left!",
        "A headline",
        "The next.",
        "It is used for defence.",
    ]


def test_a_text_that_ends_no_sentence_is_read_in_pieces() -> None:
    text = "a Pantsir stands near Selim dam and two drones were shot down " * 500
    told = list(sentences(text))
    assert max(len(sentence.text) for sentence in told) <= 1000
    assert "".join("".join(sentence.text for sentence in told).split()) == "".join(text.split())
    assert len(candidates(text, NAMES)) > 500
    assert max(len(sentence.text) for sentence in sentences("x" * 5000)) == 1000


def test_a_question_claims_nothing() -> None:
    assert candidates("Is there a Pantsir at the Selim dam?", NAMES) == []
    assert candidates("There is a Pantsir at the Selim dam.", NAMES) != []


# ------------------------------------------------------------------------------------------------- parts


@pytest.mark.parametrize(
    ("text", "value", "bound"),
    [
        ("about 30 km", "30 km", "about"), ("one-and-a-half miles", "1.5 mi", ""), ("half a dozen sites", 6, ""),
        ("up to 1,200 metres", "1200 m", "at most"), ("at least twenty-one guns", 21, "at least"),
        ("160km", "160 km", ""), ("180 kilometres an hour", "180 km/h", ""), ("90 mph", "90 mph", ""),
        ("2.5 nautical miles", "2.5 nmi", ""), ("an eight-story building", 8, ""), ("both places", 2, ""),
        ("a pair of guns", 2, ""), ("300 feet", "300 ft", ""), ("more than 5 guns", 5, "more than"),
        ("no more than 5 guns", 5, "at most"), ("well beyond 40 km", "40 km", "more than"),
        ("fewer than 5 guns", 5, "less than"), ("no fewer than 5 guns", 5, "at least"), ("moreover 5 guns", 5, ""),
    ],
)  # fmt: skip
def test_numbers_are_read_in_digits_and_words(text: str, value: Any, bound: str) -> None:
    (found,) = amounts(text)
    assert (found.value, found.bound) == (value, bound)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("between 20 and 30 drones", ["20 to 30"]),
        ("a range of 25 to 40 km", ["25 to 40 km"]),
        ("150–180 km/h", ["150 to 180 km/h"]),
        ("three to five trucks", ["3 to 5"]),
        ("one or two trucks", ["1 to 2"]),
        ("15-20 drones", ["15 to 20"]),
        ("is 25-40 km", ["25 to 40 km"]),
        ("on 2023-05-30", [2023]),
        ("20 and 30 drones", [20, 30]),
        ("from 5 km to 2 km", ["5 km", "2 km"]),
        ("5 km to 20 trucks", ["5 km", 20]),
    ],
)
def test_two_numbers_are_a_range_where_they_are_its_ends(text: str, values: list[Any]) -> None:
    assert [amount.value for amount in amounts(text)] == values


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Of the 20 drones, 12 were shot down and 5 were jammed.", ["12 stopped", "5 jammed"]),
        ("Seven drones were not shot down.", ["7"]),
        ("85 per cent of the drones were destroyed.", ["85 % stopped"]),
        ("Of the drones launched, 85% were shot down.", ["85 % stopped"]),
        (
            "Some 85 percent of the drones launched at the dam were destroyed, two hit it.",
            ["about 85 % stopped", "2 through"],
        ),
    ],
)
def test_other_fates_are_other_topics(text: str, told: list[str]) -> None:
    found = [one for one in candidates(text, NAMES, in_context=True) if one.kind == "outcome" and one.amount]
    assert [accepted.in_words(one) for one in found] == [f"Of what flew: {each}." for each in told]


def test_what_was_sent_and_what_was_stopped_are_told_apart() -> None:
    text = (
        "Ukraine's air force said that Russia launched 31 Shahed drones at Kyiv, of which 29 were shot down. Mayor "
        "Klitschko said between 25 and 35 drones were used and at least 15 were downed. None of the 8 missiles was "
        "intercepted."
    )
    found = [one for one in candidates(text, NAMES) if one.kind == "outcome" and one.amount]
    assert [(accepted.in_words(one), one.cites) for one in found] == [
        ("Of what flew: 31 sent.", "air force"), ("Of what flew: 29 stopped.", "air force"),
        ("Of what flew: 25 to 35 sent.", "Mayor Klitschko"), ("Of what flew: at least 15 stopped.", "Mayor Klitschko"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["S-400", "the Pantsir-S1", "at 10:30", "5 %", "1.2.3", "someone", "Kh-101"])
def test_designations_and_clocks_are_no_numbers(text: str) -> None:
    assert list(amounts(text)) == []


def test_what_things_are_called() -> None:
    assert set(designations("Pantsir-S1 (96K6, SA-22 Greyhound)")) >= {"Pantsir-S1", "Pantsir", "SA-22", "Greyhound"}
    assert "Pole" not in set(designations("Pole-21 (R-340RP) emitter"))
    assert "Shahed" in set(designations("Shahed-136 (Geran-2) class"))
    called = [mention.name.called for mention in NAMES.mentions("Pantsirs at the dam of Selim and at Karsava")]
    assert called == ["Pantsir-S1", "Selim dam", "Karsava air base"]
    assert not NAMES.mentions("patriotic people of an old mine")


@pytest.mark.parametrize(
    ("sentence", "cites", "hedge"),
    [
        ("A gun stands there, according to the daily Courier.", "the daily Courier", ""),
        ("Meduza reported that it had been seen.", "Meduza", ""),
        ("It was allegedly seen, the analyst Marek Toll said.", "the analyst Marek Toll", "allegedly"),
        ("The defence ministry said it appears to be a radar.", "The defence ministry", "appears to be"),
        ("He said so.", "", ""),
        ("Four jammers stand around the plant, and people talk about the dam.", "", ""),
        ("It is guarded around the clock up to the river.", "", ""),
        ("It has around four jammers for about half the night.", "", "around, about"),
        ("It reaches up to 40 km.", "", "up to"),
        ("It stands there.", "", ""),
    ],
)
def test_who_is_cited_and_how_it_is_hedged(sentence: str, cites: str, hedge: str) -> None:
    assert telling.cited(sentence) == cites
    assert ", ".join(telling.hedges(sentence)) == hedge


@pytest.mark.parametrize(
    "text",
    [
        "Sources close to the Kremlin spoke of a system.", "The US pledged Patriot missiles.", "A 30 mm gun fired.",
        "Drones might be shot down if they came.", "It happened in May.", "The patriotic rally lasted four hours.",
    ],
)  # fmt: skip
def test_what_is_no_claim_gives_none(text: str) -> None:
    assert [one.kind for one in candidates(text, NAMES)] == []


def test_what_it_is_not_told_in_english_is_noticed() -> None:
    assert is_english("The guns were moved to the roof of the ministry, and people saw them there.")
    assert not is_english("Die Geschütze wurden auf das Dach des Ministeriums gebracht, wo alle sie sahen.")


def test_of_several_places_that_of_the_clause_is_meant() -> None:
    text = "Two Pantsir vehicles stand at the Selim dam, and four were seen yesterday evening at Karsava."
    found = [accepted.in_words(one) for one in candidates(text, NAMES) if one.kind == "count"]
    assert found == [f"Pantsir-S1: there are {n}, or so many places with it at {place}." for n, place in
                     ((2, "Selim dam"), (4, "Karsava air base"))]  # fmt: skip


# ------------------------------------------------------------------------------------------------- beside claims

SAID = [
    Claim(
        id="c1", says="The building at the Selim dam that carries a Pantsir has eight floors.", topic="floors", value=8
    ),
    Claim(id="c2", says="The Pantsir reaches 20 km.", topic="reach", value="20 km"),
    Claim(id="c3", says="The army has confirmed nothing.", topic="word", value="none"),
    Claim(id="c4", says="At least three Pantsir vehicles stand at Selim.", topic="count", value=3),
    Claim(id="c5", says="A Pantsir stands 2 km from Karsava.", topic="how-far", value="2 km"),
]


def standing(text: str, kind: str) -> tuple[str, list[str], list[str]]:
    told = [(claim, one) for claim in SAID for one in candidates(claim.says, NAMES, in_context=True)]
    (one,) = [c for c in candidates(text, NAMES) if c.kind == kind]
    found = beside._beside(one, one, told)
    return found.standing, [claim.id for claim in found.repeats], [claim.id for claim in found.against]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("A Pantsir stands on an eight-storey house at the Selim dam.", "storeys", ("repeats", ["c1"], [])),
        ("A Pantsir stands on a ten-storey house at the Selim dam.", "storeys", ("contradicts", [], ["c1"])),
        ("A Pantsir stands on a ten-storey house at Karsava.", "storeys", ("new", [], [])),
        ("The Pantsir has a range of 12.4 miles.", "range", ("repeats", ["c2"], [])),
        ("The Pantsir has a range of 30 km.", "range", ("contradicts", [], ["c2"])),
        ("The Pantsir has a range of 15 to 25 km.", "range", ("repeats", ["c2"], [])),
        ("The Pantsir has a range of 25 to 40 km.", "range", ("contradicts", [], ["c2"])),
        ("The S-400 has a range of 250 km.", "range", ("new", [], [])),
        ("The defence ministry confirmed it.", "confirmation", ("contradicts", [], ["c3"])),
        ("Five Pantsir vehicles were seen at Selim.", "count", ("repeats", ["c4"], [])),
        ("Two Pantsir vehicles were seen at Selim.", "count", ("contradicts", [], ["c4"])),
        ("One or two Pantsir vehicles were seen at Selim.", "count", ("contradicts", [], ["c4"])),
        ("Two S-400 launchers were seen at Selim.", "count", ("new", [], [])),
        ("An S-400 was put up at Selim.", "position", ("new", [], [])),
        ("A system was put up at Selim.", "position", ("repeats", ["c1", "c4"], [])),
        ("An S-400 stands 4 km from Karsava.", "distance", ("new", [], [])),
        ("A Pantsir stands 4 km from Karsava.", "distance", ("contradicts", [], ["c5"])),
        ("The guns stand 4 km from Karsava.", "distance", ("contradicts", [], ["c5"])),
    ],
)
def test_a_candidate_beside_claims_on_the_same(
    text: str, kind: str, expected: tuple[str, list[str], list[str]]
) -> None:
    assert standing(text, kind) == expected


def test_the_scenarios_own_claims_repeat_themselves() -> None:
    """Whatever the rules take from a claim's own words, they find the claim beside it."""
    scenario = load("moscow-2023")
    for claim in scenario.file.claims:
        for one in beside.read(claim.says, scenario):
            if one.candidate.kind in ("storeys", "range", "likelihood", "works"):
                assert claim.id in [found.id for found in one.repeats], claim.says


# ------------------------------------------------------------------------------------------------- the command

REPORT = """The ministry on the Frunzenskaya embankment has, some say, a nine-storey wing with a Pantsir on its roof.

The Pantsir has a range of about 12 miles, according to its maker. The defence ministry did not comment.
"""
Read = Callable[..., str]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Read:
    """Runs the command on a report; what it printed. Raises SystemExit where it fails."""
    monkeypatch.chdir(tmp_path)
    Path("report.txt").write_text(REPORT, encoding="utf-8")

    def run(*arguments: str, report: str = "report.txt") -> str:
        monkeypatch.setattr("sys.argv", ["bartizan", "read", report, "--scenario", "moscow-2023", *arguments])
        cli.main()
        return capsys.readouterr().out

    return run


def test_it_tells_and_writes_nothing(read: Read, tmp_path: Path) -> None:
    printed = read()
    assert re.search(r"storeys 9: contradicts c01 \(8\), c02 \(10\)", printed)
    assert "»nine-storey«" in printed
    assert "cites its maker" in printed
    assert [path.name for path in tmp_path.iterdir()] == ["report.txt"]


def test_json_has_exact_spans(read: Read) -> None:
    found = json.loads(read("--json"))
    assert [one["number"] for one in found] == list(range(1, len(found) + 1))
    assert all(REPORT[one["start"] : one["end"]] == one["quote"] for one in found)
    assert {one["standing"] for one in found} <= {"new", "repeats", "contradicts"}


def test_what_is_accepted_is_claims_with_no_grade(read: Read) -> None:
    numbers = [str(one["number"]) for one in json.loads(read("--json"))]
    read("--accept", ",".join(numbers), "--out", "mine.yaml")
    text = Path("mine.yaml").read_text(encoding="utf-8")
    written = yaml.safe_load(text)
    claims = [Claim.model_validate(claim) for claim in written["claims"]]
    assert len(claims) == len(numbers)
    assert {claim.grade for claim in claims} == {None}
    assert all(claim.source in written["sources"] for claim in claims)
    assert not {claim.id for claim in claims} & {claim.id for claim in load("moscow-2023").file.claims}
    assert text.count("# yours to give") == len(claims)
    whole = {tuple(REPORT.split()[k : k + 6]) for k in range(len(REPORT.split()))}
    for claim in claims:
        words = claim.says.split()
        assert not whole & {tuple(words[k : k + 6]) for k in range(len(words) - 5)}


def test_accepted_claims_can_be_put_into_the_scenario(read: Read) -> None:
    read("--accept", "1,2", "--out", "mine.yaml")
    mine = yaml.safe_load(Path("mine.yaml").read_text(encoding="utf-8"))
    shipped = Path(cli.__file__).parents[1] / "data" / "scenarios" / "moscow-2023.yaml"
    whole = yaml.safe_load(shipped.read_text(encoding="utf-8"))
    whole |= {"claims": whole["claims"] + mine["claims"], "sources": whole["sources"] | mine["sources"]}
    del whole["districts"]
    Path("whole.yaml").write_text(yaml.safe_dump(whole, allow_unicode=True), encoding="utf-8")
    assert {claim["id"] for claim in mine["claims"]} <= {claim.id for claim in load("whole.yaml").file.claims}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--accept", "1"], "give both, or neither"),
        (["--out", "mine.yaml"], "give both, or neither"),
        (["--accept", "0", "--out", "mine.yaml"], "'0' is no candidate; expected numbers from 1 to"),
        (["--accept", "1,x", "--out", "mine.yaml"], "'x' is no candidate"),
        (["--accept", ",", "--out", "mine.yaml"], "name at least one"),
        (["--accept", "1", "--out", "report.txt"], "report.txt is already there; nothing was written"),
    ],
)
def test_mistakes_are_told(read: Read, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str) -> None:
    with pytest.raises(SystemExit) as ended:
        read(*arguments)
    assert ended.value.code == cli.USER_MISTAKE
    assert says in capsys.readouterr().err
    assert not Path("mine.yaml").exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "there is no text in it"), (b"\xff\xfe\x00", "line 1: byte 0xff is no UTF-8"),
        (b"a\nb\xe9", "line 2: byte 0xe9"), (b"%PDF-1.7", "this is no text"), (b"a\0b", "there is no text"),
        (b"a" * (files.MOST_BYTES + 1), "more than 4 MB"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "report").write_bytes(content)
    with pytest.raises(UserError, match=re.escape(says)):
        files.text_of(tmp_path / "report")


def test_a_report_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cannot read .*No such file"):
        files.text_of(tmp_path / "nothing")


def test_a_person_is_asked_on_a_terminal(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = SimpleNamespace(isatty=lambda: True)
    monkeypatch.setattr(reading, "sys", SimpleNamespace(stdin=terminal, stdout=terminal))
    answers = iter(["2", "answer.yaml", ""])
    monkeypatch.setattr(reading.click, "prompt", lambda *_, **__: next(answers))
    read()
    assert len(yaml.safe_load(Path("answer.yaml").read_text(encoding="utf-8"))["claims"]) == 1
    read()
    assert sorted(path.name for path in Path().iterdir()) == ["answer.yaml", "report.txt"]


def test_hostile_text_stays_text(read: Read) -> None:
    Path("odd.txt").write_text(
        "A Pantsir stands near the Kremlin \x1b[31m\u202e: - {a: &x *x}, according to \"]'# x.\n", encoding="utf-8"
    )
    assert "\x1b" not in read(report="odd.txt")
    read("--accept", "1", "--out", "odd.yaml", report="odd.txt")
    (claim,) = yaml.safe_load(Path("odd.yaml").read_text(encoding="utf-8"))["claims"]
    assert claim["id"] == "r01"
    assert (
        accepted.in_words(candidates("A Pantsir stands at the Selim dam.", NAMES)[0])
        == "Pantsir-S1 stands at Selim dam."
    )
