"""Writes src/bartizan/data/verification: our copy of the reference rows that `bartizan verify` answers.

python tools/make_verification.py FOLDER           from a folder of reference tables, TABLE.json
python tools/make_verification.py FOLDER --check   exits with 1 if a file is not what would be written

Numbers are copied to the last digit. Rows that share quantity, unit, tolerance and source are listed together.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bartizan.studies.verify.suite import ANSWERED

TARGET = Path(__file__).resolve().parent.parent / "src" / "bartizan" / "data" / "verification"
COMMON = ("quantity", "unit", "tol", "tol_kind", "source", "checked_by")
OWN = ("id", "inputs", "expected")
#: Rows of integrated_raid_des by how their values were found, in our own words.
_TREE = "exact tree of outcomes; discrete-event simulation of 40,000 raids"
SOURCES = {row: _TREE for row in ("raid-base", "raid-M8", "raid-salvo2", "raid-slow")} | {
    "raid-c4": "discrete-event simulation of 40,000 raids",
    "raid-curve": "exact tree of outcomes or discrete-event simulation of 6,000 raids",
}
#: How the collection words some sources, and how we do.
WORDS = {
    "constructed": "exact Markov chain",
    "recomputed here from the formula": "recomputed from the formula",
    "same": "Mahafza / Adamy / Harrison eq.11.17-11.20 form",
}
PARTS = {
    r"\(formula from memory[^)]*\)": "(formula as commonly quoted)",
    r"; answer derived here$": "; answer derived from them",
}


class Row(dict[str, Any]):
    """A mapping that is written on one line, as far as it fits."""


class Writer(yaml.SafeDumper):
    """YAML with rows in flow style."""


Writer.add_representer(Row, lambda dumper, row: dumper.represent_mapping("tag:yaml.org,2002:map", row, flow_style=True))


def content(table: dict[str, Any]) -> dict[str, Any]:
    """A table of the collection as we ship it."""
    answered = ANSWERED[table["table"]]
    rows = [row for row in table["rows"] if answered.answers(row["id"])]
    return {"table": table["table"], "rows_in_table": len(table["rows"]), "groups": list(_groups(rows))}


def _groups(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for common, members in itertools.groupby(rows, lambda row: [_common(row, name) for name in COMMON]):
        yield dict(zip(COMMON, common, strict=True)) | {"rows": [Row((n, row[n]) for n in OWN) for row in members]}


def _common(row: dict[str, Any], name: str) -> Any:
    if name == "source" and row["id"] in SOURCES:
        return SOURCES[row["id"]]
    return _worded(row[name]) if isinstance(row[name], str) else row[name]


def _worded(text: str) -> str:
    text = WORDS.get(text, text)
    for theirs, ours in PARTS.items():
        text = re.sub(theirs, ours, text)
    return text


def written(table: dict[str, Any]) -> str:
    head = "# Written by tools/make_verification.py; do not edit.\n"
    return head + yaml.dump(content(table), Dumper=Writer, sort_keys=False, width=118, allow_unicode=True)


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0])
    made = {
        TARGET / f"{name}.yaml": written(json.loads((folder / f"{name}.json").read_text(encoding="utf-8")))
        for name in sorted(name for name, answers in ANSWERED.items() if not answers.own)
    }
    if "--check" in arguments:
        return int(any(not p.exists() or p.read_text(encoding="utf-8") != text for p, text in made.items()))
    TARGET.mkdir(parents=True, exist_ok=True)
    for path, text in made.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
