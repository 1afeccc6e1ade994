"""When threats are inside areas, against another's geometry; and orders that touch leave nothing between them."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.scenes import drone, group, named_causes, scene, surveyed, threats, unit
from tests.engine.test_orders import missile

TURN = 2 * math.pi
corner = st.tuples(st.floats(-20_000, 20_000), st.floats(-20_000, 20_000))


def area(name: str, corners: list[tuple[float, float]]) -> dict[str, Any]:
    return {"name": name, "corners": [{"east": east, "north": north} for east, north in corners]}


def stays(of: dict[str, Any]) -> list[list[list[tuple[float, float]]]]:
    """Spans of each threat in each area."""
    _, theatre = surveyed(of, 5)
    return [[[tuple(row) for row in theatre.stay[a:b]] for a, b in spans] for spans in theatre.stay_span.tolist()]


def flown_over(route: Any, shape: Any) -> list[tuple[float, float]]:
    """The same of one threat and one area as shapely has it, way by way; spans that touch are one."""
    spans: list[tuple[float, float]] = []
    for k in range(route["points"] - 1):
        start, end = ((route["x"][j], route["y"][j]) for j in (k, k + 1))
        way, at, took = shapely.LineString([start, end]), route["t"][k], route["t"][k + 1] - route["t"][k]
        over = shapely.intersection(way, shape)
        for piece in getattr(over, "geoms", [over]):
            if piece.length > 0:
                low, high = (
                    at + took * way.project(shapely.Point(c), normalized=True)
                    for c in piece.coords[:: len(piece.coords) - 1]
                )
                spans.append((min(low, high), max(low, high)))
    joined: list[tuple[float, float]] = []
    for low, high in sorted(spans):
        if joined and low <= joined[-1][1] + 1e-6:
            joined[-1] = joined[-1][0], max(high, joined[-1][1])
        else:
            joined.append((low, high))
    return joined


@settings(max_examples=60)
@given(st.lists(corner, min_size=3, max_size=9, unique=True), st.sampled_from(["glide", "dive"]))
def test_stays_in_areas_with_corners_are_those_of_shapely(corners: list[tuple[float, float]], profile: str) -> None:
    shape = shapely.Polygon(corners)
    if not shape.is_valid or shape.area < 1e4:
        return
    of = scene([unit("A")], [group(count=6)], threats={"drone": drone(profile=profile)}, areas=[area("x", corners)])
    _, theatre = surveyed(of, 5)
    for route, (found,) in zip(theatre.routes, stays(of), strict=True):
        expected = [span for span in flown_over(route, shape) if span[1] - span[0] > 1e-3]
        assert [s for s in found if s[1] - s[0] > 1e-3] == [pytest.approx(span, abs=1e-3) for span in expected]


def test_a_chord_that_is_flown_through_within_a_step_of_the_survey() -> None:
    """A circle of 100 m, crossed 60 m beside its middle at 300 m/s: within it for 2 sqrt(100^2 - 60^2) / 300 s."""
    way = {"count": 1, "distance": 30_000, "bearing": {"low": "0 deg", "high": "0 deg"}, "arrival": {}}
    fast = {"threats": {"drone": drone(speed=300, altitude=1_000, release_distance=10, dive_angle="90 deg")}}
    circle = {"name": "x", "at": {"east": 60, "north": 10_030}, "radius": 100}
    ((spans,),) = stays(scene([unit("A")], [group(**way)], areas=[circle], **fast))
    (span,) = spans
    middle = (30_000 - 10_030) / 300
    assert span == pytest.approx((middle - 80 / 300, middle + 80 / 300), abs=1e-6)


@settings(max_examples=40)
@given(
    st.lists(st.floats(0, 360), min_size=2, max_size=8, unique_by=lambda bearing: round(bearing, 3)),
    st.floats(-2_000, 2_000),
    st.floats(-2_000, 2_000),
)
def test_arcs_that_touch_all_round_let_nothing_through(bearings: list[float], east: float, north: float) -> None:
    cuts = sorted(bearings)
    arcs = [{"low": f"{a!r} deg", "high": f"{b!r} deg"} for a, b in pairwise([*cuts, cuts[0]])]
    barred = scene([unit("A", missile(safety_arcs=arcs), east, north)], [group(count=20)])
    assert named_causes(threats(barred, 1, 8)) == {"not_released": 8 * 20}


@settings(max_examples=40)
@given(
    st.lists(st.floats(1, 2), min_size=4, max_size=7),
    st.floats(0, TURN),
    st.tuples(st.floats(-9_000, 9_000), st.floats(-9_000, 9_000)),
    st.sampled_from(["hold", "tight"]),
)
def test_areas_that_touch_let_nothing_through(
    widths: list[float], first: float, middle: tuple[float, float], status: str
) -> None:
    """Wedges about a point: together they hold all that the unit reaches."""
    edges = first + TURN * np.cumsum([0, *widths[:-1]]) / sum(widths)
    far = [(middle[0] + 4e5 * math.sin(edge), middle[1] + 4e5 * math.cos(edge)) for edge in edges.tolist()]
    wedges = [area(f"W{k}", [middle, a, b]) | {"status": status} for k, (a, b) in enumerate(pairwise([*far, far[0]]))]
    called = {"identify": {"time": 1e6, "spread": 1}} if status == "tight" else {}
    held = scene([unit("A", missile())], [group(count=20)], areas=wedges, **called)
    assert named_causes(threats(held, 1, 8)) == {"not_released": 8 * 20}
