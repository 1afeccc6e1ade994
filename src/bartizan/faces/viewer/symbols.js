// Units and assets on the map: buttons with APP-6 symbols and names, in front of everything that is drawn.

import ms from "milsymbol";
import { Marker } from "maplibre-gl";
import { isAbsent, unitNow, unitsOf } from "viewer/changes.js";
import { clean, el } from "viewer/dom.js";
import { METRES_PER_DEGREE } from "viewer/geo.js";
import { about, besides, setApart } from "viewer/placement.js";

// Numeric codes of APP-6(E): a friendly present unit of the land forces, then the entity and its modifiers.
const UNIT = "1003100000";
const ENTITY = {
  both: "1301000000",
  missile: "1301020000",
  gun: "1301010000",
  sensor: "1512005000",
  jammer: "1508000000",
  any: "0000000000",
};
const SYMBOL_PX = 18;
const STEP_M = 100; // an arrow key moves a unit so far, with shift ten times
const ARROWS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** What its symbol says of a unit. */
export function entity(unit) {
  if (unit.kind !== "fire unit") return unit.kind;
  const kinds = new Set(unit.effectors.map((one) => one.kind));
  return kinds.size === 1 ? (kinds.has("gun") ? "gun" : "missile") : "both";
}

/** The symbol of a kind of unit as `entity` has it, drawn for screens of two pixels in one. */
export function symbol(kind) {
  const style = { size: SYMBOL_PX, outlineWidth: 4, outlineColor: "#ffffff" };
  const picture = new ms.Symbol(UNIT + ENTITY[kind], style).asCanvas(2);
  picture.style.width = `${picture.width / 2}px`;
  return picture;
}

/**
 * Markers of all units and assets; they follow the selection, the changes and the open tab. Units move where `editable`.
 * @param {Store} store
 */
export function create(map, store, onPlaced, editable) {
  const view = store.get("view");
  const assets = view.assets.map((asset) => assetMarker(map, store, asset)); // units come to lie over them
  let units = [];
  const all = () => [...assets, ...units];
  const declutter = () => place(map, all());
  const press = () => {
    const selection = store.get("selection");
    for (const { marker, kind, item } of all()) {
      const chosen = selection?.kind === kind && selection?.name === item.name;
      marker.getElement().setAttribute("aria-pressed", String(chosen));
    }
    declutter();
  };
  const editing = () => editable && store.get("tab") === "whatif";
  store.on("changes", (changes) => {
    units = renewed(map, store, units, unitsOf(view, changes));
    for (const { marker } of units) marker.setDraggable(editing());
    for (const { marker, item } of units) {
      const now = unitNow(item, changes);
      marker.setLngLat([now.lon, now.lat]);
      marker.getElement().classList.toggle("moved", Boolean(now.moved));
      marker.getElement().classList.toggle("removed", Boolean(now.removed));
    }
    onPlaced();
    press();
  });
  store.onAny(["changes", "replay"], () => {
    for (const { marker, item } of units) showAbsence(marker.getElement(), item, isAbsent(store.get("replay"), item));
    declutter(); // a name is longer for it
  });
  store.on("tab", () => {
    for (const { marker } of units) marker.setDraggable(editing());
    map.getContainer().classList.toggle("editing", editing());
  });
  store.on("selection", press);
  map.on("moveend", declutter);
}

/** Marks a unit that is not there in the raid that is shown. */
function showAbsence(element, unit, absent) {
  element.classList.toggle("absent", absent);
  element.setAttribute("aria-label", clean(`${unit.name}, ${unit.kind}${absent ? ", absent in this raid" : ""}`));
}

/** Markers of units: those that there are already, and new ones; those of units that are no more are taken away. */
function renewed(map, store, markers, units) {
  const like = (one, unit) => one.item.name === unit.name && one.item.system === unit.system;
  for (const one of markers) if (!units.some((unit) => like(one, unit))) one.marker.remove();
  return units.map((unit) => {
    const found = markers.find((one) => like(one, unit));
    return found ? Object.assign(found, { item: unit }) : unitMarker(map, store, unit);
  });
}

