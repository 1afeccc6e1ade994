// The bar below the map: which case, which raid, and the moment of it. The store's time drives everything that moves.

import { button, clean, el } from "viewer/dom.js";
import { kindOf } from "viewer/events.js";
import { CAUSES, moment, plural, shortLabel } from "viewer/words.js";

const SPEEDS = [1, 2, 4, 8, 16, 32, 64];
const LONGEST_STEP_S = 0.5; // a page that was hidden goes on where it was
const THUMB_PX = 16; // as panels.css has it: ticks must stand where the thumb's middle comes to
const TICKS_PX = 14;

/**
 * The bar with its keys.
 * @param {Store} store
 */
export function create(element, store) {
  const why = el("p", { class: "why", role: "status" });
  const player = createPlayer(store);
  element.append(
    el("div", { class: "choose" }, caseChooser(store), raidChooser(store, why), why),
    el("div", { class: "play" }, player.toggle, player.speed, slider(store), drawerSwitch()),
  );
  document.addEventListener("keydown", (event) => onKey(event, store, player));
}

// ------------------------------------------------------------------------------------------- which raid

/** @param {Store} store */
function caseChooser(store) {
  const select = el("select", { id: "choose-case", change: () => store.set("case", select.value) });
  store.on("view", (view) =>
    select.replaceChildren(...view.cases.map((one) => el("option", { value: one.name }, shortLabel(one)))),
  );
  let before = store.get("case");
  store.on("case", (name) => {
    select.value = name ?? "";
    if (name === before) return;
    before = name;
    store.set("playing", false);
    store.set("pick", null); // the raid on show, or on its way, is another case's
  });
  return el("label", null, "Case ", select);
}

/**
 * Raids worth seeing with their reason, or any raid by its numbers.
 * @param {Store} store
 */
function raidChooser(store, why) {
  let leaker; // the threat for whose sake the raid was chosen
  const select = el("select", { change: () => chosen(select.value) });
  const numbers = ["world", "raid"].map((key) => numberField(store, key));
  const byNumber = el(
    "span",
    { class: "numbers", hidden: true },
    numbers.map((one) => one.element),
  );
  const chosen = (value) => {
    byNumber.hidden = value !== "number";
    const one = store.get("raids")?.worth[Number(value)];
    if (value === "number" || !one) return;
    leaker = one.threat;
    store.set("pick", { world: one.world, raid: one.raid });
  };
  function show() {
    const [raids, pick] = [store.get("raids"), store.get("pick")];
    const worth = raids?.worth ?? [];
    const at = worth.findIndex((one) => one.world === pick?.world && one.raid === pick?.raid);
    const options = worth.map((one, k) => el("option", { value: k }, titleOf(one)));
    select.replaceChildren(...options, el("option", { value: "number" }, raids ? "by number ..." : "..."));
    select.value = at >= 0 ? String(at) : "number";
    select.disabled = !worth.length;
    byNumber.hidden = at >= 0 || !worth.length;
    numbers.forEach((one) => one.show(raids, pick));
    why.textContent = store.get("busy") ?? changedReason(store) + reason(raids, worth[at], pick);
    why.setAttribute("aria-busy", String(Boolean(store.get("busy"))));
  }
  store.onAny(["raids", "pick", "busy", "replay"], show);
  store.on("replay", (replay) => {
    const threat = replay?.threats.find((one) => one.id === leaker);
    if (threat) store.set("selection", { kind: "threat", name: threat.name });
    if (replay) leaker = undefined;
  });
  return el("span", { class: "raid" }, el("label", null, "Raid ", select), byNumber);
}

/** @param {Worth} worth */
const titleOf = ({ label: title, cause }) => clean(cause && CAUSES[cause] ? `${title}: ${CAUSES[cause].title}` : title);

/**
 * What became of the raid under the changes, before why it was chosen among those of the original.
 * @param {Store} store
 */
