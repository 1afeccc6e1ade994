// What each fire unit had in hand over the raid: busy channels as steps, rounds left as lines. Drawn once per replay;
// the present is a cursor that is moved over the picture.

import { button, clean, el } from "viewer/dom.js";
import { lastBefore } from "viewer/times.js";
import { amount } from "viewer/words.js";

const STRIP_PX = 40;
const PAD_PX = 4;
const DASHES = [[], [5, 3], [2, 2], [8, 3, 2, 3]];

/**
 * The strips of all units that fire.
 * @param {Store} store
 */
export function create(element, store) {
  const names = el("div", { class: "names" });
  const canvas = el("canvas", { role: "img" });
  const cursor = el("div", { class: "cursor", "aria-hidden": "true" });
  const picture = el("div", { class: "picture" }, canvas, cursor);
  const empty = el("p", { class: "empty" });
  const key = el(
    "p",
    { class: "faint key" },
    "Filled steps: busy channels (dark: all of them). Lines: rounds left, one line a weapon. " +
      "How many there are is as this raid's world drew it.",
  );
  element.append(empty, key, el("div", { class: "strips" }, names, picture)); // a key below many strips is not seen
  /** @type {any} */
  let shown = null;
  let [pixel, width] = [-1, 0]; // width: kept, for to ask the page for it lays the page out anew

  function follow(time) {
    if (!shown || !width) return;
    for (const strip of shown.strips) strip.now(time);
    const at = Math.round(((time - shown.start) / shown.length) * width);
    if (at === pixel) return; // a new style only where the cursor really moves
    pixel = at;
    cursor.style.transform = `translateX(${at}px)`;
  }
  function redraw() {
    if (shown) draw(canvas, shown, width);
    pixel = -1;
    follow(store.get("time"));
  }
  store.on("replay", (replay) => {
    const armedUnits = (replay?.units ?? []).filter((unit) => unit.effectors.length);
    const units = armedUnits.sort((a, b) => Number(most(b.busy) > 0) - Number(most(a.busy) > 0)); // those that fired come first
    shown = replay && {
      start: replay.start_s,
      length: Math.max(replay.end_s - replay.start_s, 1e-9),
      strips: units.map((unit) => strip(unit, store)),
    };
    names.replaceChildren(...(shown?.strips ?? []).map((one) => one.label));
    empty.textContent = replay ? "No unit of this raid has anything to fire." : "No raid is shown.";
    empty.hidden = units.length > 0;
    picture.parentElement.hidden = key.hidden = !empty.hidden;
    canvas.setAttribute("aria-label", units.map(summary).join("; "));
    redraw();
  });
  store.on("time", follow);
  store.on("theme", () => requestAnimationFrame(redraw));
  picture.addEventListener("click", (event) => {
    const share = (event.clientX - picture.getBoundingClientRect().left) / width;
    if (shown) store.set("time", shown.start + share * shown.length);
  });
  new ResizeObserver(() => {
    width = picture.clientWidth;
    redraw();
  }).observe(picture);
}

const columns = (steps) => ({
  times: Float64Array.from(steps, ([time]) => time),
  values: Float64Array.from(steps, ([, value]) => value),
});

/** The effectors of a unit that had a round at any time. */
const armed = (unit) => unit.effectors.filter((one) => one.rounds.some(([, left]) => left > 0));

/**
 * A unit's series as columns, its label, and `now(time)`, which writes what it has in hand where that changed.
 * @param {Store} store
 */
function strip(unit, store) {
  const busy = columns(unit.busy);
  const weapons = armed(unit).map((one) => ({ name: clean(one.name), series: columns(one.rounds) }));
  const inHand = el("span", { class: "faint" });
  const choose = button(clean(unit.name), () => store.set("selection", { kind: "unit", name: unit.name }), {
    class: "link",
  });
  const before = new Float64Array(1 + weapons.length).fill(NaN);
  function now(time) {
    let changed = put(before, 0, valueAt(busy, time, 0));
    for (let k = 0; k < weapons.length; k += 1) {
      const { series } = weapons[k];
      changed = put(before, k + 1, valueAt(series, time, series.values[0] ?? 0)) || changed;
    }
    if (!changed) return;
    const rounds = weapons.map(({ name }, k) => `${name} ${amount(before[k + 1])}`);
    inHand.textContent = inHand.title = [`${before[0]} of ${unit.channels} busy`, ...rounds].join(" · ");
  }
  return { unit, busy, weapons, now, label: el("div", { class: "name" }, choose, inHand) };
}

function put(values, k, value) {
  if (values[k] === value) return false;
  values[k] = value;
  return true;
}

function valueAt({ times, values }, time, otherwise) {
  const at = lastBefore(times, time);
  return at < 0 ? otherwise : values[at];
}

const most = (steps) => steps.reduce((top, [, value]) => Math.max(top, value), 0);

/** A unit's strip in words, for those who do not see it. */
function summary(unit) {
  const rounds = armed(unit).map(
    ({ name, rounds: steps }) => `${clean(name)} ${amount(steps[0]?.[1])} to ${amount(steps.at(-1)?.[1])} rounds`,
  );
  return `${clean(unit.name)}: at most ${most(unit.busy)} of ${unit.channels} channels busy, ${rounds.join(", ")}`;
}

// ------------------------------------------------------------------------------------------- the picture

function draw(canvas, { start, length, strips }, width) {
  const ratio = devicePixelRatio;
  canvas.width = Math.max(width * ratio, 1);
  canvas.height = Math.max(strips.length * STRIP_PX * ratio, 1);
  canvas.style.height = `${strips.length * STRIP_PX}px`;
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  const colour = (name) => style.getPropertyValue(name);
  pen.scale(ratio, ratio);
  const x = (time) => ((time - start) / length) * width;
  strips.forEach((one, k) => {
    const floor = (k + 1) * STRIP_PX - PAD_PX;
    pen.fillStyle = colour("--line");
    pen.fillRect(0, floor, width, 1);
    steps(pen, one, floor, x, width, colour);
    one.weapons.forEach(({ series }, w) =>
      line(pen, series, floor, x, width, DASHES[w % DASHES.length], colour("--ink")),
    );
  });
}

const HEIGHT_PX = STRIP_PX - 2 * PAD_PX;

function steps(pen, { unit, busy: { times, values } }, floor, x, width, colour) {
  for (let k = 0; k < times.length; k += 1) {
    if (!values[k]) continue;
    const [from, to] = [x(times[k]), k + 1 < times.length ? x(times[k + 1]) : width];
    const height = (HEIGHT_PX * Math.min(values[k], unit.channels)) / Math.max(unit.channels, 1);
    pen.fillStyle = colour(values[k] >= unit.channels ? "--vermilion" : "--sky");
    pen.fillRect(from, floor - height, Math.max(to - from, 0.75), height);
  }
}

function line(pen, { times, values }, floor, x, width, dash, ink) {
  const full = Math.max(values[0] ?? 0, 1);
  const y = (rounds) => floor - (HEIGHT_PX * Math.min(rounds, full)) / full;
  pen.beginPath();
  for (let k = 0; k < times.length; k += 1) {
    if (k) pen.lineTo(x(times[k]), y(values[k - 1]));
    pen.lineTo(x(times[k]), y(values[k]));
  }
  if (times.length) pen.lineTo(width, y(values.at(-1)));
  pen.setLineDash(dash);
  pen.strokeStyle = ink;
  pen.lineWidth = 1.2;
  pen.stroke();
}
