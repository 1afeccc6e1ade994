"""Answers of shipped scenarios are those of the digests that are kept: tools/hash_outcomes.py plays them all."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "hash_outcomes.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hash_outcomes", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["reference-24v4", "power-station"])
def test_answers_are_those_that_are_kept(tool: ModuleType, name: str) -> None:
    assert tool.differences(name) == []


def test_another_seed_gives_other_digests(tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "SEED", tool.SEED + 1)
    assert tool.differences("reference-24v4") != []


def test_every_shipped_scenario_and_variant_has_digests(tool: ModuleType) -> None:
    assert set(json.loads(tool.KEPT.read_text())) == set(tool.names())
