// What the symbols, marks and lines on the map mean.

import { el, isWide } from "viewer/dom.js";
import { TRAIL_S } from "viewer/flight.js";
import { entity, symbol } from "viewer/symbols.js";

const KINDS = {
  missile: "fire unit with missiles",
  gun: "fire unit with guns",
  both: "fire unit with missiles and guns",
  sensor: "sensor",
  jammer: "jammer",
};

/**
 * The legend in `element`: of the kinds of units and places that the view has, and of all that may fly.
 * @param {Store} store
 */
export function create(element, store) {
  const view = store.get("view");
  const kinds = new Set(view.units.map(entity));
  const rough = view.units.some((unit) => unit.within_m > 0);
  const flying = view.cases.flatMap((one) => one.traffic ?? []);
  const hills = entry(mark("hill"), "hills, lit from the north-west");
  const sectors = entry(mark("reach"), "sector in which a sensor looks");
  sectors.hidden = true;
  store.on("replay", (replay) => (sectors.hidden = !replay?.units.some((unit) => unit.sectors)));
  const differs = entry(mark("differs"), "here one ends that ends otherwise in the other layout");
  store.on("hills", (there) => (hills.hidden = !there));
  store.on("beside", (beside) => (differs.hidden = !beside || beside === "none"));
  element.append(
    el(
      "details",
      { class: "legend", open: isWide() },
      el("summary", null, "Legend"),
      part("On the ground (symbols of APP-6)", [
        entry(symbol("any"), "blue frame: part of the defence"),
        ...Object.keys(KINDS).map((kind) => kinds.has(kind) && entry(symbol(kind), KINDS[kind])),
        view.assets.length > 0 && entry(mark("asset"), "defended place; line: its extent"),
        view.units.some((unit) => unit.reach_m) && entry(mark("reach"), "farthest reach of a unit"),
        sectors,
        rough && entry(mark("within"), "a unit stands somewhere in here"),
        rough && entry(mark("stood"), "where it stood in this raid"),
        hills,
      ]),
      part("In the air", [
        entry(mark("threat"), "drone, aircraft, decoy"),
        entry(mark("threat cruise"), "cruise missile"),
        entry(mark("threat ballistic"), "ballistic missile"),
        flying.some((one) => !one.friendly) && entry(mark("neutral"), "neutral: traffic that is no threat"),
        flying.some((one) => one.friendly) && entry(mark("neutral friendly"), "friendly aircraft"),
        entry(mark("threat lost"), "falling, no longer a threat"),
        entry(mark("missile"), "missile of the defence"),
        entry(mark("gun"), "burst of a gun"),
        entry(mark("trail"), `trail of a threat's last ${TRAIL_S} s`),
        entry(mark("drop"), "straight down to the ground"),
        entry(mark("sight"), "in sight and in range of a unit's sensors"),
        entry(mark("hit"), "hit"),
        entry(mark("miss"), "missed"),
        entry(mark("leak"), "a threat gets through"),
        differs,
      ]),
    ),
  );
}

const mark = (kinds) => el("span", { class: `mark ${kinds}` });
const entry = (picture, text) => el("li", null, el("span", { class: "picture" }, picture), text);
const part = (title, entries) => [el("p", null, title), el("ul", null, entries)];
