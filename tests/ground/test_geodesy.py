"""The local frame against geodesics on the ellipsoid, and those against a published example."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from bartizan.ground import geodesy

LATS, LONS = st.floats(-80, 80), st.floats(-180, 180)
BEARINGS, REACH = st.floats(0, 360), st.floats(1, 500_000)


@given(LATS, LONS, BEARINGS, REACH)
def test_distance_and_bearing_from_the_origin_are_kept(lat: float, lon: float, bearing: float, reach: float) -> None:
    """What azimuthal equidistant means."""
    there_lon, there_lat, _ = Geod(ellps="WGS84").fwd(lon, lat, bearing, reach)
    east, north = geodesy.to_local(there_lat, there_lon, (lat, lon))
    assert math.hypot(east, north) == pytest.approx(reach, abs=0.01)
    assert float(east) == pytest.approx(reach * math.sin(math.radians(bearing)), abs=0.01)
    assert float(north) == pytest.approx(reach * math.cos(math.radians(bearing)), abs=0.01)


@given(LATS, LONS, st.floats(-3e5, 3e5), st.floats(-3e5, 3e5))
def test_there_and_back(lat: float, lon: float, east: float, north: float) -> None:
    there = geodesy.to_degrees(east, north, (lat, lon))
    assert abs(there[1] - lon) <= 180
    assert [float(v) for v in geodesy.to_local(*there, (lat, lon))] == pytest.approx([east, north], abs=0.01)


@pytest.mark.parametrize("lon", [179.9, -179.9, 180.0, -180.0])
def test_longitudes_go_on_across_180_degrees(lon: float) -> None:
    """Along the equator a degree is as long everywhere: (pi / 180) a."""
    east = np.linspace(-50e3, 50e3, 11)
    found = geodesy.to_degrees(east, np.zeros(11), (0.0, lon))[1]
    assert found == pytest.approx(lon + np.degrees(east / 6_378_137.0), abs=1e-9)


def test_geodesic_of_the_gda_technical_manual() -> None:
    """Flinders Peak to Buninyong, 54972.271 m on GRS 80, whose axes differ from WGS 84 by 0.1 mm."""
    found = geodesy.distance_m(-37.95103341666667, 144.42486788888888, -37.65282113888889, 143.92649552777777)
    assert found == pytest.approx(54972.271, abs=0.002)


def test_radii() -> None:
    """IUGG mean radius (2a + b) / 3 of GRS 80; four thirds of it for radio waves."""
    a, b = 6_378_137.0, 6_356_752.314140
    assert pytest.approx((2 * a + b) / 3, abs=0.01) == geodesy.EARTH_RADIUS_M
    assert pytest.approx(4 / 3 * geodesy.EARTH_RADIUS_M) == geodesy.EFFECTIVE_RADIUS_M
