"""What comparisons and sweeps say, in sentences."""

from __future__ import annotations

from bartizan.studies.documents.compared import Costs, RaidCompared, RaidSwept, Sweep
from bartizan.studies.value.act import points

#: From this confidence on something is told.
TOLD = 0.95


def sentences(found: RaidCompared) -> list[str]:
    """Which layout is best under a raid, with what confidence, and by how much."""
    best = next(row for row in found["layouts"] if row["layout"] == found["best"])
    said = [f"Fewest get through {found['best']}: {points(best['leak']['mean'])} % on average."]
    others = len(found["layouts"]) - 1
    if found["confidence"] >= TOLD:
        those = "the other is not" if others == 1 else f"none of the {others} others is"
        said.append(f"With {sure(found['confidence'])} confidence {those} better.")
    elif found["level"]:
        all_ = others > 1 and len(found["level"]) == others
        said.append(f"{'None of the others' if all_ else ', '.join(found['level'])} can{'' if all_ else 'not'} "
                    "be told from it.")  # fmt: skip
    return [*said, *_downed(found)]


def _downed(found: RaidCompared) -> list[str]:
    """How often something that is no threat is shot down, layout by layout."""
    first = found["layouts"][0]["layout"]
    by_what: dict[str, list[str]] = {}
    for row in found["layouts"]:
        for told in row.get("downed", ()):
            apart, share = told["difference"], told["share"]
            than = (
                ""
                if row["layout"] == first
                else (f", {100 * apart['mean']:+.1f} points ({100 * apart['low']:+.1f} to {100 * apart['high']:+.1f})")
            )
            interval = f"{points(share['low'])} to {points(share['high'])}"
            by_what.setdefault(told["what"], []).append(
                f"{points(share['mean'])} % of raids ({interval}) under {row['layout']}{than}"
            )
    return [f"At least one {what} is shot down in {'; '.join(told)}." for what, told in by_what.items()]


def costs(found: RaidCompared) -> dict[str, Costs]:
    """What a raid costs, by layout."""
    return {row["layout"]: row["cost"] for row in found["layouts"] if "cost" in row}


def costs_swept(found: RaidSwept) -> dict[str, Costs]:
    """What a raid costs as it is, and by value."""
    as_it_is = {base(found): found["cost"]} if "cost" in found else {}
    return as_it_is | {", ".join(cell["values"]): cell["cost"] for cell in found["cells"] if "cost" in cell}


def base(found: RaidSwept) -> str:
    """What a sweep calls the scenario as it is."""
    return f"as it is, {found['size']} sent"


def swept(sweep: Sweep) -> str:
    """What is swept, by path."""
    return " and ".join(swept["path"] for swept in sweep["swept"])


def sure(confidence: float) -> str:
    """A confidence in words: never more of it than there is."""
    return "more than 99.9 %" if confidence > 0.999 else f"{int(1000 * confidence) / 10:g} %"


def played(found: RaidCompared | RaidSwept) -> str:
    """In how many worlds, after how many looks, and whether that was enough."""
    looks = f"{found['looks']} look{'s' if found['looks'] != 1 else ''}"
    enough = "" if found["narrow_enough"] else "; not as narrow as was asked for: allow more worlds"
    return f"{found['worlds']} worlds, {looks}{enough}"


def enough(sweep: Sweep, found: RaidSwept) -> list[str]:
    """Which values are enough for what may get through."""
    alike = (
        [f"No value makes any difference to what gets through, in any of {found['worlds']} worlds."]
        if found["alike"]
        else []
    )
    if sweep["enough_at"] is None:
        return alike
    by: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for cell in found["cells"]:
        by[cell["enough"]].append(" with ".join(cell["values"]))
    what = " with ".join(swept["path"] for swept in sweep["swept"])
    share = f"{points(sweep['enough_at'])} %"
    said = [*alike, f"No more than {share} get through, with 95 % confidence for all values together, at {what} of "
            f"{', '.join(by[True])}." if by[True] else f"At no value is it told that no more than {share} get "
            "through."]  # fmt: skip
    if by[False]:
        said.append(f"More get through at {', '.join(by[False])}.")
    if by[None]:
        said.append(f"It cannot be told at {', '.join(by[None])}.")
    return said
