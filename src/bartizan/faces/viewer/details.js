// What stands behind the selected item: what it is, its figures with sources and grades, the statements that carry
// them, and for a threat its fate and what happened to it.

import { isAbsent, unitsOf } from "viewer/changes.js";
import { button, clean, el, named } from "viewer/dom.js";
import { kindOf } from "viewer/events.js";
import { createSettled } from "viewer/settled.js";
import {
  CAUSES,
  FATES,
  FRIENDLY_FATES,
  NEUTRAL_FATES,
  NONE,
  amount,
  moment,
  distance,
  gradeMeaning,
  interval,
  percent,
  plural,
} from "viewer/words.js";

/**
 * The Details tab.
 * @param {Store} store
 * @param {Api} api
 */
export function create(element, store, api) {
  const chooser = createChooser(store, "Show ", ["unit", "asset", "threat"]);
  const content = el("div", { class: "sheet" });
  element.append(chooser, content);
  const settled = createSettled(store, api);
  const draw = () => content.replaceChildren(...sheet(store, settled));
  store.onAny(["view", "selection", "replay", "case"], draw);
}

/**
 * A list of everything that can be selected, for those who do not reach it on the map.
 * @param {Store} store
 */
export function createChooser(store, title, kinds) {
  const select = el("select", { change: () => store.set("selection", JSON.parse(select.value)) });
  const value = (selection) => JSON.stringify(selection && { kind: selection.kind, name: selection.name });
  function show() {
    const groups = kinds.map((kind) => {
      const options = namesOf(store, kind).map((name) => el("option", { value: value({ kind, name }) }, clean(name)));
      return el("optgroup", { label: `${kind}s` }, options);
    });
    const none = el("option", { value: "null" }, "choose here or on the map");
    select.replaceChildren(none, ...groups.filter((group) => group.children.length));
    select.value = value(store.get("selection"));
    if (select.selectedIndex < 0) select.value = "null";
  }
  store.onAny(["view", "replay", "selection", "changes"], show);
  return el("label", { class: "chooser" }, title, select);
}

/** @param {Store} store */
function namesOf(store, kind) {
  if (kind === "threat") return (store.get("replay")?.threats ?? []).map((one) => one.name);
  const there = kind === "unit" ? unitsOf(store.get("view"), store.get("changes")) : store.get("view").assets;
  return there.map((one) => one.name);
}

const SHEETS = { unit: unitSheet, asset: assetSheet, threat: threatSheet };

/** @param {Store} store */
function sheet(store, settled) {
  const selection = store.get("selection");
  const drawn = selection && SHEETS[selection.kind]?.(store, selection.name, settled);
  if (drawn) return drawn;
  return [
    el(
      "p",
      { class: "empty" },
      "Choose a unit, a place or a threat on the map or above: here stands what it is, and where its figures come from.",
    ),
  ];
}

/** A description list; entries without a value are left out. */
function facts(entries) {
  const stated = entries.filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== NONE);
  return el(
    "dl",
    null,
    stated.flatMap(([term, value]) => [el("dt", null, term), el("dd", null, value)]),
  );
}

const place = ({ lat, lon }) => `${lat.toFixed(4)}°, ${lon.toFixed(4)}°`;
const heading = (name, kind) => el("h2", null, named(name), el("span", { class: "faint" }, ` ${kind}`));

// ------------------------------------------------------------------------------------------- units and places

/** @param {Store} store */
function unitSheet(store, name, settled) {
  const view = store.get("view");
  const unit = unitsOf(view, store.get("changes")).find((one) => one.name === name);
  if (!unit) return null;
  const onRoof = unit.on_roof ?? Boolean(unit.roof_storeys);
  const list = facts([
    ["System", clean(unit.title || unit.system)],
    ["Stands at", place(unit) + (unit.within_m > 0 ? `, known to within ${distance(unit.within_m)}` : "")],
    ["Is there at all", unit.present < 1 ? `in ${percent(unit.present)} of worlds` : "certain"],
    ["In this raid", isAbsent(store.get("replay"), unit) ? "absent: it is not there in the world of this raid" : null],
    [
      "Antenna",
      unit.height_m === null ? null : `${distance(unit.height_m)} above ${onRoof ? "the roof" : "the ground"}`,
    ],
    [
      "Roof",
      onRoof ? (unit.roof_storeys ? plural(unit.roof_storeys, "storey") : "as high as the building there") : null,
    ],
    ["Reaches", distance(unit.reach_m)],
    ["Weapons", unit.effectors.length ? unit.effectors.map((one) => el("div", null, weapon(one))) : null],
    ["Engages at once", unit.effectors.length ? plural(unit.channels, "threat") : null],
    [
      "Salvo",
      unit.effectors.some((one) => one.kind === "missile") && unit.salvo ? plural(unit.salvo, "missile") : null,
    ],
    ["Emitters", unit.emitters ? amount(unit.emitters) : null],
  ]);
  const change = button("Change it", () => store.set("tab", "whatif"), { class: "primary" });
  return [heading(name, unit.kind), list, change, ...used(store, name), ...basis(store, unit.numbers, settled)];
}

