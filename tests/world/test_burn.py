"""Burning polygons: the cells that shapely says, whatever the polygon's shape."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.world.surface.burn import Grid, burn, rings

shapely = pytest.importorskip("shapely")

SIDE = 24


def burnt(polygons: list, heights: list[float], touching: bool, grid: Grid | None = None) -> np.ndarray:
    out = np.zeros((SIDE, SIDE), np.float32)
    made = np.array(polygons, object)
    burn(
        rings(made), np.array(heights, float), np.arange(len(made)), grid or Grid(0.0, 0.0, 1.0), touching, out
    )  # fmt: skip
    return out


def star(x: float, y: float, radii: list[float], turn: float = 0.0) -> object:
    """A polygon around a place, its corners at the given distances from it."""
    angle = turn + np.arange(len(radii)) * 2 * math.pi / len(radii)
    return shapely.Polygon(np.column_stack([x + radii * np.cos(angle), y + radii * np.sin(angle)]))


stars = st.builds(
    star,
    st.floats(-3, SIDE + 3),
    st.floats(-3, SIDE + 3),
    st.lists(st.floats(0.3, 12), min_size=3, max_size=12),
    st.floats(0, 6.3),
)


@st.composite
def shapes(draw: st.DrawFn) -> object:
    """Concave polygons, some with a hole, some of several parts."""
    made = draw(stars)
    if draw(st.booleans()):
        made = shapely.difference(made, draw(stars))
    if draw(st.booleans()):
        made = shapely.union(made, draw(stars))
    parts = [p for p in shapely.get_parts(made) if shapely.get_type_id(p) == 3]
    return shapely.multipolygons(parts) if parts else draw(stars)


def middles() -> np.ndarray:
    j, i = np.meshgrid(np.arange(SIDE) + 0.5, np.arange(SIDE) + 0.5)
    return shapely.points(j, i)


def cells(shrink: float = 0.0) -> np.ndarray:
    j, i = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    return shapely.box(j + shrink, i + shrink, j + 1 - shrink, i + 1 - shrink)


def near_edge(polygon: object, what: np.ndarray) -> np.ndarray:
    """Where rounding may decide either way."""
    return shapely.distance(shapely.boundary(polygon), what) < 1e-7


@given(shapes())
def test_cells_whose_middle_lies_in_the_polygon(polygon: object) -> None:
    found = burnt([polygon], [5.0], False) > 0
    expected = shapely.contains(polygon, middles())
    unsure = near_edge(polygon, middles())
    np.testing.assert_array_equal(found[~unsure], expected[~unsure])


@given(shapes())
def test_cells_that_the_polygon_touches(polygon: object) -> None:
    """All that it enters, and none that it does not reach."""
    found = burnt([polygon], [5.0], True) > 0
    assert found[shapely.intersects(polygon, cells(1e-7))].all()
    assert not found[~shapely.intersects(polygon, cells(-1e-7))].any()


@given(st.lists(st.tuples(shapes(), st.floats(1, 100)), min_size=1, max_size=5), st.booleans(), st.randoms())
def test_the_highest_counts_in_any_order(both: list[tuple[object, float]], touching: bool, random: object) -> None:
    alone = [burnt([p], [h], touching) for p, h in both]
    random.shuffle(both)  # type: ignore[attr-defined]
    np.testing.assert_array_equal(burnt([p for p, _ in both], [h for _, h in both], touching), np.max(alone, axis=0))


@given(shapes(), st.booleans(), st.sampled_from([0.25, 0.5, 1.0, 2.0]), st.integers(-50, 50), st.integers(-50, 50))
def test_scale_and_place_do_not_matter(polygon: object, touching: bool, cell: float, x: int, y: int) -> None:
    """Powers of two and whole numbers, so that nothing is rounded but the sums."""
    moved = shapely.transform(polygon, lambda xy: (xy + np.array([x, y])) * cell)
    found = burnt([moved], [5.0], touching, Grid(x * cell, y * cell, 1 / cell))
    unsure = near_edge(polygon, cells(-1e-7)) if touching else near_edge(polygon, middles())
    np.testing.assert_array_equal(found[~unsure], burnt([polygon], [5.0], touching)[~unsure])


def test_only_the_chosen_are_burnt() -> None:
    polygons = rings(np.array([shapely.box(0, 0, 5, 5), shapely.box(10, 10, 15, 15)], object))
    out = np.zeros((SIDE, SIDE), np.float32)
    burn(polygons, np.array([3.0, 4.0]), np.array([1]), Grid(0, 0, 1), False, out)
    assert out.max() == 4
    assert (out > 0).sum() == 25
    burn(polygons, np.array([3.0, 4.0]), np.empty(0, int), Grid(0, 0, 1), True, out)
    assert (out > 0).sum() == 25


def test_a_courtyard_stays_open() -> None:
    court = shapely.Polygon(shapely.box(2, 2, 20, 20).exterior, [shapely.box(8, 8, 14, 14).exterior])
    for touching in (False, True):
        assert burnt([court], [9.0], touching)[9:13, 9:13].max() == 0
    assert burnt([court], [9.0], False)[8:14, 8:14].max() == 0


def test_a_house_thinner_than_a_cell_is_there_if_what_it_touches_counts() -> None:
    thin = shapely.box(3.1, 2, 3.2, 9)
    assert burnt([thin], [5.0], False).max() == 0
    assert (burnt([thin], [5.0], True)[2:9, 3] == 5).all()
