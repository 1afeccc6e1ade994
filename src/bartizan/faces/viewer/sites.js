// Candidate sites on the map, while units are placed: buttons that are dragged or moved by keys, with what each is worth.

import { Marker } from "maplibre-gl";
import { clean, el } from "viewer/dom.js";
import { METRES_PER_DEGREE, collection, feature, ring } from "viewer/geo.js";
import { metres, moved, ordinary, without, withSite } from "viewer/question.js";
import { MAP } from "viewer/theme.js";

const STEP_M = 100; // an arrow key moves a site so far, with shift ten times
const ARROWS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const DISC_PX = [14, 44]; // across: of a site that is worth nothing, and of the best

/**
 * Markers of the sites of the question and of those that an area makes; a click on the map adds one.
 * @param {Store} store
 */
export function create(map, store) {
  map.addSource("kept-out", { type: "geojson", data: collection([]) });
  map.addLayer({
    id: "kept-out",
    type: "line",
    source: "kept-out",
    paint: { "line-width": 2, "line-dasharray": [2, 2] },
  });
  store.on("theme", (theme) => map.setPaintProperty("kept-out", "line-color", MAP[theme].threat));
  let markers = [];
  const draw = () => {
    for (const one of markers) one.remove();
    const shown = store.get("tab") === "place";
    markers = shown ? spots(store).map((spot) => marker(map, store, spot)) : [];
    map.getContainer().classList.toggle("placing", shown);
    map.getSource("kept-out").setData(collection(shown ? circles(store) : []));
  };
  store.onAny(["tab", "placing", "step"], () => redraw(map, draw));
  store.when("pointed", ({ lat, lng }) => store.set("placing", withSite(question(store), { lat, lon: lng })));
  store.when("add site", () => store.send("pointed", map.getCenter()));
}

/** Draws anew, and gives the focus back to the site that had it. */
function redraw(map, draw) {
  const held = document.activeElement?.getAttribute("data-site");
  draw();
  if (held) [...map.getContainer().querySelectorAll("[data-site]")].find((one) => one.dataset.site === held)?.focus();
}

/** @param {Store} store */
const question = (store) => store.get("placing") ?? ordinary(store.get("view"), store.get("case"));

/** Where sites stand while they are drawn, to be framed. @param {Store} store */
export function places(store) {
  return store.get("tab") === "place" ? spots(store).map(({ at }) => ({ ...at, radius_m: 0 })) : [];
}

/** Sites with what is known of each: of several kinds of units that might stand there, of that which is worth most.
 * @param {Store} store
 */
function spots(store) {
  const drawn = question(store).sites ?? [];
  const known = store.get("step")?.sites ?? [];
  const most = Math.max(1e-9, ...known.map((one) => one.alone.mean));
  const names = [...new Set([...drawn.map((one) => one.name), ...known.map((one) => one.site)])];
  return names.map((name) => {
    const own = drawn.find((one) => one.name === name);
    const [best] = known.filter((one) => one.site === name).sort((a, b) => b.alone.mean - a.alone.mean);
    const leads = known.filter((one) => one.site === name && one.leads).map((one) => one.system);
    const at = own?.at ?? best;
    return {
      name,
      at,
      own: Boolean(own),
      worth: best?.alone.mean ?? null,
      share: best ? best.alone.mean / most : 0,
      leads,
    };
  });
}

/** @param {Store} store */
function circles(store) {
  const { areas = [], keep_out: out = [] } = question(store);
  return [...areas, ...out].map(({ at, radius }) => feature("LineString", ring(at, metres(radius))));
}

/** What is said of a site. */
function spoken({ name, worth, leads }) {
  const known = worth === null ? "" : `, takes away ${(100 * worth).toFixed(1)} points alone`;
  return `candidate site ${clean(name)}${known}${leads.length ? `, best so far for ${clean(leads.join(", "))}` : ""}`;
}

/** @param {Store} store */
function marker(map, store, spot) {
  const across = DISC_PX[0] + (DISC_PX[1] - DISC_PX[0]) * Math.sqrt(Math.max(0, spot.share));
  const disc = el("span", { class: "disc" });
  disc.style.width = disc.style.height = `${across}px`;
  const points = spot.worth === null ? "" : `: ${(100 * spot.worth).toFixed(1)} points`;
  const label = el("span", { class: "label" }, clean(spot.name) + points);
  const element = el(
    "button",
    {
      type: "button",
      class: `site${spot.leads.length ? " leads" : ""}`,
      "data-site": spot.name,
      "aria-label": spoken(spot),
    },
    disc,
    label,
  );
  const draggable = spot.own && !store.get("placed");
  const made = new Marker({ element, draggable }).setLngLat([spot.at.lon, spot.at.lat]).addTo(map);
  element.addEventListener("click", (event) => event.stopPropagation());
  if (!draggable) return made;
  const put = (at) => store.set("placing", moved(question(store), spot.name, at));
  made.on("dragend", () => put({ lat: made.getLngLat().lat, lon: made.getLngLat().lng }));
  element.addEventListener("keydown", (event) => onKey(event, store, spot, put));
  return made;
}

/** Arrows move a site, Delete takes it away. @param {Store} store */
function onKey(event, store, { name, at }, put) {
  const step = ARROWS[event.key];
  const gone = event.key === "Delete" || event.key === "Backspace";
  if (!step && !gone) return;
  event.preventDefault();
  event.stopPropagation();
  if (gone) return store.set("placing", without(question(store), "sites", name));
  const degrees = ((event.shiftKey ? 10 : 1) * STEP_M) / METRES_PER_DEGREE;
  put({ lat: at.lat + step[1] * degrees, lon: at.lon + (step[0] * degrees) / Math.cos((at.lat * Math.PI) / 180) });
}