/** @param {Store} store */
function button(store, kind, item, picture, says) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = `symbol ${kind}`;
  element.setAttribute("aria-label", clean(says));
  const label = el("span", { class: "label" }, clean(item.short || item.name));
  element.append(picture, label, el("span", { class: "leader", "aria-hidden": "true" }));
  element.addEventListener("click", (event) => {
    event.stopPropagation();
    store.set("selection", { kind, name: item.name });
  });
  return element;
}

/** @param {Store} store */
function unitMarker(map, store, unit) {
  const picture = symbol(entity(unit));
  const element = button(store, "unit", unit, picture, `${unit.name}, ${unit.kind}`);
  const marker = new Marker({ element }).setLngLat([unit.lon, unit.lat]).addTo(map);
  element.addEventListener(
    "pointerdown",
    () => marker.isDraggable() && store.set("selection", { kind: "unit", name: unit.name }),
  );
  marker.on("dragend", () => send(store, unit, marker.getLngLat()));
  element.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    if (!step || !marker.isDraggable()) return;
    event.preventDefault();
    event.stopPropagation();
    const degrees = ((event.shiftKey ? 10 : 1) * STEP_M) / METRES_PER_DEGREE;
    const { lat, lng } = marker.getLngLat();
    send(store, unit, {
      lat: lat + step[1] * degrees,
      lng: lng + (step[0] * degrees) / Math.cos((lat * Math.PI) / 180),
    });
  });
  return { marker, kind: "unit", item: unit };
}

const send = (store, unit, { lat, lng }) => store.send("move", { unit: unit.name, lat, lon: lng });

/** @param {Store} store */
function assetMarker(map, store, asset) {
  const picture = document.createElement("span");
  picture.className = "square";
  const element = button(store, "asset", asset, picture, `${asset.name}, defended asset`);
  const marker = new Marker({ element }).setLngLat([asset.lon, asset.lat]).addTo(map);
  return { marker, kind: "asset", item: asset };
}

/** Sets symbols apart that would hide one another, and puts names beside them; places that are defended stay, and have
 * their names first. */
function place(map, all) {
  const first = all.toSorted((a, b) => Number(chosen(b)) - Number(chosen(a))); // assets come first in `all`
  const parts = first.map(({ marker }) => partsOf(marker.getElement()));
  const points = first.map(({ marker }) => map.project(marker.getLngLat()));
  const symbols = parts.map(({ picture }, k) => ({
    ...sizeOf(picture),
    ...xy(points[k]),
  }));
  const offsets = setApart(symbols);
  const boxes = symbols.map(({ x, y, width, height }, k) => about(x + offsets[k][0], y + offsets[k][1], width, height));
  const names = parts.map(({ label }, k) => ({ ...sizeOf(label), must: chosen(first[k]) }));
  const spots = besides(boxes, names, sizeOf(map.getContainer()));
  first.forEach(({ marker }, k) => {
    marker.setOffset(offsets[k]);
    lead(parts[k].leader, offsets[k]);
    const element = marker.getElement();
    element.classList.toggle("nameless", !spots[k]);
    const [x, y] = spots[k] ?? [(boxes[k].left + boxes[k].right) / 2, boxes[k].bottom + names[k].height / 2];
    const { label } = parts[k];
    label.style.translate = `${Math.round(x - names[k].width / 2 - boxes[k].left)}px ${Math.round(y - names[k].height / 2 - boxes[k].top)}px`;
  });
}

const partsOf = (element) => {
  const [picture, label, leader] = element.children;
  return { picture, label, leader };
};
const sizeOf = ({ offsetWidth: width, offsetHeight: height }) => ({ width, height });
const xy = ({ x, y }) => ({ x, y });
const chosen = ({ marker }) => marker.getElement().getAttribute("aria-pressed") === "true";

/** A line from a symbol that was set apart to where it stands. */
function lead(leader, [dx, dy]) {
  const far = Math.hypot(dx, dy);
  leader.hidden = far === 0;
  leader.style.width = `${far}px`;
  leader.style.rotate = `${Math.atan2(-dy, -dx)}rad`;
}
