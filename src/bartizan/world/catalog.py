"""The systems and threats that ship with Bartizan, each number with its sources and spread."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from bartizan.ground.errors import UserError, instead
from bartizan.world import reader
from bartizan.world.schema import Source, System, Threat

Kind = Literal["systems", "threats"]


@cache
def names(kind: Kind) -> tuple[str, ...]:
    """Names of all catalogue entries of one kind, sorted."""
    folder = files("bartizan") / "data" / "catalog" / kind
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")))


@cache
def document(kind: Kind, name: str) -> reader.Document:
    """The catalogue file of one entry, as read."""
    if name not in names(kind):
        raise UserError(f"no {name!r} among the catalogue's {kind}{instead(name, names(kind))}")
    path = files("bartizan") / "data" / "catalog" / kind / f"{name}.yaml"
    return reader.read(path.read_text(encoding="utf-8"), f"catalog/{kind}/{name}.yaml")


@cache
def system(name: str) -> System:
    """A system of the catalogue."""
    doc = document("systems", name)
    return reader.validated(System, doc.content, doc)


@cache
def threat(name: str) -> Threat:
    """A threat of the catalogue."""
    doc = document("threats", name)
    return reader.validated(Threat, doc.content, doc)


@cache
def sources() -> Mapping[str, Source]:
    """The bibliography shared by all catalogue entries: source id -> source."""
    text = (files("bartizan") / "data" / "catalog" / "sources.yaml").read_text(encoding="utf-8")
    doc = reader.read(text, "catalog/sources.yaml")
    return {key: reader.validated(Source, value, doc, (key,)) for key, value in doc.content.items()}
