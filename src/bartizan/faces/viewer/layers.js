// Shades over the map: coverage at an altitude, what comes down; hills and buildings; and the control that chooses
// among shades.

import { compact } from "viewer/changes.js";
import { clean, el, isWide } from "viewer/dom.js";
import { MAP, blues, cividis } from "viewer/theme.js";

const KINDS = [
  ["none", "no shading"],
  ["seen", "seen"],
  ["by_two", "seen by two"],
  ["engageable", "engageable"],
  ["fall", "what comes down"],
];
const WAIT_MS = 150; // the slider rests this long before a map is asked for
const OPACITY = 0.66; // of shades of probabilities
const FALL_OPACITY = [0.3, 0.8]; // of where the least and the most comes down
/** What the ends of a scale of probabilities mean. */
const ENDS = {
  seen: ["hidden", "seen"],
  by_two: ["not by two", "seen by two"],
  engageable: ["out of reach", "in reach"],
};
const RAMP = { width: 200, height: 12 };
const LEVEL = Math.SQRT1_2; // the light of level ground, as studies/layers.py has it
const HILLS = { light: [0.5, 0.6], dark: [0.75, 0.16] }; // opacity of the deepest shadow, and of the brightest light
const FAINT_HILLS = 0.45; // of their opacity remains under a shade, which they would darken and lighten

/**
 * Red, green, blue and opacity, 0..255, of a share of a grid's top. Dark is hidden and bright is seen, by day and by
 * night, as in the report; what comes down has a hue of its own, which stands out from the ground the more there is.
 * @param {Grid} grid
 */
function shade(grid, share, theme) {
  if (grid.unit === "probability") return [...cividis(share), Math.round(255 * OPACITY)];
  const [low, high] = FALL_OPACITY;
  const much = Math.sqrt(share); // falls pile up under a few places: the root keeps the rest visible
  const opacity = share <= 0.004 ? 0 : low + (high - low) * much;
  return [...blues(theme === "dark" ? 1 - much : much), Math.round(255 * opacity)];
}

/** The same of the light on a hillside: black or white over the land; nothing where it is level or unknown. */
function hill(light, theme) {
  const [deepest, brightest] = HILLS[theme];
  if (light < LEVEL) return [0, 0, 0, light ? 255 * deepest * (1 - light / LEVEL) : 0];
  return [255, 255, 255, (255 * brightest * (light - LEVEL)) / (1 - LEVEL)];
}

/**
 * A GRID document as a canvas; `colour` makes red, green, blue and opacity of a share.
 * @param {Grid} grid
 */
function painted(grid, colour) {
  const canvas = el("canvas", { width: grid.columns, height: grid.rows });
  const context = canvas.getContext("2d");
  const image = context.createImageData(grid.columns, grid.rows);
  const table = Array.from({ length: 256 }, (_, value) => colour(value / 255));
  const bytes = atob(grid.cells);
  for (let k = 0; k < bytes.length; k += 1) image.data.set(table[bytes.charCodeAt(k)], 4 * k);
  context.putImageData(image, 0, 0);
  return canvas;
}

/**
 * Lays a GRID over the map, below another layer, in the place of the one with this name; nothing if it is null.
 * @param {Grid} grid
 */
function laid(map, id, grid, colour, below) {
  if (map.getLayer(id)) map.removeLayer(id);
  if (map.getSource(id)) map.removeSource(id);
  if (!grid) return;
  const { west, south, east, north } = grid;
  const coordinates = [
    [west, north],
    [east, north],
    [east, south],
    [west, south],
  ];
  map.addSource(id, { type: "canvas", canvas: painted(grid, colour), coordinates, animate: false });
  const paint = { "raster-fade-duration": 0, "raster-resampling": "linear" };
  map.addLayer({ id, type: "raster", source: id, paint }, below);
}

/**
 * Lays shades, hills and buildings over `map` and puts the control into `element`.
 * @param {Store} store
 * @param {Api} api
 */
