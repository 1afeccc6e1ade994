"""How much room a case takes to play: what no machine holds is a mistake in the file, which says what fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bartizan.world.cases import Case, PlacedUnit
from bartizan.world.uncertain import Uncertain

#: Pairs of a threat and a unit: each takes some 8 kB in the tables of one thread.
MOST_PAIRS = 500_000
#: Looks that all sensors together take at one threat on its way, of 160 bytes each while they are gathered.
MOST_LOOKS = 5_000_000


def too_large(case: Case, units: Sequence[PlacedUnit]) -> Iterator[str]:
    """What of a case has no room, a sentence for each."""
    pairs = case.routes * len(units)
    if pairs > MOST_PAIRS:
        fits = MOST_PAIRS // len(units)
        yield f"{case.routes} threats against {len(units)} units are {pairs} pairs; {fits} threats fit"
    per_second = sum(1.0 / max(low(s.scan_period), 1e-9) for u in units for s in u.system.sensors.values())
    for wave in case.groups:
        group, threat = wave.group, wave.threat
        speed = low(group.speed or threat.speed)
        seconds = high(group.distance) * (1.0 + 4.0 * abs(high(group.wander))) / max(speed, 1e-9)
        if seconds * per_second > MOST_LOOKS:
            yield (
                f"a way of {high(group.distance) / 1000:,.0f} km at {speed:g} m/s takes {seconds:,.0f} s, in which the "
                f"sensors look {seconds * per_second:,.0f} times; {MOST_LOOKS:,} looks fit: a shorter distance, a "
                "higher speed, or longer scan periods"
            )


def low(number: Uncertain) -> float:
    """The least that a number may be; 1 where it is another's."""
    return 1.0 if number.law == "same_as" else number.span[0]


def high(number: Uncertain) -> float:
    """The most that a number may be; 0 where it is another's."""
    return 0.0 if number.law == "same_as" else number.span[1]
