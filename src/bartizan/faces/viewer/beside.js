// A second map beside the first: another layout, or the scenario as it is beside the changed one. Both show the same
// raid with the same luck from the same camera; above stands how much less gets through one of them.

import { createOther } from "viewer/api.js";
import { compact } from "viewer/changes.js";
import { differing, ending, list } from "viewer/differing.js";
import { clean, el, isWide } from "viewer/dom.js";
import { differenceSentence } from "viewer/funnel.js";
import * as map from "viewer/map.js";
import { createStore } from "viewer/store.js";
import { NBSP, between, more, percent, plural, threeFigures } from "viewer/words.js";

const SETTLED_MS = 300;
const LINKED = /** @type {(keyof State)[]} */ (["case", "time", "layer", "theme", "selection"]);

/**
 * The switch in the header, the second map in `element` while it is on, and what is compared in `bar`.
 * @param {{ element: HTMLElement, bar: HTMLElement, chooser: HTMLElement }} places
 * @param {Store} store
 * @param {Api} api
 */
export function create({ element, bar, chooser }, store, api, first) {
  if (api.saved) return;
  chooser.append(createChooser(store));
  const comparison = createComparison(bar, store, api);
  /** @type {{ close: () => void } | null} */
  let open = null;
  let shown = "none";
  const show = () => {
    const beside = besideNow(store);
    document.body.classList.toggle("two", beside !== "none");
    element.hidden = bar.hidden = beside === "none";
    if (beside === shown) return;
    shown = beside;
    open?.close();
    open = beside === "none" ? null : opened(element, store, api, first, beside, comparison);
    makeRoom(store, first, beside !== "none");
  };
  store.onAny(["beside", "changes"], show);
  store.onAny(["beside", "changes", "case"], comparison.later);
}

/**
 * Legend and layers make room for two maps, which show the defence unless the reader has chosen where to look.
 * @param {Store} store
 */
function makeRoom(store, first, two) {
  for (const one of document.querySelectorAll("#layers details")) {
    /** @type {HTMLDetailsElement} */ (one).open = !two && isWide();
  }
  first.resize();
  if (!store.get("camera")) map.frameDefence(first, store);
}

/**
 * What stands beside the first map now; without changes there is nothing that they could be set beside.
 * @param {Store} store
 */
export function besideNow(store) {
  const [beside, layouts] = [store.get("beside"), store.get("view").layouts];
  if (layouts && (beside === null || beside === "other")) return "other";
  return beside === "before" && store.get("changes").length ? "before" : "none";
}

/** @param {Store} store */
function createChooser(store) {
  const layouts = store.get("view").layouts;
  const select = el("select", { id: "choose-beside", change: () => store.set("beside", select.value) });
  const label = el("label", null, "Beside it ", select);
  const show = () => {
    const changed = store.get("changes").length > 0;
    const options = [
      ["none", "nothing"],
      ...(layouts ? [["other", clean(layouts[1])]] : []),
      ...(changed ? [["before", "as it is, without the changes"]] : []),
    ];
    select.replaceChildren(...options.map(([value, text]) => el("option", { value }, text)));
    select.value = besideNow(store);
    label.hidden = options.length < 2;
  };
  store.onAny(["beside", "changes"], show);
  return label;
}

/** What the two maps show, first and second. @param {Store} store */
function titles(store) {
  const layouts = store.get("view").layouts;
  const changed = store.get("changes").length > 0;
  if (besideNow(store) === "before") return ["with the changes", "as it is"];
  return layouts ? [layouts[0] + (changed ? ", with the changes" : ""), layouts[1]] : ["", ""];
}

/**
 * The second map, linked to the first until it is closed.
 * @param {Store} store
 * @param {Api} api
 */
function opened(element, store, api, first, beside, comparison) {
  const other = beside === "other" ? createOther() : api;
  const second = createStore({
    ...Object.fromEntries(LINKED.map((key) => [key, store.get(key)])),
    view: null,
    replay: null,
    changes: [],
    tab: "answer",
    camera: map.seenFrom(first),
    differing: null,
  });
  const inner = el("div", { class: "inner" });
  const caption = el("p", { class: "caption" });
  const own = el("p", { class: "caption" });
  element.replaceChildren(inner, caption);
  first.getContainer().append(own);
  const name = () => ([own.textContent, caption.textContent] = titles(store).map(clean));
  const offs = [...LINKED.map((key) => store.on(key, (value) => second.set(key, value))), store.on("changes", name)];
  let closed = false;
  /** @type {any} */
  let drawn = null;
  const begin = async () => {
    second.set("view", beside === "other" ? await other.view() : store.get("view"));
    if (closed) return;
    drawn = map.create(inner, second, other, true);
    await drawn.ready;
    if (closed) return;
    tie(first, drawn, offs);
    second.on("camera", (camera) => camera && store.set("camera", camera));
    second.on("selection", (selection) => passOn(store, selection));
    offs.push(follow(store, second, beside === "other" ? other.otherRaid : other.replay, comparison));
  };
  const ready = begin().catch((error) => closed || store.send("trouble", error.message));
  Object.assign(window.bartizan, { other: { store: second, map: () => drawn, ready } });
  return {
    close() {
      closed = true;
      for (const off of offs) off();
      own.remove();
      drawn?.remove();
      element.replaceChildren();
      delete window.bartizan.other;
      store.set("differing", null);
    },
  };
}

