"""What a search over rules says, in sentences."""

from __future__ import annotations

from bartizan.studies.documents.compared import Ruled, Tuning
from bartizan.studies.searching.saying import OBJECTIVE, ending, in_points, proof
from bartizan.studies.value.act import points


def sentences(found: Tuning) -> list[str]:
    """What to set, how much gets through then, how sure it is, and what makes no difference."""
    weighed = ", as weighed," if found["weights"] else ""
    return [
        f"{_set(found)}: {points(found['leak']['mean'])} %{weighed} {OBJECTIVE[found['objective']]}, against "
        f"{points(found['before']['mean'])} % as the scenario has it "
        f"({_signed(found['gain']['mean'])} points; 95 %: {_signed(found['gain']['low'])} to "
        f"{_signed(found['gain']['high'])} less).",
        proof("choices", found["choices"], found["played"], found["within"], found["confidence"], found["worlds"])
        + ending(found["level"], found["better"], found["confidence"]),
        *_indifferent(found),
    ]


def _set(found: Tuning) -> str:
    told = [f"{rule['path']} to {rule['best']}" for rule in found["rules"] if rule["best"] is not None]
    if not told:
        return "Leave all as it is"
    *first, last = told
    return f"Set {', '.join(first)} and {last}" if first else f"Set {last}"


def _indifferent(found: Tuning) -> list[str]:
    """Rules that matter no more than the margin, and rules of which it is not told whether they do."""
    little = [rule["path"] for rule in found["rules"] if _matters_little(rule, found["within"])]
    unsure = [rule["path"] for rule in found["rules"] if rule["path"] not in little and _is_level(rule)]
    said = []
    if little:
        said.append(
            f"Beside the best, whatever value it takes, no more than {in_points(found['within'])} depends on "
            f"{' or '.join(little)}."
        )
    if unsure:
        said.append(
            f"It cannot be told whether more than {in_points(found['within'])} depends on {' or '.join(unsure)}."
        )
    return said


def _matters_little(rule: Ruled, within: float) -> bool:
    apart = [value["difference"] for value in rule["values"]]
    return all(each is not None and -within <= each["low"] and each["high"] <= within for each in apart)


def _is_level(rule: Ruled) -> bool:
    return all(value["level"] for value in rule["values"])


def _signed(share: float) -> str:
    return f"{100 * share:.2f}"