/**
 * A missile or a gun of a unit: what it has, what it is for, and for whom it reaches less far.
 * @param {Effector} effector
 */
function weapon({ name, kind, rounds, burst, against, reach_m: reach = {} }) {
  const far = (of) => (reach[of] === undefined ? of : `${of} (to ${distance(reach[of])})`);
  const bursts = burst ? ` in bursts of ${amount(burst)}` : "";
  const of = against ? `, against ${against.map(far).join(", ")}` : "";
  return `${clean(name)} (${kind}), ${plural(rounds, "round")}${bursts}${of}`;
}

/**
 * How far the unit's channels and rounds went in the chosen case, and whether that sends anything for it.
 * @param {Store} store
 */
function used(store, name) {
  const item = store.get("view").cases.find((one) => one.name === store.get("case"));
  const channels = item?.units?.find((one) => one.unit === name);
  const weapons = (item?.effectors ?? []).filter((one) => one.unit === name);
  const idle = item?.idle?.includes(name);
  const nothing = idle
    ? el("p", { class: "idle" }, "It engages nothing that this raid sends: none is of a class that it may fire at.")
    : null;
  if (!channels && !weapons.length) return nothing ? [nothing] : [];
  const fired = weapons.map((one) => [
    clean(one.effector),
    `${amount(one.rounds?.mean)} rounds fired, ${amount(one.kills?.mean)} shot down, empty in ${percent(one.emptied?.mean)} of raids`,
  ]);
  return [
    el("h3", null, "In this case, on average"),
    nothing,
    facts([["All channels busy", channels && `in ${percent(channels.saturated?.mean)} of raids`], ...fired]),
  ];
}

/** @param {Store} store */
function assetSheet(store, name, settled) {
  const view = store.get("view");
  const asset = view.assets.find((one) => one.name === name);
  if (!asset) return null;
  const item = view.cases.find((one) => one.name === store.get("case"))?.assets?.find((one) => one.name === name);
  const list = facts([
    ["Stands at", place(asset)],
    ["Radius", distance(asset.radius_m)],
    ["Aimed at it", item && `${amount(item.aimed)} threats a raid`],
    ["Of these get through", item && percent(item.leak?.mean) + interval(item.leak)],
    ["At least one gets through", item && `in ${percent(item.hit?.mean)} of raids`],
  ]);
  return [heading(name, "defended place"), list, ...basis(store, asset.numbers, settled)];
}

// ------------------------------------------------------------------------------------------- threats

/** @param {Store} store */
function threatSheet(store, name, settled) {
  const replay = store.get("replay");
  const threat = replay?.threats.find((one) => one.name === name);
  if (!replay || !threat) return null;
  const cause = threat.cause ? CAUSES[threat.cause] : null;
  const fates = threat.friendly ? FRIENDLY_FATES : threat.neutral ? NEUTRAL_FATES : FATES;
  const list = facts([
    ["Type", clean(threat.title || threat.type)],
    ["Class", clean(threat.class)],
    [threat.friendly ? "Friendly, about" : threat.neutral ? "A neutral, about" : "Flies at", clean(threat.target)],
    ["Appears", moment(threat.appears_s)],
    ["Ends", moment(threat.ends_s)],
    ["Fate", fates[threat.fate] ?? clean(threat.fate)],
    ["Stopped by", threat.by && clean(threat.by)],
    ["Why it got through", threat.cause && (cause ? `${cause.title}. ${cause.meaning}` : clean(threat.cause))],
  ]);
  return [
    heading(name, "threat"),
    list,
    el("h3", null, "What happened to it"),
    happened(store, replay, threat),
    ...basis(store, numbersOf(store, threat), settled),
  ];
}

/**
 * @param {Store} store
 * @param {Replay} replay
 */
