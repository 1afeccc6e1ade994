// Places on the earth and in the map's plane.

const EARTH_M = 6371008.8; // mean radius; a ring is true to 0.3 %, which no map shows
const RING_POINTS = 96;
const rad = Math.PI / 180;
export const METRES_PER_DEGREE = EARTH_M * rad; // of latitude

/** [lon, lat] of the place `distance_m` away in the direction `bearing`, radians clockwise from north, on the sphere. */
export function destination({ lat, lon }, distance_m, bearing) {
  const [f, d] = [lat * rad, distance_m / EARTH_M];
  const sin = Math.sin(f) * Math.cos(d) + Math.cos(f) * Math.sin(d) * Math.cos(bearing);
  const east = Math.sin(bearing) * Math.sin(d) * Math.cos(f);
  return [lon + Math.atan2(east, Math.cos(d) - Math.sin(f) * sin) / rad, Math.asin(sin) / rad];
}

/** The closed ring of [lon, lat] at one distance from a place. */
export function ring(place, distance_m) {
  const steps = Array.from({ length: RING_POINTS }, (_, k) =>
    destination(place, distance_m, (2 * Math.PI * k) / RING_POINTS),
  );
  return [...steps, steps[0]];
}

/** The outline of a sector about `place`, degrees clockwise from north, as far as `distance_m`. */
export function wedge(place, distance_m, azimuth_deg, width_deg) {
  const steps = Math.max(2, Math.ceil((RING_POINTS * width_deg) / 360));
  const arc = Array.from({ length: steps + 1 }, (_, k) =>
    destination(place, distance_m, (azimuth_deg + width_deg * (k / steps - 0.5)) * rad),
  );
  const tip = [place.lon, place.lat];
  return [tip, ...arc, tip];
}

/** [[west, south], [east, north]] of places with lat and lon, each with the `radius_m` around it. */
export function bounds(places) {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]; // a raid has too many for Math.min(...)
  for (const place of places) {
    for (const turn of [0, 0.5, 1, 1.5]) {
      const [lon, lat] = destination(place, Math.max(place.radius_m, 1), turn * Math.PI);
      [west, south] = [Math.min(west, lon), Math.min(south, lat)];
      [east, north] = [Math.max(east, lon), Math.max(north, lat)];
    }
  }
  return [
    [west, south],
    [east, north],
  ];
}

/** x and y of Web Mercator, 0..1 over the world from the north-west. */
export function mercator(lon, lat) {
  return [(lon + 180) / 360, (1 - Math.asinh(Math.tan(lat * rad)) / Math.PI) / 2];
}

/** How long a metre is in units of Web Mercator at a latitude. */
export const mercatorMetre = (lat) => 1 / (2 * Math.PI * EARTH_M * Math.cos(lat * rad));

export const collection = (features) => ({ type: "FeatureCollection", features });
export const feature = (type, coordinates, properties = {}) => ({
  type: "Feature",
  properties,
  geometry: { type, coordinates },
});
