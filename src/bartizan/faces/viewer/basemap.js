// What lies under everything: land and borders, the backdrop's outlines, the reader's own tiles, or a plain grid.

import { collection, destination, feature } from "viewer/geo.js";
import { MAP } from "viewer/theme.js";

// Natural Earth at 1:110 million is a kilometre off and more: nearer than this its coasts would be taken for true.
const COARSE_ZOOM = [7, 8.5];
const GRID_STEPS = 10; // on each side of the origin

/**
 * The style of an empty map; its sources are filled by map.js.
 * @param {View} view
 */
export function style(theme, view) {
  const empty = () => ({ type: "geojson", data: collection([]) });
  const sources = { world: empty(), backdrop: empty(), grid: empty() };
  const layers = [
    { id: "sea", type: "background" },
    { id: "land", type: "fill", source: "world", filter: ["==", ["get", "kind"], "land"] },
    { id: "border", type: "line", source: "world", filter: ["==", ["get", "kind"], "border"], maxzoom: COARSE_ZOOM[1] },
    { id: "grid", type: "line", source: "grid" },
    { id: "backdrop", type: "line", source: "backdrop" },
  ];
  if (view.tiles) layers.splice(3, 0, ...tileLayers(view.tiles, sources));
  return {
    version: 8,
    sources,
    layers: layers.map((layer) => ({ ...layer, paint: paint(theme)[layer.id] ?? layer.paint })),
  };
}

/** The paint of each layer in a theme. */
function paint(theme) {
  const colour = MAP[theme];
  const far = (a, b) => ["interpolate", ["linear"], ["zoom"], COARSE_ZOOM[0], a, COARSE_ZOOM[1], b];
  return {
    sea: { "background-color": far(colour.sea, colour.land) },
    land: { "fill-color": colour.land },
    border: { "line-color": colour.border, "line-width": 1 },
    backdrop: { "line-color": colour.line, "line-width": 0.8, "line-opacity": 0.8 },
    grid: { "line-color": colour.grid, "line-width": 1 },
  };
}

/** Paints every layer of the base map anew. */
export function repaint(map, theme) {
  for (const [id, values] of Object.entries(paint(theme))) {
    if (!map.getLayer(id)) continue;
    for (const [property, value] of Object.entries(values)) map.setPaintProperty(id, property, value);
  }
}

/** Layers of the reader's own map; of vector tiles all lines and outlines, because their meaning is not ours to know. */
function tileLayers(tiles, sources) {
  const { kind, url, minzoom = 0, maxzoom = 22, bounds } = tiles;
  const address = new URL(url, location.href).href.replace(/%7B/gi, "{").replace(/%7D/gi, "}");
  sources.tiles = { type: kind, tiles: [address], minzoom, maxzoom, ...(bounds ? { bounds } : {}) };
  if (kind === "raster") {
    sources.tiles.tileSize = tiles.tile_size ?? 256;
    return [{ id: "tiles", type: "raster", source: "tiles", paint: { "raster-opacity": 0.8 } }];
  }
  return (tiles.layers ?? []).map((name, k) => ({
    id: `tiles-${k}`,
    type: "line",
    source: "tiles",
    "source-layer": name,
    paint: { "line-color": "#888888", "line-width": 0.7 },
  }));
}

/** The step of a plain grid that suits a defence of a given size, m: 1, 2 or 5 times a power of ten. */
export function gridStep(size_m) {
  const power = 10 ** Math.floor(Math.log10(size_m / 4));
  return power * ([5, 2].find((times) => times * power <= size_m / 4) ?? 1);
}

/** Lines of east and north every `step_m` about the origin. */
export function plainGrid(origin, step_m) {
  const reach = GRID_STEPS * step_m;
  const at = (east, north) => destination(origin, Math.hypot(east, north), Math.atan2(east, north));
  const lines = [];
  for (let k = -GRID_STEPS; k <= GRID_STEPS; k += 1) {
    lines.push([at(k * step_m, -reach), at(k * step_m, reach)], [at(-reach, k * step_m), at(reach, k * step_m)]);
  }
  return collection([feature("MultiLineString", lines)]);
}
