// Shades over the map: coverage at an altitude, what comes down; buildings; and the control that chooses among them.

import { clean, el } from "viewer/dom.js";
import { MAP, cividis } from "viewer/theme.js";

const KINDS = [
  ["none", "no shading"],
  ["seen", "seen"],
  ["by_two", "seen by two"],
  ["engageable", "engageable"],
  ["fall", "what comes down"],
];
const WAIT_MS = 150; // the slider rests this long before a map is asked for
const OPACITY = [0.3, 0.75]; // of the faintest and the strongest shade
const LEGEND = { width: 200, height: 12 };

/** Red, green, blue and opacity, 0..255, of a share: more is darker on light ground and lighter on dark ground. */
function shade(share, theme) {
  const [low, high] = OPACITY;
  const opacity = share <= 0.004 ? 0 : low + (high - low) * share;
  return [...cividis(theme === "dark" ? 0.15 + 0.85 * share : 0.9 - 0.9 * share), Math.round(255 * opacity)];
}

// Falls pile up under a few places: the root of their density keeps the rest visible.
const stretched = (grid, share) => (grid.unit === "probability" ? share : Math.sqrt(share));

/** A GRID document as a canvas. */
function painted(grid, theme) {
  const canvas = el("canvas", { width: grid.columns, height: grid.rows });
  const context = canvas.getContext("2d");
  const image = context.createImageData(grid.columns, grid.rows);
  const table = Array.from({ length: 256 }, (_, value) => shade(stretched(grid, value / 255), theme));
  const bytes = atob(grid.cells);
  for (let k = 0; k < bytes.length; k += 1) image.data.set(table[bytes.charCodeAt(k)], 4 * k);
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Lays shades and buildings over `map` and puts the control into `element`. */
export function create(element, store, api, map) {
  let shown = null; // the GRID on the map
  const control = createControl(element, store);
  const lay = () => {
    if (map.getLayer("shade")) map.removeLayer("shade");
    if (map.getSource("shade")) map.removeSource("shade");
    control.legend(shown);
    map.setLayoutProperty("within", "visibility", shown ? "none" : "visible"); // grey on a shade would be read as a value
    if (!shown) return;
    const { west, south, east, north } = shown;
    const corners = [
      [west, north],
      [east, north],
      [east, south],
      [west, south],
    ];
    map.addSource("shade", {
      type: "canvas",
      canvas: painted(shown, store.get("theme")),
      coordinates: corners,
      animate: false,
    });
    map.addLayer(
      {
        id: "shade",
        type: "raster",
        source: "shade",
        paint: { "raster-fade-duration": 0, "raster-resampling": "linear" },
      },
      "within",
    );
  };
  const follow = latest(async (layer, current) => {
    control.say(layer.kind === "none" ? "" : "Working out ...");
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
    control.say(trouble || summary(store, layer, grid));
  });
  store.on("layer", follow);
  store.on("case", () => store.get("layer").kind === "fall" && follow(store.get("layer")));
  store.on("theme", (theme) => {
    if (shown) lay();
    if (map.getLayer("buildings")) map.setPaintProperty("buildings", "fill-extrusion-color", MAP[theme].building);
  });
  return { buildings: addBuildings(map, store, api) };
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

async function asked(api, store, layer) {
  if (layer.kind === "none") return null;
  if (layer.kind === "fall")
    return api.fall({ case: store.get("case"), kind: layer.fall ?? store.get("view").fall.kinds[0] });
  return api.coverage({ what: layer.kind, altitude: layer.altitude, unit: layer.unit });
}

/** What the shades say, in one sentence. */
function summary(store, layer, grid) {
  if (!grid) return "";
  if (layer.kind === "fall") return "How many pieces a raid brings down on each square kilometre, on average.";
  const who = layer.unit ? clean(layer.unit) : "the defence";
  const does = { seen: `${who} sees`, by_two: "two units see", engageable: `${who} can engage` }[layer.kind];
  const what = grid.target ? clean(grid.target) : "a target";
  return `How likely it is, over all that is unknown, that ${does} ${what} ${layer.altitude} m above the ground.`;
}

/** The control in the map's corner. */
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
  const ramp = el("canvas", { ...LEGEND, "aria-hidden": "true" });
  const [low, high] = [el("span", null, "0"), el("span")];
  const legend = el("div", { class: "legend" }, low, ramp, high);
  const said = el("p", { class: "said", role: "status" });
  const rows = {
    unit: el("label", null, "Of ", unit),
    falls: el("label", null, "Of ", falls),
    height: el("label", null, "At ", height, metres),
  };
  const open = matchMedia("(width >= 900px)").matches;
  element.append(
    el(
      "details",
      { open },
      el("summary", null, "Layers and legend"),
      el("label", null, "Shade ", kind),
      rows.unit,
      rows.falls,
      rows.height,
      legend,
      said,
      key(),
    ),
  );
  store.on("layer", (layer) => {
    kind.value = layer.kind;
    unit.value = layer.unit ?? "";
    if (layer.fall) falls.value = layer.fall;
    const covered = !["none", "fall"].includes(layer.kind);
    rows.unit.hidden = !covered || layer.kind === "by_two" || !coverage?.units.length;
    rows.height.hidden = !covered;
    rows.falls.hidden = layer.kind !== "fall";
    const at = altitudes.findIndex((altitude) => altitude >= layer.altitude);
    height.value = at < 0 ? 0 : at;
    metres.textContent = ` ${layer.altitude} m`;
    height.setAttribute("aria-valuetext", `${layer.altitude} m above the ground`);
  });
  return {
    say: (text) => (said.textContent = text),
    legend(grid) {
      legend.hidden = !grid;
      if (!grid) return;
      drawRamp(ramp, grid, store.get("theme"));
      low.textContent = grid.unit === "probability" ? "0 %" : "0";
      high.textContent =
        grid.unit === "probability" ? "100 %" : `${grid.top.toPrecision(2)} ${grid.unit.replace("km2", "km²")}`;
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

function drawRamp(canvas, grid, theme) {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, LEGEND.width, LEGEND.height);
  for (let x = 0; x < LEGEND.width; x += 1) {
    const [red, green, blue, opacity] = shade(stretched(grid, (x + 1) / LEGEND.width), theme);
    context.fillStyle = `rgb(${red} ${green} ${blue} / ${opacity / 255})`;
    context.fillRect(x, 0, 1, LEGEND.height);
  }
}

/** What the marks on the map mean. */
function key() {
  const entry = (mark, text) => el("li", null, el("span", { class: `mark ${mark}` }), text);
  return el(
    "ul",
    { class: "key" },
    entry("asset", "defended asset"),
    entry("reach", "farthest reach"),
    entry("within", "place known within"),
    entry("stood", "stood here in this raid"),
    entry("threat", "threat"),
    entry("missile", "missile"),
    entry("gun", "gun burst"),
    entry("sight", "in sight"),
    entry("hit", "hit"),
    entry("miss", "missed"),
    entry("leak", "got through"),
  );
}

/** Extruded buildings, where there are any; a promise of how many. */
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