export function create(element, store, api, map) {
  /** @type {{ shown: any, hills: any }} */
  let { shown, hills } = { shown: null, hills: null }; // the GRIDs on the map
  const control = createControl(element, store);
  const lay = () => {
    laid(map, "shade", shown, (share) => shade(shown, share, store.get("theme")), "within");
    control.ramp(shown);
    map.setLayoutProperty("within", "visibility", shown ? "none" : "visible"); // grey on a shade would be read as a value
    fade();
  };
  const fade = () => hills && map.setPaintProperty("hills", "raster-opacity", shown ? FAINT_HILLS : 1);
  const layHills = () => {
    laid(map, "hills", hills, (light) => hill(light, store.get("theme")), "grid");
    fade();
  };
  const terrain = api
    .terrain()
    .catch(() => ({ shade: null })) // a map without hills is one all the same
    .then((found) => {
      hills = found.shade;
      layHills();
      store.set("hills", Boolean(hills));
    });
  const follow = latest(async (layer, current) => {
    control.say(layer.kind === "none" ? "" : "Working out ...");
    /** @type {Grid | null} */
    let grid = null;
    let trouble = "";
    try {
      grid = await asked(api, store, layer);
    } catch (error) {
      trouble = error.message;
    }
    if (!current()) return;
    shown = grid;
    lay();
    control.say(trouble || (grid ? summary(store, layer, grid) : ""));
  });
  store.on("layer", follow);
  store.onAny(["case", "changes"], () => store.get("layer").kind !== "none" && follow(store.get("layer")));
  store.on("theme", (theme) => {
    if (shown) lay();
    if (hills) layHills();
    if (map.getLayer("buildings")) map.setPaintProperty("buildings", "fill-extrusion-color", MAP[theme].building);
  });
  return { terrain, buildings: addBuildings(map, store, api) };
}

/** Calls `fn(value, current)` a moment after the last call; `current()` says whether it is still the last. */
function latest(fn) {
  let timer = 0;
  let count = 0;
  return (value) => {
    const mine = ++count;
    clearTimeout(timer);
    timer = setTimeout(() => fn(value, () => mine === count), WAIT_MS);
  };
}

/**
 * @param {Api} api
 * @param {Store} store
 * @param {Layer} layer
 */
async function asked(api, store, layer) {
  if (layer.kind === "none") return null;
  if (layer.kind === "fall")
    return api.fall({
      case: store.get("case"),
      kind: layer.fall ?? store.get("view").fall?.kinds[0] ?? "",
    });
  const wanted = {
    what: layer.kind,
    altitude: layer.altitude,
    unit: layer.unit,
    threat: against(store),
  };
  return api.coverage(wanted, api.saved ? [] : compact(store.get("changes")));
}

/**
 * The threat that is covered against: the chosen one, else the first of the case's that is offered.
 * @param {Store} store
 */
function against(store) {
  const [view, { threat }] = [store.get("view"), store.get("layer")];
  const offered = (view.coverage?.threats ?? []).map((one) => one.name);
  if (threat || offered.length < 2) return threat;
  const flown = view.cases.find((one) => one.name === store.get("case"))?.threats ?? [];
  return flown.map((one) => one.type).find((type) => offered.includes(type)) ?? offered[0];
}

/**
 * What the shades say, in one sentence.
 * @param {Store} store
 * @param {Layer} layer
 * @param {Grid} grid
 */
function summary(store, layer, grid) {
  if (layer.kind === "fall") {
    const whose = store.get("changes").length ? " This stays the original's." : "";
    return `How many pieces a raid brings down on each square kilometre, on average.${whose}`;
  }
  const who = layer.unit ? clean(layer.unit) : "the defence";
  const does = { seen: `${who} sees`, by_two: "two units see", engageable: `${who} can engage` }[layer.kind];
  const what = grid.target ? clean(grid.target) : "a target";
  return `How likely it is, over all that is unknown, that ${does} ${what} ${layer.altitude} m above the ground.`;
}

/**
 * The control in the map's corner.
 * @param {Store} store
 */
