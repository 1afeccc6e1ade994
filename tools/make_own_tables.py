"""Writes the reference tables of our own into src/bartizan/data/verification, from closed forms alone.

python tools/make_own_tables.py           writes them
python tools/make_own_tables.py --check   exits with 1 if a file is not what would be written
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import pairwise
from math import comb, exp, lgamma, log, prod
from pathlib import Path
from typing import Any

import yaml

TARGET = Path(__file__).resolve().parent.parent / "src" / "bartizan" / "data" / "verification"
WAY_S = 200.0  # that a neutral is on its way, of the scenarios of studies.verify.own

Row = dict[str, Any]


def binomial(n: int, p: float) -> list[float]:
    return [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]


def poisson(mean: float) -> list[float]:
    """As far as anything is left to tell."""
    return [exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(int(mean + 12 * mean**0.5) + 12)]


def readiness() -> Iterator[tuple[Row, Row]]:
    """One draw decides for all units with the chance `common`, else each has its own (Fleming's beta-factor)."""
    for units, ready, common in ((4, 0.8, 0.0), (4, 0.8, 0.5), (6, 0.6, 0.3), (3, 0.5, 1.0), (8, 0.9, 0.2)):
        pmf = [(1 - common) * p for p in binomial(units, ready)]
        pmf[0] += common * (1 - ready)
        pmf[-1] += common * ready
        variance = units * ready * (1 - ready) * (1 + (units - 1) * common)
        yield ({"units": units, "ready": ready, "common": common},
               {"mean": units * ready, "variance": variance, "pmf": pmf})  # fmt: skip


def calls() -> Iterator[tuple[Row, Row]]:
    """Fired at unless an answer or a plan shows it, or no look of so many releases it."""
    for answers, read, filed, plan, visual, hostile, weapons, looks in (
        (0.0, 0.0, 0.0, 0.0, 0.6, 0.0, "free", 1), (0.0, 0.0, 0.0, 0.0, 0.6, 0.0, "free", 4),
        (0.9, 0.8, 0.0, 0.0, 0.5, 0.0, "free", 3), (0.9, 0.8, 0.5, 0.7, 0.3, 0.2, "free", 2),
        (0.9, 0.8, 0.5, 0.7, 0.3, 0.2, "tight", 2), (0.5, 1.0, 0.0, 0.0, 0.2, 0.05, "tight", 5),
    ):  # fmt: skip
        shown = 1 - (1 - answers * read) * (1 - filed * plan)
        released = (1 - visual) * (1.0 if weapons == "free" else hostile)
        inputs = {"answers": answers, "transponder": read, "filed": filed, "flight_plan": plan, "visual": visual,
                  "neutral_as_hostile": hostile, "weapons": weapons, "looks": looks}  # fmt: skip
        yield inputs, {"fired_at": (1 - shown) * (1 - (1 - released) ** looks)}
    for neutral, unknown, weapons, looks in ((0.3, 0.2, "free", 2), (0.3, 0.2, "tight", 2), (0.15, 0.5, "tight", 4)):
        left_alone = neutral + (unknown if weapons == "tight" else 0.0)
        yield ({"threats": True, "hostile_as_neutral": neutral, "hostile_as_unknown": unknown, "weapons": weapons,
                "looks": looks}, {"fired_at": 1 - left_alone**looks})  # fmt: skip


def thinned() -> Iterator[tuple[Row, Row]]:
    """Ends of ways until `lasts`; of those that appear later than `closing` the share `left` comes: Poisson still."""
    for rate, lasts, closing, left in (
        (0.01, 900.0, None, 0.0), (0.02, 900.0, 120.0, 0.0), (0.02, 900.0, 120.0, 0.4), (0.03, 600.0, 0.0, 0.1)
    ):  # fmt: skip
        late = 0.0 if closing is None else max(lasts - WAY_S - closing, 0.0)
        mean = rate * (lasts - late + left * late)
        more = {} if closing is None else {"closing": closing, "left": left}
        yield {"rate": f"{rate} 1/s", "lasts": lasts, **more}, {"mean": mean, "pmf": poisson(mean)}


def frailty() -> Iterator[tuple[Row, Row]]:
    """Mean of (1 - X)^n where X is beta with mean p and correlation rho between shots: a product of ratios."""
    for kill, rho, rounds in ((0.5, 0.3, 2), (0.5, 0.3, 4), (0.7, 0.1, 3), (0.9, 0.5, 2), (0.2, 0.8, 6)):
        a, b = kill * (1 - rho) / rho, (1 - kill) * (1 - rho) / rho
        yield ({"kill": kill, "correlation": rho, "rounds": rounds},
               {"leak": prod((b + k) / (a + b + k) for k in range(rounds))})  # fmt: skip


def outages() -> Iterator[tuple[Row, Row]]:
    """One by one they appear; all get through from the moment on, uniform over some time, at which the unit is lost."""
    for count, gap, at, within, chance in (
        (6, 100.0, 50.0, 400.0, 0.5), (4, 150.0, 50.0, 900.0, 1.0), (8, 60.0, 30.0, 200.0, 0.25),
        (5, 90.0, 200.0, 0.0, 0.4),
    ):  # fmt: skip
        gone_by = [chance * _uniform_by(k * gap, at, within) for k in range(count)]
        pmf = [1 - gone_by[-1], *(b - a for a, b in pairwise([0.0, *gone_by]))]
        pmf = [pmf[0], *reversed(pmf[1:])]  # lost before the last appears, one gets through
        yield ({"count": count, "gap": gap, "at": at, "within": within, "chance": chance},
               {"mean": sum(gone_by), "pmf": pmf})  # fmt: skip


def _uniform_by(t: float, at: float, within: float) -> float:
    """The chance that a moment uniform over `within` from `at` on has come by t."""
    return float(t >= at) if within == 0 else min(max((t - at) / within, 0.0), 1.0)


TABLES = {
    "readiness_common_cause": ("ready", "number of units that are ready", readiness),
    "identification_chain": ("call", "chance that it is fired at", calls),
    "thinned_stream": ("thin", "number of neutrals that come to a raid", thinned),
    "unit_outage": ("lost", "number of threats that get through", outages),
    "correlated_shots": ("frail", "chance that a salvo misses", frailty),
}


def written(table: str) -> str:
    kind, quantity, rows = TABLES[table]
    made = [{"id": f"{kind}-{k}", "inputs": x, "expected": wanted} for k, (x, wanted) in enumerate(rows())]
    told = (rows.__doc__ or "").strip()
    group = {"quantity": quantity, "unit": "-", "tol": 0.0, "tol_kind": "s.e.", "source": f"closed form: {told}",
             "checked_by": "closed form", "rows": made}  # fmt: skip
    content = {"table": table, "rows_in_table": len(made), "groups": [group]}
    head = "# Written by tools/make_own_tables.py; do not edit.\n"
    return head + yaml.safe_dump(content, sort_keys=False, width=118, default_flow_style=None)


def main(arguments: list[str]) -> int:
    made = {TARGET / f"{table}.yaml": written(table) for table in TABLES}
    if "--check" in arguments:
        return int(any(not p.exists() or p.read_text(encoding="utf-8") != text for p, text in made.items()))
    for path, text in made.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
