// The raid's events as a list that jumps to the moment. Only the rows in sight are elements, so ten thousand cost no
// more than twenty.

import { button, clean, el } from "viewer/dom.js";
import { lastBefore } from "viewer/times.js";
import { moment } from "viewer/words.js";

const ROW_PX = 24;
const SPARE_ROWS = 4;
const LEFT_ALONE_MS = 4000; // how long the list stays where somebody scrolled it

const KINDS = {
  appeared: { title: "appears", glyph: "◦", colour: "--muted" },
  saw: { title: "known", glyph: "◉", colour: "--green" },
  launched: { title: "fires", glyph: "▲", colour: "--sky", tall: true },
  missed: { title: "misses", glyph: "○", colour: "--orange", tall: true },
  killed: { title: "shot down", glyph: "✕", colour: "--blue", tall: true },
  jammed: { title: "jammed", glyph: "≈", colour: "--purple", tall: true },
  diverted: { title: "diverted", glyph: "↷", colour: "--green", tall: true },
  downed: { title: "neutral shot down", glyph: "✖", colour: "--vermilion", tall: true },
  fratricide: { title: "fratricide", glyph: "✖", colour: "--vermilion", tall: true },
  went: { title: "gone its way", glyph: "◻", colour: "--muted" },
  readied: { title: "readiness", glyph: "◔", colour: "--muted" },
  turned: { title: "turns", glyph: "⟳", colour: "--sky" },
  reloaded: { title: "reloads", glyph: "↻", colour: "--muted" },
  supplied: { title: "supplied", glyph: "⊕", colour: "--muted" },
  failed: { title: "lost", glyph: "⊘", colour: "--vermilion", tall: true },
  recovered: { title: "works again", glyph: "◕", colour: "--muted" },
  leaked: { title: "gets through", glyph: "▼", colour: "--vermilion", tall: true },
};

/** How a kind of event is called and drawn; one that this page does not know keeps its name. */
export const kindOf = (kind) =>
  KINDS[kind] ?? { title: clean(kind).replaceAll("_", " "), glyph: "•", colour: "--muted" };

/**
 * The list with its filters.
 * @param {Store} store
 */
export function create(element, store) {
  const kinds = el("div", { class: "kinds", role: "group", "aria-label": "Kinds of events" });
  const only = el("input", { type: "checkbox", change: () => refresh() });
  const about = el("span");
  const count = el("span", { class: "faint" });
  const hidden = new Set();
  const list = createList((event) => jump(store, event, only.checked));
  element.append(el("div", { class: "filters" }, kinds, el("label", null, only, " only ", about), count), list.element);

  function refresh() {
    const replay = store.get("replay");
    const wanted = only.checked ? belongs(replay, store.get("selection")) : () => true;
    const events = (replay?.events ?? []).filter((event) => !hidden.has(event.kind) && wanted(event));
    count.textContent = replay ? `${events.length} of ${replay.events.length}` : "";
    list.show(events, emptyText(store, replay));
    list.follow(store.get("time"));
  }
  store.on("replay", (replay) => {
    kinds.replaceChildren(...kindButtons(replay?.events ?? [], hidden, refresh));
    refresh();
  });
  store.on("selection", (selection) => {
    about.textContent = selection ? clean(selection.name) : "what is selected";
    only.disabled = !selection;
    const bound = only.checked;
    if (!selection) only.checked = false;
    if (bound) refresh();
  });
  store.on("time", (time) => list.follow(time));
}

/**
 * @param {Store} store
 * @param {Replay | null} replay
 */
function emptyText(store, replay) {
  if (replay) return "No event passes the filters.";
  return store.get("raids")?.worth.length ? "Choose a raid above." : "No raid is shown.";
}

/**
 * Whether an event concerns the selected unit, threat or asset.
 * @param {Replay | null} replay
 */
function belongs(replay, selection) {
  if (!replay || !selection) return () => true;
  if (selection.kind === "unit") return (event) => event.unit === selection.name;
  const key = selection.kind === "asset" ? "target" : "name";
  const chosen = new Set(replay.threats.filter((one) => one[key] === selection.name).map((one) => one.id));
  return (event) => chosen.has(event.threat);
}

function kindButtons(events, hidden, refresh) {
  const order = Object.keys(KINDS);
  const found = [...new Set(events.map((event) => event.kind))].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return found.map((kind) => {
    const { title, glyph } = kindOf(kind);
    const toggle = button(`${glyph} ${title}`, () => {
      if (!hidden.delete(kind)) hidden.add(kind);
      toggle.setAttribute("aria-pressed", String(!hidden.has(kind)));
      refresh();
    });
    toggle.setAttribute("aria-pressed", String(!hidden.has(kind)));
    return toggle;
  });
}

/**
 * Moves the page to an event's moment and selects what it is about, unless the list is bound to a selection.
 * @param {Store} store
 */
function jump(store, event, bound) {
  store.set("playing", false);
  store.set("time", event.t_s);
  const threat = store.get("replay")?.threats.find((one) => one.id === event.threat);
  if (threat && !bound) store.set("selection", { kind: "threat", name: threat.name });
}

