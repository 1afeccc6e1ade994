"""The fuzzer itself: a few trials of what is quick, each a function of target, seed and number."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import yaml
from tools.fuzz import mutate, samples
from tools.fuzz.targets import TARGETS, TRIALS

from bartizan.ground.errors import UserError
from bartizan.world.scenario import load

CORPUS = yaml.safe_load(Path(__file__).with_name("fuzz_corpus.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["loading", "reading", "requests"])
def test_odd_inputs_end_in_words(name: str) -> None:
    with TARGETS[name]() as trial:
        for number in range(40):
            trial(random.Random(f"{name} {number}"))()


@pytest.mark.parametrize("case", CORPUS["trials"], ids=lambda c: f"{c['target']}-{c['seed']}-{c['number']}")
def test_what_once_failed_ends_in_words(case: dict[str, str]) -> None:
    if case["target"] == "files":
        pytest.importorskip("rasterio", reason="needs the extra geo")
    with TARGETS[case["target"]]() as trial:
        trial(random.Random(f"{case['target']} {case['seed']} {case['number']}"))()


@pytest.mark.parametrize("text", CORPUS["scenarios"])
def test_nasty_files_are_refused_in_a_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "nasty.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"nasty\.yaml"):
        load(path)


def test_parquet_that_claims_to_be_longer_than_it_is_is_refused_in_a_sentence(tmp_path: Path) -> None:
    from bartizan.world.vectors import files

    path = next(p for p in samples.polygons(tmp_path) if p.name == "polygon.parquet")
    refused = 0
    sound = path.read_bytes()
    for at in range(len(sound) - 449, len(sound) - 299, 5):
        path.write_bytes(sound[:at] + b"\xff\xff\xff\x7f" + sound[at + 4 :])
        try:
            files.read(path, ["name"])
        except UserError:
            refused += 1
    assert refused > 10


def test_every_target_has_its_number_of_trials() -> None:
    assert set(TRIALS) == set(TARGETS)
    assert min(TRIALS.values()) > 0


def test_a_trial_is_a_function_of_its_number() -> None:
    good = {"a": [1, 2, {"b": "c"}], "d": {"e": 0.5}}
    made = [mutate.tree(good, random.Random(n)) for n in range(50)]
    assert repr(made) == repr([mutate.tree(good, random.Random(n)) for n in range(50)])
    assert sum(each != good for each in made) > 40
    assert good == {"a": [1, 2, {"b": "c"}], "d": {"e": 0.5}}
    damaged = [mutate.garbled(b"some bytes", random.Random(n)) for n in range(50)]
    assert damaged == [mutate.garbled(b"some bytes", random.Random(n)) for n in range(50)]
    assert sum(each != b"some bytes" for each in damaged) > 25