/** A choice on the second map is one on the first, where that has what was chosen.
 * @param {Store} store
 * @param {Chosen | null} selection
 */
function passOn(store, selection) {
  const view = store.get("view");
  const there = { unit: view.units, asset: view.assets, threat: store.get("replay")?.threats ?? [] };
  if (!selection || there[selection.kind].some((one) => one.name === selection.name)) store.set("selection", selection);
}

/** Two maps that are looked at from the same place, whichever of them is moved. */
function tie(first, second, offs) {
  let moving = false;
  const lead = (from, to) => () => {
    if (moving) return;
    moving = true;
    to.jumpTo({ center: from.getCenter(), zoom: from.getZoom(), pitch: from.getPitch(), bearing: from.getBearing() });
    moving = false;
  };
  const [ahead, back] = [lead(first, second), lead(second, first)];
  first.on("move", ahead);
  second.on("move", back);
  offs.push(() => first.off("move", ahead));
  ahead();
}

/**
 * Keeps the second raid in step with the first; what ends otherwise is marked on both maps.
 * @param {Store} store
 */
function follow(store, second, replayed, comparison) {
  return store.on("replay", async (replay) => {
    store.set("differing", null);
    second.set("differing", null);
    second.set("replay", null);
    comparison.tell(null);
    if (!replay) return;
    try {
      const found = await replayed(store.get("case") ?? "", { world: replay.world, raid: replay.raid });
      if (store.get("replay") !== replay) return;
      second.set("replay", found);
      const apart = differing(replay, found);
      const ends = (side) => apart.flatMap((one) => (one[side] ? [ending(one[side])] : []));
      store.set("differing", ends("first"));
      second.set("differing", ends("second"));
      comparison.tell(list(store, apart, replay.threats.filter((one) => !one.neutral).length));
    } catch (error) {
      if (store.get("replay") === replay) comparison.tell(el("p", { class: "trouble" }, error.message));
    }
  });
}

// ------------------------------------------------------------------------------------------- what is compared

/**
 * Asks for the paired difference while two layouts are on show; an earlier request that still runs is ended.
 * @param {Store} store
 * @param {Api} api
 */
function createComparison(bar, store, api) {
  const [lead, state] = [el("p", { class: "lead" }), el("p", { class: "faint" })];
  const ear = el("p", { class: "unseen", "aria-live": "polite" });
  const raid = el("div");
  bar.append(lead, state, raid, ear);
  /** @type {AbortController | null} */
  let running = null;
  let timer = 0;
  async function run() {
    const [beside, name] = [besideNow(store), store.get("case")];
    if (beside === "none" || !name) return;
    const mine = (running = new AbortController());
    state.textContent = "Playing raids under both ...";
    /** @param {Beside} answer */
    const take = (answer) => {
      if (mine.signal.aborted) return;
      if ("error" in answer) throw new Error(String(answer.error));
      store.set("compared", answer);
      lead.textContent = headline(answer);
      state.textContent = behind(answer);
      if (answer.done) ear.textContent = `${lead.textContent} ${answer.said.join(" ")}`;
    };
    try {
      await api.compared(name, compact(store.get("changes")), beside === "other", take, mine.signal);
    } catch (error) {
      if (!mine.signal.aborted) state.textContent = error.message;
    }
  }
  function later() {
    clearTimeout(timer);
    running?.abort();
    for (const part of [lead, state, ear]) part.textContent = "";
    store.set("compared", null);
    timer = setTimeout(run, SETTLED_MS);
  }
  return { later, tell: (content) => raid.replaceChildren(...(content ? [content] : [])) };
}

/** What gets through each, and the difference. @param {Beside} answer */
function headline({ compared: { layouts, worlds }, done }) {
  const each = layouts.map(({ layout, leak }) => {
    return `${clean(layout)}: ${percent(leak.mean)} (${between(leak.low, leak.high)})`;
  });
  const { difference } = layouts[1];
  return `${each.join(" · ")}. The second beside the first: ${lower(differenceSentence({ difference, done, worlds }))}`;
}

const lower = (text) => text.charAt(0).toLowerCase() + text.slice(1);

/** What a raid costs under both, and how much more under the second. @param {LayoutAnswer[]} layouts */
function costs([first, second]) {
  const told = [];
  for (const [what, title] of /** @type {["rounds" | "damage", string][]} */ (COSTS)) {
    const [here, there] = [first.cost?.[what], second.cost?.[what]];
    if (!first.cost || !here || !there?.difference) continue;
    const { mean, low, high } = there.difference;
    const each = `${threeFigures(here.mean)} and ${threeFigures(there.mean)} ${first.cost.currency}`;
    told.push(`${title} in a raid: ${each}, ${more(mean)} (${between(low, high, more)}).`);
  }
  return told;
}

const COSTS = [
  ["rounds", "Rounds fired"],
  ["damage", "Damage done"],
];

/** @param {Beside} answer */
function behind({ compared, done, said }) {
  const cost = costs(compared.layouts)
    .map((one) => `${one} `)
    .join("");
  const played = `Both in the same ${plural(compared.worlds, "world")} with the same luck${done ? "" : "; more are being played"}.`;
  return `${said.map(clean).join(" ")} ${cost}${played} In brackets: 95${NBSP}% intervals.`;
}
