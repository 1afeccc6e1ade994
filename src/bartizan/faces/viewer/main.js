// The page from its first request to a drawn map: state from the address, documents from the api, panels by their names.

import { follow, restored } from "viewer/address.js";
import * as answer from "viewer/answer.js";
import * as beside from "viewer/beside.js";
import { createApi } from "viewer/api.js";
import { compact } from "viewer/changes.js";
import * as details from "viewer/details.js";
import { button, clean } from "viewer/dom.js";
import * as events from "viewer/events.js";
import * as map from "viewer/map.js";
import * as place from "viewer/place.js";
import { createStore } from "viewer/store.js";
import * as strips from "viewer/strips.js";
import * as tabs from "viewer/tabs.js";
import * as theme from "viewer/theme.js";
import * as timeline from "viewer/timeline.js";
import * as whatif from "viewer/whatif.js";

// Each fills the element of its name.
const PANELS = { answer, whatif, place, details, timeline, events, strips };

const INITIAL = {
  view: null,
  case: null,
  pick: null,
  raids: null,
  replay: null,
  busy: null, // what is worked on before a raid can be shown, in words
  time: 0,
  playing: false,
  speed: 10,
  tab: "answer",
  layer: { kind: "none", altitude: null, unit: null, threat: null },
  hills: false, // whether there are any on the map
  selection: null,
  changes: [],
  answer: null,
  camera: null,
  beside: null, // what the second map shows; null: what was served beside this, if anything
  compared: null,
  differing: null, // where threats end that end otherwise on the second map
  placing: null, // the question of a placement, once it is not the ordinary one
  placed: false, // whether a placement is being played
  step: null, // what is known of it
};

const SETTLED_MS = 300; // changes rest this long before the raid is played with them

const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** Shows a sentence over the page: of kind "loading" until the next one, of kind "error" until it is closed. */
function say(kind, text) {
  const message = at("message");
  message.hidden = !text;
  message.className = kind;
  message.replaceChildren(clean(text));
  if (kind === "error") message.append(button("Close", () => (message.hidden = true)));
}

/** @param {View} view */
function titled(view) {
  document.title = `${view.title} - Bartizan`;
  at("title").textContent = view.title;
  at("subtitle").textContent = [view.variant, view.date, view.results ? "with results" : "no results yet"]
    .filter(Boolean)
    .join(" · ");
}

/**
 * Keeps the replay in step with the case and the pick; the median raid if none is picked.
 * @param {Store} store
 * @param {Api} api
 */
function followRaids(store, api) {
  const changes = () => (api.saved ? [] : compact(store.get("changes")));
  const played = store.get("view").results;
  const choosing = played ? "Choosing raids worth seeing ..." : "Playing some raids, to choose those worth seeing ...";
  const offer = newest(store, choosing, async (name, current) => {
    const raids = await api.raids(name);
    if (!current()) return;
    store.set("raids", raids);
    const first = raids.worth[0];
    if (!store.get("pick") && first) store.set("pick", { world: first.world, raid: first.raid });
  });
  store.on("case", (name) => {
    store.set("raids", null); // those of another case
    if (name) offer(name);
  });
  const show = newest(store, "Playing this raid ...", async (pick, current) => {
    const replay = await api.replay(store.get("case") ?? "", pick, changes());
    if (!current()) return;
    const kept = store.get("time");
    store.set("time", kept >= replay.start_s && kept <= replay.end_s ? kept : replay.start_s);
    store.set("replay", replay);
    if (replay.notes?.length) store.send("trouble", replay.notes.join(" "));
  });
  const anew = () => {
    store.set("playing", false);
    store.set("replay", null); // the last raid must not be taken for this one
    show(store.get("pick"));
  };
  store.on("pick", anew);
  let timer;
  let shown = JSON.stringify(changes());
  store.on("changes", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const now = JSON.stringify(changes());
      if (now !== shown) anew();
      shown = now;
    }, SETTLED_MS);
  });
}

/**
 * Calls `work(value, current)` and meanwhile says what is done; `current()` tells whether it is still the last call.
 * @param {Store} store
 */
function newest(store, doing, work) {
  let last = 0;
  return async (value) => {
    const mine = ++last;
    const current = () => mine === last;
    if (!value) return;
    store.set("busy", doing);
    try {
      await work(value, current);
    } catch (error) {
      if (current()) store.send("trouble", error.message);
    }
    if (current() && store.get("busy") === doing) store.set("busy", null);
  };
}

/** @param {Store} store */
async function boot(store) {
  theme.create(at("theme"), store);
  tabs.create(at("tabs"), store);
  store.when("trouble", (text) => say("error", text));
  say("loading", "Reading the scenario ...");
  const api = createApi();
  const view = await api.view();
  titled(view);
  store.set("view", view);
  if (!view.cases.some((one) => one.name === store.get("case"))) {
    store.set("pick", null); // of a case that is not there
    store.set("case", view.cases[0]?.name ?? null);
  }
  for (const [name, panel] of Object.entries(PANELS)) panel.create(at(name), store, api);
  say("loading", "");
  followRaids(store, api);
  follow(store);
  window.bartizan.map = map.create(at("map"), store, api); // last: where it cannot be drawn, the panels still are
  await window.bartizan.map.ready;
  beside.create({ element: at("second"), bar: at("compared"), chooser: at("beside") }, store, api, window.bartizan.map);
}

// What a script, or a test, may use.
const store = createStore({ ...INITIAL, theme: theme.preferred(), ...restored(location.hash) });
window.bartizan = { store };
window.bartizan.ready = boot(store);
window.bartizan.ready.catch((error) => {
  const empty = !store.get("view");
  for (const id of ["stage", "bottom"]) at(id).hidden = empty; // nothing could be filled in
  say("error", error.message);
  at("message")
    .querySelectorAll("button")
    .forEach((close) => (close.hidden = empty));
});
