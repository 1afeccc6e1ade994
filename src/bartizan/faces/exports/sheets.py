"""Tables for spreadsheets: what a study found of each case, its sites and numbers, and one raid threat by threat."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bartizan.faces.exports import Documents, areas
from bartizan.faces.exports.areas import Summary
from bartizan.faces.markup import clean
from bartizan.ground.writing import make_folder, write_text

#: What a cell of a spreadsheet must not begin with, or it is taken for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Row = Mapping[str, object]


def write(documents: Documents, folder: Path) -> list[Path]:
    """A file in `folder` for each table that has rows."""
    tables = {**of_results(documents["summary"]()), **of_raid(documents["replay"]())}
    make_folder(folder)
    return [write_csv(folder / f"{name}.csv", rows) for name, rows in tables.items() if rows]


def write_csv(path: Path, rows: Sequence[Row]) -> Path:
    """RFC 4180, UTF-8, columns as the first row has them; text that a spreadsheet would take for a formula gets an
    apostrophe in front."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(rows[0])
    writer.writerows([harmless(value) for value in row.values()] for row in rows)
    write_text(path, file.getvalue())
    return path


def harmless(value: object) -> object:
    """A value that no spreadsheet runs; None is an empty cell."""
    if not isinstance(value, str):
        return value
    return ("'" if value.lstrip(" ").startswith(FORMULA) else "") + clean(value)


# ------------------------------------------------------------------------------------------------- the study


def of_results(summary: Summary) -> dict[str, list[Row]]:
    """Tables of a summary, by name."""
    cases = summary["cases"]
    return {
        "cases": [_case(case) for case in cases],
        "assets": [_asset(case, asset) for case in cases for asset in case["assets"]],
        "effectors": [_effector(case, effector) for case in cases for effector in case["effectors"]],
        "units": [_unit(case, unit) for case in cases for unit in case["units"]],
        "sites": list(_sites(summary["map"])),
        "numbers": [_number(number) for number in summary["numbers"]],
    }


def _estimates(named: Summary) -> dict[str, object]:
    """Mean and interval in columns of their own, and the share of the variance that is ignorance where it is known."""
    parts = ("mean", "low", "high", "ignorance_share")
    return {f"{name}_{part}": e[part] for name, e in named.items() for part in parts if part in e}


def _case(case: Summary) -> Row:
    told = {key: case[key] for key in ("name", "raid", "title", "size", "worlds", "raids")}
    leak = _estimates({name: case[name] for name in ("leak", "leakers", "any")})
    fates = _estimates({fate: e for fate, e in case["fates"].items() if fate != "leaked"})
    causes = _estimates({f"cause_{cause}": e for cause, e in case["causes"].items()})
    return {"case": told.pop("name"), **told, **leak, **fates, "binding": case["binding"], **causes}


def _asset(case: Summary, asset: Summary) -> Row:
    told = {"case": case["name"], "asset": asset["name"], "aimed": asset["aimed"]}
    return {**told, **_estimates({name: asset[name] for name in ("leak", "hit")})}


def _effector(case: Summary, effector: Summary) -> Row:
    told = {key: effector[key] for key in ("unit", "effector", "kind", "magazine")}
    counts = _estimates({name: effector[name] for name in ("engagements", "rounds", "kills", "emptied")})
    return {"case": case["name"], **told, **counts}


def _unit(case: Summary, unit: Summary) -> Row:
    told = {"case": case["name"], "unit": unit["unit"], "channels": unit["channels"]}
    return {**told, **_estimates({"saturated": unit["saturated"]})}


def _sites(chart: Summary) -> Iterator[Row]:
    """Assets and units where the scenario has them; no degrees of a scenario that is nowhere on the earth."""
    told = chart.get("origin")
    for kind, item, (lon, lat) in areas.places(chart, (told["lat"], told["lon"]) if told else (0.0, 0.0)):
        yield {
            "name": item["name"], "kind": kind, "title": item.get("title"),
            "lat": lat if told else None, "lon": lon if told else None,
            "east_m": item["east"], "north_m": item["north"], "radius_m": item.get("radius"),
            "known_within_m": item.get("within"), "present": item.get("present"),
        }  # fmt: skip


def _number(number: Summary) -> Row:
    told = {key: number[key] for key in ("key", "what", "value", "grade", "note")}
    sources = "; ".join(str(source["title"]) for source in number["sources"])
    return {**told, "claims": "; ".join(number["claims"]), "sources": sources}


# ------------------------------------------------------------------------------------------------- one raid


def of_raid(replay: Summary) -> dict[str, list[Row]]:
    """Tables of a replay, by name; times are seconds of the raid."""
    named = {key: replay[key] for key in ("case", "world", "raid")}
    fates = ("name", "type", "title", "class", "target", "fate", "cause", "by", "appears_s", "ends_s")
    shot = ("unit", "effector", "kind", "rounds", "launch_s", "meets_s", "result")
    threats = replay["threats"]
    return {
        "threats": [named | {key: threat[key] for key in fates} for threat in threats],
        "shots": [named | {"threat": _of(s, threats)} | {key: s[key] for key in shot} for s in replay["shots"]],
        "events": [
            named | {"t_s": e["t_s"], "event": e["kind"], "threat": _of(e, threats)}
            | {key: e[key] for key in ("unit", "effector", "text")}
            for e in replay["events"]
        ],
    }  # fmt: skip


def _of(item: Summary, threats: Sequence[Summary]) -> object:
    """The name of the threat that a shot or an event has to do with."""
    return None if item["threat"] is None else threats[item["threat"]]["name"]
