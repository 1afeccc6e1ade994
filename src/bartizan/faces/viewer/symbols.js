// Units and assets on the map: buttons with APP-6 symbols and names, in front of everything that is drawn.

import ms from "milsymbol";
import { Marker } from "maplibre-gl";
import { unitNow } from "viewer/changes.js";
import { clean } from "viewer/dom.js";
import { METRES_PER_DEGREE } from "viewer/geo.js";

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
const TOUCH_PX = 5; // names may lie so far over a symbol or another name
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

/** Markers of all units and assets; they follow the selection, the changes and the open tab. Units move where `editable`. */
export function create(map, store, onPlaced, editable) {
  const view = store.get("view");
  const assets = view.assets.map((asset) => assetMarker(map, store, asset)); // units come to lie over them
  const units = view.units.map((unit) => unitMarker(map, store, unit));
  const all = [...assets, ...units];
  const declutter = () => hideOverlaps(all.map(({ marker }) => marker.getElement()));
  store.on("changes", (changes) => {
    for (const { marker, item } of units) {
      const now = unitNow(item, changes);
      marker.setLngLat([now.lon, now.lat]);
      marker.getElement().classList.toggle("moved", Boolean(now.moved));
      marker.getElement().classList.toggle("removed", Boolean(now.removed));
    }
    onPlaced();
    declutter();
  });
  store.on("tab", (tab) => {
    const editing = editable && tab === "whatif";
    for (const { marker } of units) marker.setDraggable(editing);
    map.getContainer().classList.toggle("editing", editing);
  });
  store.on("selection", (selection) => {
    for (const { marker, kind, item } of all) {
      const chosen = selection?.kind === kind && selection.name === item.name;
      marker.getElement().setAttribute("aria-pressed", String(chosen));
    }
    declutter();
  });
  map.on("moveend", declutter);
}

function button(store, kind, item, picture, says) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = `symbol ${kind}`;
  element.setAttribute("aria-label", clean(says));
  const label = document.createElement("span");
  label.className = "label";
  label.textContent = clean(item.name);
  element.append(picture, label);
  element.addEventListener("click", (event) => {
    event.stopPropagation();
    store.set("selection", { kind, name: item.name });
  });
  return element;
}

function unitMarker(map, store, unit) {
  const picture = symbol(entity(unit));
  const element = button(store, "unit", unit, picture, `${unit.name}, ${unit.kind}`);
  const marker = new Marker({ element, anchor: "top", offset: [0, -picture.height / 4] })
    .setLngLat([unit.lon, unit.lat])
    .addTo(map);
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

function assetMarker(map, store, asset) {
  const picture = document.createElement("span");
  picture.className = "square";
  const element = button(store, "asset", asset, picture, `${asset.name}, defended asset`);
  const marker = new Marker({ element, anchor: "top", offset: [0, -7] }).setLngLat([asset.lon, asset.lat]).addTo(map);
  return { marker, kind: "asset", item: asset };
}

/** Hides names that would lie over other names or symbols; the chosen one comes first, then the file's order. */
function hideOverlaps(elements) {
  const first = elements.toSorted((a, b) => chosen(b) - chosen(a));
  const boxes = (one) => [one.firstChild, one.lastChild].map((part) => part.getBoundingClientRect());
  const found = first.map((element) => ({ element, boxes: boxes(element) }));
  const names = [];
  for (const {
    element,
    boxes: [, name],
  } of found) {
    const others = found.filter((other) => other.element !== element).map((other) => other.boxes[0]);
    const hidden = !chosen(element) && [...names, ...others].some((box) => overlap(name, box));
    element.classList.toggle("nameless", hidden);
    if (!hidden) names.push(name);
  }
}

const chosen = (element) => element.getAttribute("aria-pressed") === "true";
const overlap = (a, b) =>
  Math.min(a.right, b.right) - Math.max(a.left, b.left) > TOUCH_PX &&
  Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > TOUCH_PX;
