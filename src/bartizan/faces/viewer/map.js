// The map: what stands where, what is selected, and the layers that other modules draw.

import { Map as Chart, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import * as basemap from "viewer/basemap.js";
import { compact, isAbsent, unitNow, unitsOf } from "viewer/changes.js";
import { createFlight } from "viewer/flight.js";
import { METRES_PER_DEGREE, bounds, collection, feature, ring, wedge } from "viewer/geo.js";
import * as layers from "viewer/layers.js";
import * as legend from "viewer/legend.js";
import * as sites from "viewer/sites.js";
import * as symbols from "viewer/symbols.js";
import { button, clean, el, isWide } from "viewer/dom.js";
import { MAP } from "viewer/theme.js";
import { plural } from "viewer/words.js";

const DIFFERING = { "circle-radius": 10, "circle-opacity": 0, "circle-stroke-width": 3 };
const CITY_PITCH = 45; // degrees, where there are buildings to be seen
const [CLOSEST_ZOOM, EDGE_PX, LEGEND_PX] = [14.5, 60, 270];
const EMPTY_M = 5000; // shown about the origin of a scenario in which nothing stands

/**
 * The map in `element`. `ready` is fulfilled when all that the address asked for is drawn. One that is `aside` another
 * has no controls of its own.
 * @param {Store} store
 * @param {Api} api
 */
export function create(element, store, api, aside = false) {
  setWorkerUrl(import.meta.resolve("maplibre-gl-worker"));
  const view = store.get("view");
  const size = bounds(standing(store));
  /** @type {any} */
  const options = {
    container: element,
    style: basemap.style(store.get("theme"), view),
    attributionControl: false,
    maxPitch: 80,
    renderWorldCopies: false,
    ...camera(store.get("camera"), size, frame()),
  };
  const map = new Chart(options);
  map.addControl(new NavigationControl({ visualizePitch: true }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  map.on("error", ({ error }) => store.send("trouble", `The map: ${error.message}`));
  const flight = createFlight(store);
  const ready = new Promise((done) =>
    map.once("style.load", () => done(drawn(element, store, api, map, flight, aside))),
  );
  return Object.assign(map, { flight, ready });
}

/** What stands on the map, what was added included, to be framed. @param {Store} store */
function standing(store) {
  const [view, changes] = [store.get("view"), store.get("changes")];
  return places({ ...view, units: unitsOf(view, changes).map((unit) => unitNow(unit, changes)) });
}

/**
 * What a view has on the map.
 * @param {View} view
 */
function places(view) {
  const all = [...view.assets, ...view.units.map(({ lat, lon }) => ({ lat, lon, radius_m: 0 }))];
  return all.length ? all : [{ ...view.origin, radius_m: EMPTY_M }];
}

/** How what is framed keeps clear of the map's edges, and of the legend where there is room for both. */
function frame() {
  const left = isWide() && !document.body.classList.contains("two") ? LEGEND_PX : EDGE_PX;
  return { padding: { top: EDGE_PX, right: EDGE_PX, bottom: EDGE_PX, left }, maxZoom: CLOSEST_ZOOM };
}

function camera(kept, size, fitBoundsOptions) {
  if (!kept) return { bounds: size, fitBoundsOptions };
  const { lat, lon, zoom, pitch, bearing } = kept;
  return { center: [lon, lat], zoom, pitch, bearing };
}

/**
 * @param {Store} store
 * @param {Api} api
 */
async function drawn(element, store, api, map, flight, aside) {
  const view = store.get("view");
  const colour = () => MAP[store.get("theme")];
  for (const id of ["reach", "within", "assets", "stood", "differing", "sectors"])
    map.addSource(id, { type: "geojson", data: collection([]) });
  map.addLayer({ id: "within", type: "fill", source: "within" });
  map.addLayer({ id: "assets", type: "line", source: "assets", paint: { "line-width": 1.5 } });
  map.addLayer({
    id: "reach",
    type: "line",
    source: "reach",
    paint: { "line-width": ["case", ["get", "chosen"], 2.5, 1] },
  });
  map.addLayer({ id: "sectors", type: "line", source: "sectors", paint: { "line-width": 1.5 } });
  map.addLayer({ id: "stood", type: "line", source: "stood", paint: { "line-width": 1, "line-dasharray": [3, 2] } });
  map.addLayer({ id: "stood-ends", type: "circle", source: "stood", paint: { "circle-radius": 3.5 } });
  map.setFilter("stood-ends", ["==", ["geometry-type"], "Point"]);
  map.addLayer({ id: "differing", type: "circle", source: "differing", paint: DIFFERING });
  map.addLayer(flight.layer);
  map
    .getSource("assets")
    .setData(
      collection(view.assets.filter((a) => a.radius_m > 0).map((a) => feature("LineString", ring(a, a.radius_m)))),
    );
  const rings = () => drawRings(map, store);
  symbols.create(map, store, rings, !api.saved && !aside);
  if (!aside) sites.create(map, store);
  store.onAny(["selection", "replay"], rings);
  store.on("differing", (ends) => map.getSource("differing").setData(collection((ends ?? []).map(spot))));
  store.on("replay", (replay) => map.getSource("stood").setData(collection(stood(store, replay))));
  const faces = sectors(map, store);
  store.onAny(["replay", "time"], faces);
  store.on("theme", (theme) => {
    basemap.repaint(map, theme);
    map.setPaintProperty("within", "fill-color", colour().within);
    map.setPaintProperty("within", "fill-opacity", 0.22);
    map.setPaintProperty("assets", "line-color", colour().asset);
    map.setPaintProperty("reach", "line-color", colour().reach);
    map.setPaintProperty("sectors", "line-color", colour().reach);
    map.setPaintProperty("stood", "line-color", colour().ink);
    map.setPaintProperty("stood-ends", "circle-color", colour().ink);
    map.setPaintProperty("differing", "circle-stroke-color", colour().differs);
    map.setPaintProperty("reach", "line-opacity", ["case", ["get", "chosen"], 1, 0.35]);
  });
  const corner = el("div", { id: "layers", role: "group", "aria-label": "Layers and legend", tabindex: 0 });
  const notes = el("div", { id: "notes" }, changedNote(store));
  if (!aside) element.after(notes, corner); // over the map where there is room, else below it
  element.append(credit(view));
  const shades = layers.create(corner, store, api, map);
  corner.firstChild.append(frameButtons(map, store));
  legend.create(corner, store);
  follow(element, store, map, flight);
  pointOutside(notes, store, map, flight);
  const tilted = shades.buildings.then((count) => tilt(map, store, count));
  await Promise.all([background(map, store, api), shades.terrain, tilted]);
  await new Promise((done) => map.once("idle", done));
}

/** Brings what stands on the map into the frame. @param {Store} store */
export function frameDefence(map, store) {
  map.fitBounds(bounds(standing(store)), { ...frame(), duration: 0, pitch: map.getPitch(), bearing: map.getBearing() });
}

/**
 * Brings places, and what they are the middle of, into the frame.
 * @param {Store} store
 */
function show(map, store, all) {
  map.fitBounds(bounds(all), {
    ...frame(),
    duration: 0,
    pitch: map.getPitch(),
    bearing: map.getBearing(),
  });
  store.set("camera", seenFrom(map));
}

/** @param {Store} store */
const showRaid = (map, store) => show(map, store, [...standing(store), ...flown(store.get("replay"))]);

/**
 * Buttons that bring the defence, or the whole raid, into the frame.
 * @param {Store} store
 */
function frameButtons(map, store) {
  const defence = button("Defence", () => show(map, store, [...standing(store), ...sites.places(store)]));
  const raid = button("Whole raid", () => showRaid(map, store));
  store.on("replay", (replay) => (raid.disabled = !replay));
  return el("div", { id: "frame" }, defence, raid);
}

/**
 * Says that what is shown is the changed scenario's.
 * @param {Store} store
 */
function changedNote(store) {
  const note = el("p", { id: "changed", role: "status" });
  const tell = () => {
    const count = compact(store.get("changes")).length;
    note.hidden = !count;
    const raid = store.get("replay")?.changed
      ? "the raid and the shades are"
      : "the raid is being played anew; shades are";
    note.textContent = `With ${plural(count, "change")}: ${raid} the changed scenario's.`;
  };
  store.onAny(["changes", "replay"], tell);
  return note;
}

/**
 * Says where to look while nothing that flies is in the frame, as most raids begin.
 * @param {Store} store
 */
function pointOutside(notes, store, map, flight) {
  const text = el("span");
  const raid = button("Whole raid", () => showRaid(map, store));
  const note = el("p", { id: "outside", hidden: true }, text, raid);
  notes.append(note);
  let second = NaN; // the raid's second for which this was looked at last
  const again = () => (second = NaN);
  store.on("replay", again);
  map.on("move", again);
  map.on("render", () => {
    const now = Math.floor(store.get("time"));
    if (now === second) return;
    second = now;
    const { flying, seen } = flight.counted();
    note.hidden = !store.get("replay") || seen > 0;
    raid.hidden = !flying;
    text.textContent = whereabouts(flying);
  });
}

/** @param {number[]} place */
const spot = ([lon, lat]) => feature("Point", [lon, lat]);

/** @param {Replay | null} replay */
const flown = (replay) =>
  (replay?.threats ?? []).flatMap((one) => one.track.map(([lon, lat]) => ({ lon, lat, radius_m: 0 })));

/**
 * Looks at a city from the side, unless the reader has chosen where to look from.
 * @param {Store} store
 */
function tilt(map, store, buildings) {
  if (buildings && !store.get("camera")) map.jumpTo({ pitch: CITY_PITCH });
}

/**
 * Reaches of fire units and jammers that are there, and the discs within which places are known; of what is chosen
 * more strongly.
 * @param {Store} store
 */
function drawRings(map, store) {
  const [selection, changes] = [store.get("selection"), store.get("changes")];
  /** @type {[any[], any[]]} */
  const [reach, within] = [[], []];
  for (const unit of unitsOf(store.get("view"), changes)) {
    const now = unitNow(unit, changes);
    if (now.removed || isAbsent(store.get("replay"), now)) continue;
    const chosen = selection?.kind === "unit" && selection.name === unit.name;
    if (unit.reach_m) reach.push(feature("LineString", ring(now, unit.reach_m), { chosen }));
    if (now.within_m) within.push(feature("Polygon", [ring(now, now.within_m)], { chosen }));
  }
  map.getSource("reach").setData(collection(reach));
  map.getSource("within").setData(collection(within));
}

/**
 * Where units whose places are known roughly stood in a raid, each tied to its symbol: there its shots begin.
 * @param {Store} store
 * @param {Replay | null} replay
 */
function stood(store, replay) {
  const changes = store.get("changes");
  const units = unitsOf(store.get("view"), changes).map((unit) => unitNow(unit, changes));
  const drawn = new Map((replay?.units ?? []).map((unit) => [unit.name, [unit.lon, unit.lat]]));
  const apart = units.filter((unit) => unit.within_m > 0 && drawn.has(unit.name));
  return apart.flatMap(({ name, lon, lat }) => [
    feature("LineString", [[lon, lat], drawn.get(name)]),
    feature("Point", drawn.get(name)),
  ]);
}

/**
 * Draws where sensors with a sector look at the moment that is shown, as far as their units reach; one that is being
 * turned looks nowhere. Only what has changed is drawn anew.
 * @param {Store} store
 */
function sectors(map, store) {
  let before = "";
  return () => {
    const time = store.get("time");
    const reaches = new Map(store.get("view").units.map((unit) => [unit.name, unit.reach_m]));
    const lines = (store.get("replay")?.units ?? []).flatMap((unit) =>
      (unit.sectors ?? []).flatMap(({ width_deg, looks }) =>
        looks
          .filter((one) => (one.from_s ?? -Infinity) <= time && time < (one.until_s ?? Infinity))
          .map((one) => wedge(unit, reaches.get(unit.name) ?? 0, one.azimuth_deg, width_deg)),
      ),
    );
    const now = JSON.stringify(lines);
    if (now === before) return;
    before = now;
    map.getSource("sectors").setData(collection(lines.map((line) => feature("LineString", line))));
  };
}

/**
 * @param {Store} store
 * @param {Api} api
 */
async function background(map, store, api) {
  const view = store.get("view");
  if (view.backdrop) map.getSource("backdrop").setData(view.backdrop);
  if (view.real) return map.getSource("world").setData(await api.world());
  map.getSource("grid").setData(basemap.plainGrid(view.origin, gridStep(view)));
}

/**
 * Of an abstract frame, m: as suits the defence; its origin lies on the equator, where degrees are alike.
 * @param {View} view
 */
function gridStep(view) {
  const [[west, south], [east, north]] = bounds(places(view));
  return basemap.gridStep(Math.max(east - west, north - south) * METRES_PER_DEGREE);
}

function whereabouts(flying) {
  if (!flying) return "No threat is in the air at this moment.";
  if (flying === 1) return "1 threat is in the air, outside this view.";
  return `${flying} threats are in the air, all outside this view.`;
}

/**
 * Whom the map has its lines from.
 * @param {View} view
 */
function credit(view) {
  const of = [view.real && "Natural Earth", view.backdrop?.attribution, view.credit, view.tiles?.attribution];
  const abstract = `An abstract frame, not a place on the earth; a line every ${gridStep(view) / 1000} km`;
  const said = view.real ? [...new Set(of.filter(Boolean))] : [abstract];
  return el("p", { class: "credit" }, clean(said.join(" · ")));
}

/** Whence the reader looks, as the address keeps it. */
export function seenFrom(map) {
  const { lat, lng } = map.getCenter();
  const round = (value, digits) => Number(value.toFixed(digits));
  return {
    lat: round(lat, 5),
    lon: round(lng, 5),
    zoom: round(map.getZoom(), 2),
    pitch: round(map.getPitch(), 1),
    bearing: round(map.getBearing(), 1),
  };
}

/**
 * Keeps the address's camera, clicks on threats, and the label of the chosen threat in step with the map.
 * @param {Store} store
 */
function follow(element, store, map, flight) {
  map.on("moveend", ({ originalEvent }) => originalEvent && store.set("camera", seenFrom(map)));
  map.on("click", ({ point, lngLat }) => {
    if (store.get("tab") === "place") return store.send("pointed", lngLat);
    const name = flight.pick(point.x, point.y);
    store.set("selection", name ? { kind: "threat", name } : null);
  });
  const label = el("p", { class: "threat-label", hidden: true });
  element.append(label);
  map.on("render", () => {
    const selection = store.get("selection");
    const found = selection?.kind === "threat" ? flight.find(selection.name) : null;
    label.hidden = !found;
    if (!selection || !found) return;
    label.textContent = `${clean(selection.name)} · ${Math.round(found.above_m)} m above the ground`;
    label.style.transform = `translate(${Math.round(found.x)}px, ${Math.round(found.y)}px)`;
  });
}