// ------------------------------------------------------------------------------------------- the list

/** A list that keeps the present event in sight: `show(events, emptyText)`, `follow(time)`. */
function createList(choose) {
  const inner = el("div", { class: "rows" });
  const attributes = {
    class: "list",
    role: "listbox",
    tabindex: 0,
    "aria-label": "Events: arrow keys move, Enter goes to the moment",
  };
  const element = el("div", attributes, inner);
  const empty = el("p", { class: "empty" });
  const pool = [];
  const state = {
    events: [],
    times: new Float64Array(0),
    current: -1,
    active: -1,
    touched: -Infinity,
    top: 0,
    height: 0,
  };

  function paint() {
    const first = Math.max(Math.floor(state.top / ROW_PX) - SPARE_ROWS, 0);
    const many = Math.min(Math.ceil(state.height / ROW_PX) + 2 * SPARE_ROWS, state.events.length);
    while (pool.length < many) pool.push(newRow(inner));
    pool.forEach((row, k) => paintRow(row, k < many ? first + k : -1, state));
    element.setAttribute("aria-activedescendant", state.active >= 0 ? `event-${state.active}` : "");
  }
  function reveal(index) {
    const top = index * ROW_PX;
    if (top >= state.top && top + ROW_PX <= state.top + state.height) return;
    const last = Math.max(state.events.length * ROW_PX - state.height, 0);
    state.top = Math.min(Math.max(top - state.height / 2, 0), last);
    element.scrollTop = state.top;
  }
  function keepInSight() {
    if (state.current >= 0 && performance.now() - state.touched > LEFT_ALONE_MS) reveal(state.current);
  }
  function follow(time) {
    const current = lastBefore(state.times, time);
    if (current === state.current) return;
    state.current = current;
    if (document.activeElement !== element) state.active = current;
    keepInSight();
    paint();
  }
  function go(index) {
    state.active = Math.min(Math.max(index, 0), state.events.length - 1);
    reveal(state.active);
    paint();
  }
  element.append(empty);
  element.addEventListener("scroll", () => {
    state.top = element.scrollTop;
    paint();
  });
  for (const touch of ["wheel", "touchmove", "pointerdown"])
    element.addEventListener(touch, () => (state.touched = performance.now()), { passive: true });
  element.addEventListener("click", (event) => {
    const index = Number(event.target.closest("[data-index]")?.dataset.index ?? -1);
    if (index < 0) return;
    go(index);
    choose(state.events[index]);
  });
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && state.active >= 0) choose(state.events[state.active]);
    const to = keyTarget(event.key, state, Math.floor(state.height / ROW_PX));
    if (to === null && event.key !== "Enter") return;
    event.preventDefault();
    if (to !== null) go(to);
  });
  new ResizeObserver(() => {
    const hidden = !state.height;
    state.height = element.clientHeight; // kept, as is `top`: to ask the page for it lays the page out anew
    state.top = element.scrollTop;
    if (hidden) keepInSight(); // what is hidden cannot be scrolled
    paint();
  }).observe(element);

  function show(events, emptyText) {
    Object.assign(state, { events, times: Float64Array.from(events, (event) => event.t_s), current: -2, active: -1 });
    inner.style.height = `${events.length * ROW_PX}px`;
    empty.textContent = events.length ? "" : emptyText;
    empty.hidden = events.length > 0;
    paint();
  }
  return { element, show, follow };
}

function keyTarget(key, { active, events }, page) {
  const moves = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + page,
    PageUp: active - page,
    Home: 0,
    End: events.length - 1,
  };
  return events.length ? (moves[key] ?? null) : null;
}

function newRow(inner) {
  const parts = [
    el("span", { class: "when" }),
    el("span", { class: "glyph", "aria-hidden": "true" }),
    el("span", { class: "what" }),
  ];
  const row = el("div", { role: "option", class: "row" }, parts);
  inner.append(row);
  return { row, parts, event: null };
}

function paintRow(held, index, { events, current, active }) {
  const { row, parts } = held;
  row.hidden = index < 0 || index >= events.length;
  if (row.hidden) return;
  const event = events[index];
  row.classList.toggle("now", index === current);
  row.classList.toggle("active", index === active);
  row.setAttribute("aria-selected", String(index === active));
  if (held.event === event && row.dataset.index === String(index)) return;
  held.event = event;
  row.dataset.index = index;
  row.id = `event-${index}`;
  row.style.transform = `translateY(${index * ROW_PX}px)`;
  row.setAttribute("aria-setsize", events.length);
  row.setAttribute("aria-posinset", index + 1);
  fillRow(parts, row, event);
}

function fillRow([when, glyph, what], row, event) {
  const kind = kindOf(event.kind);
  when.textContent = moment(event.t_s);
  glyph.textContent = kind.glyph;
  glyph.style.color = `var(${kind.colour})`;
  what.textContent = clean(event.text);
  row.title = `${kind.title}: ${clean(event.text)}`;
}
