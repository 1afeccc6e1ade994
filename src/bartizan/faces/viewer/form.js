// The form of What if: the selected unit as it stands after all changes, the size of the raid, jamming. A field that is
// changed adds one change to the list.

import { unitNow, unitsOf } from "viewer/changes.js";
import { button, clean, el } from "viewer/dom.js";

/** @param {Store} store */
const add = (store, change) => store.set("changes", [...store.get("changes"), change]);

/**
 * The fields of the selected unit, and those of the whole raid; `disabled` where nothing can be played.
 * @param {Store} store
 */
export function createForm(store, disabled) {
  const unit = el("fieldset", { class: "unit", disabled });
  const raid = el("fieldset", { class: "raid", disabled });
  const draw = () => {
    renew(unit, unitFields(store));
    renew(raid, raidFields(store));
  };
  store.onAny(["view", "selection", "changes", "case"], draw);
  return el("form", { submit: (event) => event.preventDefault() }, unit, raid);
}

const fieldsOf = (element) => [...element.querySelectorAll("[data-field]")];
const namesOf = (element) => JSON.stringify(fieldsOf(element).map((one) => one.dataset.field));

/** Puts fresh content in place; where the fields are the same, only their values, so that the reader's focus stays. */
function renew(element, content) {
  const fresh = el("div", { "data-about": content[0].textContent }, content);
  if (element.dataset.about !== fresh.dataset.about || namesOf(element) !== namesOf(fresh)) {
    element.dataset.about = fresh.dataset.about;
    element.replaceChildren(...content);
    return;
  }
  const values = fieldsOf(fresh);
  fieldsOf(element).forEach((one, k) => {
    one.value = values[k].value;
    one.checked = values[k].checked;
  });
}

/** A labelled number; a value outside its bounds is explained by the browser and changes nothing. */
function field(title, value, unit, bounds, apply) {
  const accept = () => {
    if (input.reportValidity()) apply(input.value === "" ? null : input.valueAsNumber);
  };
  const input = el("input", { type: "number", value, required: true, ...bounds, "data-field": title, change: accept });
  return el("label", { class: "field" }, el("span", null, title), el("span", null, input, unit ? ` ${unit}` : ""));
}

const WHOLE = { min: 0, max: 1000000, step: 1 };

/** @param {Store} store */
function unitFields(store) {
  const selection = store.get("selection");
  const stated =
    selection?.kind === "unit" &&
    unitsOf(store.get("view"), store.get("changes")).find((one) => one.name === selection.name);
  if (!stated) return [el("p", { class: "empty" }, "Choose a unit to change it.")];
  if (stated.height_m === null)
    return [el("p", { class: "empty" }, "The scenario of these results could not be opened.")];
  const now = () => unitNow(stated, store.get("changes"));
  const legend = el("legend", null, el("bdi", null, clean(stated.name)));
  const change = (op, values) => add(store, { op, unit: stated.name, ...values });
  if (now().removed)
    return [legend, el("p", { class: "empty" }, "It is removed. Undo, or take the change back below.")];
  const remove = button("Remove the unit", () => change("remove", {}), { class: "bad", "data-field": "remove" });
  return [legend, el("div", { class: "fields" }, placeFields(now, change), weaponFields(now(), change), remove)];
}

const degrees = (value) => Number(value.toFixed(5));

function placeFields(now, change) {
  const { lat, lon, within_m: within, height_m: height, roof_storeys: storeys } = now();
  const any = { step: "any" };
  const mapped = now().on_roof && storeys === null; // as high as the building that the map has there
  const roof = { min: 0, max: 300, step: 1, required: false, placeholder: "as mapped" };
  return [
    field("Latitude", degrees(lat), "°", { min: -85, max: 85, ...any }, (value) =>
      change("move", { lat: value, lon: now().lon }),
    ),
    field("Longitude", degrees(lon), "°", { min: -180, max: 180, ...any }, (value) =>
      change("move", { lat: now().lat, lon: value }),
    ),
    field("Known to within (0: exactly)", within, "m", { min: 0, max: 1000000, ...any }, (m) =>
      change("within", { m }),
    ),
    field("Antenna height", height, "m", { min: 0, max: 10000, ...any }, (m) => change("height", { m })),
    field("Roof, storeys (0: none)", mapped ? "" : (storeys ?? 0), "", roof, (value) =>
      change("roof", { storeys: value }),
    ),
  ];
}

function weaponFields(unit, change) {
  if (!unit.effectors.length) return [];
  const rounds = unit.effectors.map(({ name, rounds: many }) =>
    field(`${clean(name)} rounds`, many, "", WHOLE, (value) => change("rounds", { effector: name, value })),
  );
  return [
    ...rounds,
    field("Engages at once", unit.channels, "", WHOLE, (value) => change("channels", { value })),
    field("Rounds in a salvo", unit.salvo, "", { min: 1, max: 100, step: 1 }, (salvo) => change("doctrine", { salvo })),
  ];
}

/** @param {Store} store */
function raidFields(store) {
  const [name, changes] = [store.get("case"), store.get("changes")];
  /** @type {(op: string, test?: (one: Change) => boolean) => Change | undefined} */
  const last = (op, test = () => true) => changes.findLast((one) => one.op === op && test(one));
  const factor = last("raid_size", (one) => one.case === name)?.factor ?? 1;
  const jamming = el("input", {
    type: "checkbox",
    "data-field": "jamming",
    change: () => add(store, { op: "jamming", on: jamming.checked }),
  });
  jamming.checked = last("jamming")?.on ?? true;
  const size = field("Size", factor, "times", { min: 0.01, max: 1000, step: "any" }, (value) =>
    add(store, { op: "raid_size", case: name, factor: value }),
  );
  const switched = el("label", { class: "field" }, el("span", null, "Jamming"), jamming, " on");
  return [el("legend", null, "The raid"), el("div", { class: "fields" }, size, switched)];
}