function happened(store, replay, threat) {
  const events = replay.events.filter((event) => event.threat === threat.id);
  if (!events.length) return el("p", { class: "empty" }, "Nothing: no unit ever saw it.");
  const go = (event) => () => {
    store.set("playing", false);
    store.set("time", event.t_s);
  };
  const line = (event) =>
    el(
      "li",
      null,
      button(moment(event.t_s), go(event), { class: "link" }),
      ` ${kindOf(event.kind).glyph} ${clean(event.text)}`,
    );
  return el("ol", { class: "happened" }, events.map(line));
}

/** @param {Store} store */
const numbersOf = (store, threat) =>
  store
    .get("view")
    .numbers.map((one) => one.key)
    .filter((key) => key.startsWith(`threats/${threat.type}/`));

// ------------------------------------------------------------------------------------------- what it rests on

/**
 * The figures named by `keys`, their statements with what `settled` tells beside each, and what holding the statements against one another showed.
 * @param {Store} store
 */
function basis(store, keys, settled) {
  const view = store.get("view");
  const byKey = new Map(view.numbers.map((one) => [one.key, one]));
  const numbers = keys.map((key) => byKey.get(key)).filter(Boolean);
  if (!numbers.length)
    return [el("h3", null, "Figures"), el("p", { class: "empty" }, "The scenario states no sources for its figures.")];
  const cited = new Set(numbers.flatMap((one) => one.claims));
  const claims = view.claims.filter((one) => cited.has(one.id));
  const findings = view.findings.filter((one) => one.claims.some((id) => cited.has(id)));
  const item = view.cases.find((one) => one.name === store.get("case"));
  const matters = (id) => [el("div", { class: "faint" }, item?.worth ? worthText(item.worth, id) : ""), ...settled(id)];
  return [
    el("h3", null, `${plural(numbers.length, "figure")} and where they come from`),
    ...numbers.map((one) => figureLine(one, claims, matters)),
    ...(findings.length
      ? [el("h3", null, "What the sources showed, held against one another"), el("ul", null, findings.map(findingLine))]
      : []),
  ];
}

const findingLine = ({ kind, text }) => el("li", null, el("strong", null, `${clean(kind)}: `), named(text));

/** One figure: its value and grade in sight, its sources and statements when opened. */
function figureLine(one, claims, matters) {
  const own = claims.filter((claim) => one.claims.includes(claim.id));
  const head = el(
    "summary",
    null,
    el("span", null, named(one.what), ": ", el("strong", null, named(one.value ?? NONE))),
    grade(one.grade),
  );
  const sources = one.sources.map((source) => el("li", null, sourceText(source)));
  const said = own.map((claim) => el("li", null, claimText(claim), matters(claim.id)));
  const nothing =
    !sources.length && !said.length && !one.note ? el("p", { class: "faint" }, "No source is stated.") : null;
  return el(
    "details",
    { class: "figure" },
    head,
    one.note ? el("p", null, named(one.note)) : null,
    el("ul", null, [...sources, ...said]),
    nothing,
  );
}

function grade(value) {
  if (!value) return el("span", { class: "grade faint" }, "no grade");
  return el("abbr", { class: "grade", title: gradeMeaning(value) ?? "" }, clean(value));
}

function sourceText({ title, publisher, date, url }) {
  const rest = [publisher, date].filter(Boolean).map(clean).join(", ");
  const shown = title || url || "untitled";
  const link = /^https?:\/\//i.test(url ?? "")
    ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, named(shown))
    : named(shown);
  return [link, rest ? `, ${rest}` : ""];
}

/**
 * What a statement is worth to the chosen case: the largest share of a question on which it bears, what is told first.
 * @param {CaseWorth} worth
 */
export function worthText(worth, id) {
  const bears = worth.worths.filter((one) => one.claims.includes(id));
  const [best] = bears.sort((a, b) => Number(b.told) - Number(a.told) || b.share.share - a.share.share);
  if (!best) return "Nothing open that can matter to this raid hangs on it.";
  const share = percent(Math.max(0, best.share.share));
  const doubt = best.told ? "" : " (may be chance)";
  return `Worth ${share} of the spread between worlds of this raid${doubt} to know ${clean(best.text)}.`;
}

function claimText({ id, says, publisher, date, hedge, grade: given }) {
  const who = [publisher, date].filter(Boolean).map(clean).join(", ");
  const limited = hedge && hedge !== "none" ? ` They limit it: ${clean(hedge)}.` : "";
  return [named(says), el("span", { class: "faint" }, ` ${who} (${clean(id)}).${limited} `), grade(given)];
}