function changedReason(store) {
  const replay = store.get("replay");
  if (!replay?.changed) return "";
  const sent = replay.threats.filter((one) => !one.neutral);
  const leaked = sent.filter((one) => one.fate === "leaked").length;
  return `With the changes, ${leaked} of ${plural(sent.length, "threat")} get through. Without them: `;
}

function reason(raids, one, pick) {
  if (one) return clean(one.why);
  if (raids && !raids.worth.length) return "No raid of this case can be replayed here.";
  return pick ? `World ${pick.world}, raid ${pick.raid}.` : "";
}

/**
 * The number of a world or a raid; a number that there is not is put right.
 * @param {Store} store
 */
function numberField(store, key) {
  const input = el("input", { type: "number", min: 0, step: 1, change: () => pick() });
  const pick = () => {
    const value = Math.min(Math.max(Math.round(Number(input.value)) || 0, 0), Number(input.max));
    store.set("pick", { world: 0, raid: 0, ...store.get("pick"), [key]: value });
    input.value = value;
  };
  return {
    element: el("label", null, `${key} `, input),
    show(raids, chosen) {
      input.max = Math.max((raids?.[`${key}s`] ?? 1) - 1, 0);
      input.value = chosen?.[key] ?? 0;
    },
  };
}

// ------------------------------------------------------------------------------------------- the moment

/**
 * The play button, the choice of speed and the loop that moves the store's time.
 * @param {Store} store
 */
function createPlayer(store) {
  let before = 0;
  let queued = 0;
  function frame(now) {
    const replay = store.get("replay");
    if (!store.get("playing") || !replay) return;
    const time = store.get("time") + Math.min((now - before) / 1000, LONGEST_STEP_S) * store.get("speed");
    before = now;
    if (time >= replay.end_s) {
      store.set("time", replay.end_s);
      store.set("playing", false);
      return;
    }
    store.set("time", time);
    queued = requestAnimationFrame(frame);
  }
  const flip = () => {
    const replay = store.get("replay");
    if (!replay) return;
    if (!store.get("playing") && store.get("time") >= replay.end_s) store.set("time", replay.start_s);
    store.set("playing", !store.get("playing"));
  };
  const toggle = button("", flip, { class: "primary", id: "play", "aria-keyshortcuts": "Space" });
  const speed = speedChooser(store);
  store.on("playing", (playing) => {
    toggle.textContent = playing ? "❚❚" : "▶";
    toggle.setAttribute("aria-label", playing ? "Pause" : "Play");
    cancelAnimationFrame(queued);
    if (!playing) return;
    before = performance.now();
    queued = requestAnimationFrame(frame);
  });
  store.on("replay", (replay) => (toggle.disabled = !replay));
  return { toggle, flip, speed: speed.element, faster: speed.step };
}

/** @param {Store} store */
function speedChooser(store) {
  const select = el("select", {
    "aria-label": "Speed",
    title: "[ slower, ] faster",
    change: () => store.set("speed", Number(select.value)),
  });
  select.append(...SPEEDS.map((speed) => el("option", { value: speed }, `${speed}×`)));
  const nearest = (speed) =>
    SPEEDS.reduce((best, one) => (Math.abs(one - speed) < Math.abs(best - speed) ? one : best));
  const step = (by) => {
    const at = SPEEDS.indexOf(nearest(store.get("speed"))) + by;
    store.set("speed", SPEEDS[Math.min(Math.max(at, 0), SPEEDS.length - 1)]);
  };
  store.on("speed", (speed) => {
    if (SPEEDS.includes(speed)) select.value = String(speed);
    else store.set("speed", nearest(speed));
  });
  return { element: select, step };
}

/**
 * The slider with the ticks of events below it and the time beside it.
 * @param {Store} store
 */
