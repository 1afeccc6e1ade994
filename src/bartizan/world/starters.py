"""Scenarios to start from: one of five kinds, another scenario, or a table of sites; all pass `bartizan check`."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from string import Template

from bartizan.world import edit, reader, sites, writer
from bartizan.world.scenario import load
from bartizan.world.schema.fields import as_key

KINDS = ("power-station", "airport", "event", "city", "exercise")


def key_of(stem: str) -> str:
    """The name of a scenario in a file that is called `stem`: the same where it is one, else what is left of it."""
    return as_key(stem) or "scenario"


def of_kind(kind: str, file: Path) -> str:
    """The commented starter of a kind."""
    text = (files("bartizan") / "data" / "starters" / f"{kind}.yaml").read_text(encoding="utf-8")
    shown = str(file) if str(file).isprintable() else "FILE"
    return Template(text).substitute(name=writer.scalar(key_of(file.stem)), file=shown)


def like(scenario: str, file: Path) -> str:
    """Another scenario under a new name, with comments."""
    return edit.text(load(scenario), [], key_of(file.stem))


def of_sites(table: Path, file: Path) -> tuple[str, sites.Sites]:
    """A scenario of a table's sites, and these, with what of the table was left out or renamed. Raises UserError."""
    found = sites.read(table)
    head = [
        f"Sites of {table.name}. Next: give them what is known of them (bartizan catalog lists systems),",
        "  say how well each place is known (at: {lat, lon, within: 200 m}), and what comes (raids).",
    ]
    for what, sentences in (("Left out:", found.left_out), ("Renamed:", found.renamed)):
        head += [what, *(f"  {text}" for text in sentences)] if sentences else []
    comments: dict[reader.Path, list[str]] = {("raids",): ["what comes, to begin with: change it"]}
    if found.units:
        comments[("units",)] = ["what defends them"]
    comments[("assets",)] = ["what is defended"]
    return writer.text(found.content(key_of(file.stem)), head, comments), found