function createControl(element, store) {
  const { coverage, fall } = store.get("view");
  const altitudes = coverage?.altitudes_m ?? [];
  const set = (change) => store.set("layer", { ...store.get("layer"), ...change });
  const kinds = KINDS.filter(([kind]) => kind === "none" || (kind === "fall" ? fall : coverage?.what.includes(kind)));
  const kind = choice(kinds, (value) =>
    set({
      kind: value,
      altitude: store.get("layer").altitude ?? altitudes[2] ?? altitudes[0],
      ...(value === "by_two" && { unit: null }),
    }),
  );
  const unit = choice(
    [["", "the whole defence"], ...(coverage?.units ?? []).map((name) => [name, clean(name)])],
    (value) => set({ unit: value || null }),
  );
  const threats = coverage?.threats ?? [];
  const threat = choice(
    threats.map(({ name, title }) => [name, clean(title)]),
    (value) => set({ threat: value }),
  );
  const falls = choice(
    (fall?.kinds ?? []).map((name) => [name, clean(name)]),
    (value) => set({ fall: value }),
  );
  const height = el("input", {
    type: "range",
    min: 0,
    max: Math.max(altitudes.length - 1, 0),
    step: 1,
    "aria-label": "Altitude of the target",
  });
  height.addEventListener("input", () => set({ altitude: altitudes[height.valueAsNumber] }));
  const metres = el("output");
  const ramp = el("canvas", { ...RAMP, "aria-hidden": "true" });
  const [low, high] = [el("span"), el("span")];
  const scale = el("div", { class: "ramp" }, ramp, low, high);
  const said = el("p", { class: "said", role: "status" });
  const rows = {
    unit: el("label", null, "Of ", unit),
    threat: el("label", null, "Against ", threat),
    falls: el("label", null, "Of ", falls),
    height: el("label", null, "At ", height, metres),
  };
  element.append(
    el(
      "details",
      { open: isWide() },
      el("summary", null, "Layers"),
      el("label", null, "Shade ", kind),
      rows.unit,
      rows.threat,
      rows.falls,
      rows.height,
      scale,
      said,
    ),
  );
  store.on("layer", (layer) => {
    kind.value = layer.kind;
    unit.value = layer.unit ?? "";
    if (layer.fall) falls.value = layer.fall;
    const covered = !["none", "fall"].includes(layer.kind);
    rows.unit.hidden = !covered || layer.kind === "by_two" || !coverage?.units.length;
    rows.threat.hidden = !covered || threats.length < 2;
    rows.height.hidden = !covered;
    rows.falls.hidden = layer.kind !== "fall";
    const at = altitudes.findIndex((altitude) => altitude >= (layer.altitude ?? 0));
    height.value = at < 0 ? 0 : at;
    metres.textContent = ` ${layer.altitude} m`;
    height.setAttribute("aria-valuetext", `${layer.altitude} m above the ground`);
  });
  store.onAny(["layer", "case"], () => (threat.value = against(store) ?? ""));
  return {
    say: (text) => (said.textContent = text),
    ramp(grid) {
      scale.hidden = !grid;
      if (!grid) return;
      drawRamp(ramp, grid, store.get("theme"));
      const [least, most] = ENDS[store.get("layer").kind] ?? ["none", "most"];
      const top = `${grid.top.toPrecision(2)} ${grid.unit.replace("km2", "km²")}`;
      low.textContent = grid.unit === "probability" ? `${least}: 0 %` : least;
      high.textContent = `${most}: ${grid.unit === "probability" ? "100 %" : top}`;
    },
  };
}

function choice(pairs, change) {
  const select = el(
    "select",
    null,
    pairs.map(([value, text]) => el("option", { value }, text)),
  );
  select.addEventListener("change", () => change(select.value));
  return select;
}

/** @param {Grid} grid */
function drawRamp(canvas, grid, theme) {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, RAMP.width, RAMP.height);
  for (let x = 0; x < RAMP.width; x += 1) {
    const [red, green, blue, opacity] = shade(grid, (x + 1) / RAMP.width, theme);
    context.fillStyle = `rgb(${red} ${green} ${blue} / ${opacity / 255})`;
    context.fillRect(x, 0, 1, RAMP.height);
  }
}

/**
 * Extruded buildings, where there are any; a promise of how many.
 * @param {Store} store
 * @param {Api} api
 */
async function addBuildings(map, store, api) {
  const found = await api.buildings().catch(() => ({ features: [] }));
  if (!found.features.length) return 0;
  map.addSource("buildings", { type: "geojson", data: found });
  map.addLayer(
    {
      id: "buildings",
      type: "fill-extrusion",
      source: "buildings",
      paint: {
        "fill-extrusion-color": MAP[store.get("theme")].building,
        "fill-extrusion-height": ["get", "height_m"],
        "fill-extrusion-opacity": 0.85,
      },
    },
    "flight",
  );
  return found.features.length;
}