function slider(store) {
  const input = el("input", { type: "range", step: "any", id: "slider", "aria-label": "Time in the raid" });
  const ticks = el("canvas", { class: "ticks", "aria-hidden": "true" });
  const [now, end] = [el("output", { for: "slider" }), el("span", { class: "end" })];
  let second = NaN;
  input.addEventListener("input", () => store.set("time", input.valueAsNumber));
  store.on("replay", (replay) => {
    input.disabled = !replay;
    input.min = replay?.start_s ?? 0;
    input.max = replay?.end_s ?? 1;
    end.textContent = replay ? ` / ${moment(replay.end_s)}` : "";
    second = NaN;
    show(store.get("time"));
    drawTicks(ticks, replay);
  });
  function show(time) {
    input.valueAsNumber = time;
    const whole = Math.floor(time);
    if (whole === second) return; // text is made once a second of the raid, not once a frame
    second = whole;
    now.textContent = moment(time);
    input.setAttribute("aria-valuetext", `${whole} seconds`);
  }
  store.on("time", show);
  const redraw = () => drawTicks(ticks, store.get("replay"));
  store.on("theme", () => requestAnimationFrame(redraw));
  new ResizeObserver(redraw).observe(ticks);
  const track = el("div", { class: "track" }, input, ticks);
  return el("div", { class: "slider" }, track, el("span", { class: "clock" }, now, end));
}

/**
 * One tick for each event, where the slider's thumb is at that moment; taller where the defence did something.
 * @param {Replay | null} replay
 */
function drawTicks(canvas, replay) {
  const ratio = devicePixelRatio;
  const width = canvas.clientWidth;
  canvas.width = Math.max(width * ratio, 1);
  canvas.height = TICKS_PX * ratio;
  if (!replay || !width) return;
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  pen.scale(ratio, ratio);
  const reach = (width - THUMB_PX) / Math.max(replay.end_s - replay.start_s, 1e-9);
  for (const event of replay.events) {
    const { colour, tall } = kindOf(event.kind);
    pen.fillStyle = style.getPropertyValue(colour);
    pen.fillRect(THUMB_PX / 2 + (event.t_s - replay.start_s) * reach - 0.75, 0, 1.5, tall ? TICKS_PX : TICKS_PX / 2);
  }
}

/** Opens and closes the drawer below; open from the start where there is room for it. */
function drawerSwitch() {
  const drawer = /** @type {HTMLElement} */ (document.getElementById("drawer"));
  const toggle = button("", () => show(drawer.hidden), {
    "aria-controls": "drawer",
    class: "quiet",
  });
  const show = (open) => {
    drawer.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    toggle.textContent = open ? "Hide events" : "Events";
  };
  show(matchMedia("(height >= 800px) and (width >= 900px)").matches);
  return toggle;
}

// ------------------------------------------------------------------------------------------- keys

// Other sliders have their own use of arrows.
const TYPED = "input:not(#slider):not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]";
const PRESSED = "button, summary, a, input[type=checkbox], input[type=radio]";

/**
 * Space plays, arrows step by 1 s (with shift 10 s), [ and ] change the speed; never while somebody types.
 * @param {Store} store
 */
function onKey(event, store, player) {
  const from = event.target instanceof Element ? event.target : document.body;
  const other = event.metaKey || ((event.ctrlKey || event.altKey) && !"[]".includes(event.key)); // AltGr makes brackets
  if (event.defaultPrevented || other || from.closest(TYPED)) return;
  if (event.key === " " && from.closest(PRESSED)) return;
  const act = actionOf(event, store, player);
  if (!act) return;
  event.preventDefault();
  act();
}

/** @param {Store} store */
function actionOf(event, store, player) {
  const step = event.shiftKey ? 10 : 1;
  const actions = {
    " ": player.flip,
    "[": () => player.faster(-1),
    "]": () => player.faster(1),
    ArrowLeft: () => move(store, -step),
    ArrowRight: () => move(store, step),
  };
  return actions[event.key];
}

/** @param {Store} store */
function move(store, by) {
  const replay = store.get("replay");
  if (replay) store.set("time", Math.min(Math.max(store.get("time") + by, replay.start_s), replay.end_s));
}
