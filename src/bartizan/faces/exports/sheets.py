"""Tables for spreadsheets: what a study found of each case, its sites and numbers, and one raid threat by threat."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, cast

from bartizan.faces.exports import Documents, areas, telling
from bartizan.faces.markup import clean
from bartizan.ground.writing import make_folder, write_text
from bartizan.studies.documents.basis import StatedNumber
from bartizan.studies.documents.cases import AssetLeak, Case, EffectorUse, UnitUse
from bartizan.studies.documents.estimates import Brief, BriefIfAny, Estimate, EstimateIfAny, Spent
from bartizan.studies.documents.places import Map
from bartizan.studies.documents.results import Summary
from bartizan.studies.documents.viewer import RaidEvent, Replay, Shot, Threat

#: What a cell of a spreadsheet must not begin with, or it is taken for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Row = Mapping[str, object]
Estimated = Brief | BriefIfAny | Estimate | EstimateIfAny


def write(documents: Documents, folder: Path) -> list[Path]:
    """A file in `folder` for each table that has rows; one of a raid before, of a table that has none now, goes."""
    tables = {**of_results(documents["summary"]()), **of_raid(documents["replay"]())}
    make_folder(folder)
    for name, rows in tables.items():
        if not rows:
            (folder / f"{name}.csv").unlink(missing_ok=True)
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
        "costs": [row for case in cases for row in _costs(case)],
        "units": [_unit(case, unit) for case in cases for unit in case["units"]],
        "civil_alert": [{**left} for left in alert["left_s"]] if (alert := summary.get("civil_alert")) else [],
        "sites": list(_sites(summary["map"])),
        "numbers": [_number(number) for number in summary["numbers"]],
    }


def _estimates(named: Mapping[str, Estimated]) -> dict[str, object]:
    """Mean and interval in columns of their own, and the share of the variance that is ignorance where it is known."""
    parts = ("mean", "low", "high", "ignorance_share")
    found: Mapping[str, Mapping[str, Any]] = named
    return {f"{name}_{part}": e[part] for name, e in found.items() for part in parts if part in e}


def _case(case: Case) -> Row:
    told = {"case": case["name"], "raid": case["raid"], "title": case["title"], "size": case["size"],
            "worlds": case["worlds"], "raids": case["raids"]}  # fmt: skip
    leak = _estimates({"leak": case["leak"], "leakers": case["leakers"], "any": case["any"]})
    fates = {fate: e for fate, e in cast(Mapping[str, Estimated], case["fates"]).items() if fate != "leaked"}
    causes = _estimates({f"cause_{cause}": e for cause, e in case["causes"].items()})
    return {**told, **leak, **_estimates(fates), "binding": case["binding"], **causes,
            **_neutrals(case, "neutrals"), **_neutrals(case, "friendly")}  # fmt: skip


def _neutrals(case: Case, whose: Literal["neutrals", "friendly"]) -> Row:
    """What happens to neutrals, or to friendly aircraft, where there are any."""
    if (found := case.get(whose)) is None:
        return {}
    told = {f"{whose}_{what}": found[what] for what in ("flown", "engaged", "downed")}
    if (year := found["year"]) is None:
        return _estimates(told)
    yearly = {f"{whose}_{what}_per_year": year[what] for what in ("engaged", "downed")}
    return {**_estimates({**told, **yearly}), "raids_per_year": year["raids"]}


def _costs(case: Case) -> Iterator[Row]:
    """A row for each cost, where anything has a price; the ratio has no currency."""
    if (cost := case.get("cost")) is None:
        return
    for what in ("rounds", "sent", "stopped", "damage", "undefended", "avoided", "ratio"):
        spent: Spent | None = cost[what]
        if spent is not None:
            named = {"case": case["name"], "what": what, "currency": None if what == "ratio" else cost["currency"]}
            single = {f"raids_{share}": value for share, value in spent["raids"].items()}
            yield {**named, "year": cost["year"], **{k: v for k, v in spent.items() if k != "raids"}, **single}


def _asset(case: Case, asset: AssetLeak) -> Row:
    told = {"case": case["name"], "asset": asset["name"], "aimed": asset["aimed"]}
    return {**told, **_estimates({"leak": asset["leak"], "hit": asset["hit"]})}


def _effector(case: Case, effector: EffectorUse) -> Row:
    told = {"unit": effector["unit"], "effector": effector["effector"], "kind": effector["kind"],
            "magazine": effector["magazine"]}  # fmt: skip
    counts = _estimates({
        "engagements": effector["engagements"], "rounds": effector["rounds"], "kills": effector["kills"],
        "emptied": effector["emptied"],
    })  # fmt: skip
    return {"case": case["name"], **told, **counts}


def _unit(case: Case, unit: UnitUse) -> Row:
    told = {"case": case["name"], "unit": unit["unit"], "channels": unit["channels"]}
    return {**told, **_estimates({"saturated": unit["saturated"]})}


def _sites(chart: Map) -> Iterator[Row]:
    """Assets and units where the scenario has them; no degrees of a scenario that is nowhere on the earth."""
    told = chart.get("origin")
    for kind, item, (lon, lat) in areas.places(chart, (told["lat"], told["lon"]) if told else (0.0, 0.0)):
        yield {
            "name": item["name"], "kind": kind, "title": item.get("title"),
            "lat": lat if told else None, "lon": lon if told else None,
            "east_m": item["east"], "north_m": item["north"], "radius_m": item.get("radius"),
            "known_within_m": item.get("within"), "present": item.get("present"),
        }  # fmt: skip


def _number(number: StatedNumber) -> Row:
    told = {"key": number["key"], "what": number["what"], "value": number["value"], "grade": number["grade"],
            "note": number["note"]}  # fmt: skip
    sources = "; ".join(str(source["title"]) for source in number["sources"])
    return {**told, "claims": "; ".join(number["claims"]), "sources": sources}


# ------------------------------------------------------------------------------------------------- one raid


def of_raid(replay: Replay) -> dict[str, list[Row]]:
    """Tables of a replay, by name; times are seconds of the raid."""
    named = {"case": replay["case"], "world": replay["world"], "raid": replay["raid"]}
    threats = telling.by_number(replay)
    return {
        "threats": [named | _threat(threat) for threat in replay["threats"]],
        "shots": [named | {"threat": _of(shot, threats)} | _shot(shot) for shot in replay["shots"]],
        "events": [
            named | {"t_s": e["t_s"], "event": e["kind"], "threat": _of(e, threats), "unit": e["unit"],
                     "effector": e["effector"], "text": e["text"]}
            for e in replay["events"]
        ],
    }  # fmt: skip


def _threat(threat: Threat) -> dict[str, object]:
    return {
        "name": threat["name"], "type": threat["type"], "title": threat["title"], "class": threat["class"],
        "neutral": threat["neutral"], "friendly": threat["friendly"],
        "target": threat["target"], "fate": threat["fate"], "cause": threat["cause"], "by": threat["by"],
        "appears_s": threat["appears_s"], "ends_s": threat["ends_s"],
    }  # fmt: skip


def _shot(shot: Shot) -> dict[str, object]:
    return {
        "unit": shot["unit"], "effector": shot["effector"], "kind": shot["kind"], "rounds": shot["rounds"],
        "launch_s": shot["launch_s"], "meets_s": shot["meets_s"], "result": shot["result"],
    }  # fmt: skip


def _of(item: Shot | RaidEvent, threats: Mapping[int, Threat]) -> object:
    """The name of the threat that a shot or an event has to do with."""
    return None if item["threat"] is None else threats[item["threat"]]["name"]
