// Charts of estimates as SVG, each with one sentence of plain words computed from the numbers that it shows.
//
// A chart is {title, sentence, svg, rows}: rows are its numbers as a table with a head, unrounded; svg is null where
// there is nothing to draw. Colours are classes of panels.css; what a colour says, a hatch, a place or a word says too.

import { clean, el, button, svg } from "viewer/dom.js";
import { copyPicture, csv, download } from "viewer/save.js";
import {
  CAUSES,
  FATES,
  JAMMED,
  NBSP,
  amount,
  carriedByFew,
  interval,
  limitOf,
  number,
  percent,
  spoken,
  wholePercent,
  wrapped,
} from "viewer/words.js";

export const WIDTH = 352;
const [ROW, LINE] = [36, 14]; // of one line, and what each further one adds
const NAME_WIDTH = 42; // characters of a line
export const EDGE = 4;
const ESTIMATE = ["mean", "95 % low", "95 % high", "worlds low", "worlds high", "share of ignorance"];

let drawn = 0;

// ------------------------------------------------------------------------------------------- figures on the page

/**
 * A place for a chart with its sentence and buttons; `show(chart)` draws it anew, `show(null)` hides it. Its files are
 *  called after scenario and case.
 * @param {Store} store
 */
export function figure(name, store) {
  const [title, picture, sentence] = [el("h3"), el("div"), el("p")];
  const said = el("span", { role: "status", class: "said" });
  /** @type {any} */
  let shown = null;
  const called = () => `${store.get("view").name} ${store.get("case")} ${name}`;
  const copy = button("Copy as PNG", async () => {
    said.textContent = await copyPicture(shown, called()).catch(
      (error) => `The picture could not be made: ${error.message}`,
    );
  });
  const save = button("Save CSV", () => download(`${called()}.csv`, csv(shown.rows), "text/csv;charset=utf-8"));
  const caption = el("figcaption", null, sentence, el("div", { class: "tools" }, copy, save, said));
  const element = el("figure", { class: "chart", id: `chart-${name}`, hidden: true }, title, picture, caption);
  return {
    element,
    show(chart) {
      shown = chart;
      element.hidden = !chart;
      if (!chart) return;
      title.textContent = chart.title;
      sentence.textContent = chart.sentence;
      copy.setAttribute("aria-label", `Copy as PNG: ${chart.title}`);
      save.setAttribute("aria-label", `Save CSV: ${chart.title}`);
      copy.disabled = !chart.svg;
      picture.replaceChildren(...(chart.svg ? [chart.svg] : []));
    },
  };
}

/** An empty picture with its title and description for those who do not see it. */
export function canvas(height, title, sentence) {
  const id = `drawn-${(drawn += 1)}`;
  const attributes = {
    viewBox: `0 0 ${WIDTH} ${height}`,
    role: "img",
    "aria-labelledby": `${id} ${id}-said`,
    class: "plot",
  };
  return svg("svg", attributes, svg("title", { id }, title), svg("desc", { id: `${id}-said` }, sentence));
}

/** A line of text in a picture. */
export const write = (x, y, text, attributes = {}) => svg("text", { x, y, ...attributes }, clean(text));

/** The next of 1, 2, 5, 10, 20 ... (or of such fractions) at or above `value`. */
export function roundTop(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5].map((step) => step * power).find((top) => top >= value * (1 - 1e-9)) ?? 10 * power;
}

const finite = (values) => values.map(number).filter((value) => value !== null);

/** @param {Partial<Estimate>} estimate */
const spread = ({ mean, low, high, world_low, world_high, ignorance_share } = {}) =>
  [mean, low, high, world_low, world_high, ignorance_share].map(number);

// ------------------------------------------------------------------------------------------- rows of shares

/** Rows of name, mean, 95 % interval and range over worlds over an axis of percent; null without rows. */
function shares(title, sentence, items, { bars = false, axis }) {
  if (!items.length) return null;
  const top = shareTop(items);
  const x = (share) => EDGE + (share / top) * (WIDTH - 2 * EDGE);
  const lines = items.map((item) => wrapped(item.name, NAME_WIDTH));
  const tops = lines.reduce((found, { length }) => [...found, found.at(-1) + ROW + (length - 1) * LINE], [0]);
  const bottom = tops.at(-1) + 4;
  const plot = canvas(bottom + 34, title, sentence);
  for (const tick of [0, 0.5, 1]) plot.append(...tickAt(x(tick * top), bottom, tick, percentTick(tick * top)));
  items.forEach((item, k) => plot.append(shareRow(item, lines[k], tops[k], x, bars)));
  plot.append(write(WIDTH / 2, bottom + 30, axis, { class: "faint", "text-anchor": "middle" }));
  return plot;
}

function shareTop(items) {
  const ends = items.flatMap(({ estimate }) => finite([estimate.mean, estimate.high, estimate.world_high]));
  return Math.min(1, roundTop(Math.max(0.01, ...ends)));
}

const percentTick = (share) => `${Number((100 * share).toPrecision(3))}${NBSP}%`;

function tickAt(x, bottom, share, text) {
  const anchor = share === 0 ? "start" : share === 1 ? "end" : "middle";
  return [
    svg("line", { x1: x, x2: x, y1: 0, y2: bottom, class: "grid" }),
    write(x, bottom + 13, text, { class: "faint", "text-anchor": anchor }),
  ];
}

function shareRow({ name, estimate }, lines, top, x, bars) {
  const [mean, low, high, worldLow, worldHigh] = spread(estimate);
  const last = top + (lines.length - 1) * LINE; // where the name's last line begins
  const y = last + 25;
  const row = svg("g", null, svg("title", null, `${clean(name)}: ${percent(mean)}${interval(estimate)}`));
  lines.forEach((line, k) => row.append(write(EDGE, top + 14 + k * LINE, line)));
  row.append(write(WIDTH - EDGE, last + 14, percent(mean), { class: "value", "text-anchor": "end" }));
  if (bars && mean !== null)
    row.append(svg("rect", { x: x(0), width: x(mean) - x(0), y: y - 5, height: 10, class: "bar" }));
  if (worldLow !== null && worldHigh !== null)
    row.append(svg("path", { d: whisker(x(worldLow), x(worldHigh), y), class: "worlds" }));
  if (low !== null && high !== null && low !== high) {
    const inner = bars ? svg("path", { d: whisker(x(low), x(high), y), class: "whisker" }) : band(x(low), x(high), y);
    row.append(inner);
  }
  if (mean !== null && !bars) row.append(svg("circle", { cx: x(mean), cy: y, r: 3.5, class: "dot" }));
  return row;
}

const whisker = (from, to, y) => `M${from} ${y - 4}v8M${from} ${y}H${to}M${to} ${y - 4}v8`;
const band = (from, to, y) =>
  svg("rect", { x: from, width: Math.max(to - from, 1), y: y - 4, height: 8, class: "interval" });

/** Leakage of each asset at which something was aimed. */
export function assets(item) {
  const aimed = (item.assets ?? []).filter((one) => one.aimed > 0 && number(one.leak?.mean) !== null);
  if (!aimed.length) return null;
  const title = "Who gets through, by defended place";
  const sentence = assetSentence(aimed);
  const rows = aimed.map((one) => [one.name, one.aimed, ...spread(one.leak), ...spread(one.hit)]);
  const head = [
    "place",
    "threats aimed at it per raid",
    ...ESTIMATE,
    ...ESTIMATE.map((part) => `at least one: ${part}`),
  ];
  const items = aimed.map((one) => ({ name: one.name, estimate: one.leak }));
  const axis = "of the threats aimed at the place, this share gets through";
  return { title, sentence, svg: shares(title, sentence, items, { axis }), rows: [head, ...rows] };
}

function assetSentence(aimed) {
  const worst = aimed.reduce((most, one) => (one.leak.mean > most.leak.mean ? one : most));
  const key = "Dot: average; broad bar: 95 % interval; thin line: range over worlds.";
  if (worst.leak.mean === 0) return `Nothing got through to any place in the raids played. ${key}`;
  const said = `${percent(worst.leak.mean)} of the threats aimed at it get through${interval(worst.leak)}`;
  return `${clean(worst.name)} is reached most: ${said}. ${key}`;
}

/** Why threats got through, and what limits the defence most. */
export function causes(item) {
  const known = Object.keys(CAUSES).filter((cause) => item.causes?.[cause]);
  const found = known.filter((cause) => item.causes[cause].mean > 0);
  const title = "Why threats get through";
  const rows = known.map((cause) => [CAUSES[cause].title, ...spread(item.causes[cause]).slice(0, 3)]);
  const head = ["reason", ...ESTIMATE.slice(0, 3)];
  const sentence = causeSentence(item, found);
  const items = found.map((cause) => ({ name: CAUSES[cause].title, estimate: item.causes[cause] }));
  const axis = "of the threats that got through";
  return { title, sentence, svg: shares(title, sentence, items, { bars: true, axis }), rows: [head, ...rows] };
}

function causeSentence(item, found) {
  if (!found.length) return "Nothing got through in the raids played, so there is no reason to show.";
  const most = found.reduce((first, cause) => (item.causes[cause].mean > item.causes[first].mean ? cause : first));
  const share = percent(item.causes[most].mean);
  const said = `${share} of those that get through: ${CAUSES[most].title}. ${CAUSES[most].meaning}`;
  return `${said} ${limitOf(item)}`.trim();
}

const LIMITS_SHOWN = 6;
const RUN_OUT = { channels: "all channels are busy at some time", rounds: "the last round is fired" };

/** Units whose channels or rounds run out, the worst first. */
export function limits(item) {
  const channels = (item.units ?? []).map((one) => ({ name: one.unit, what: "channels", estimate: one.saturated }));
  const rounds = (item.effectors ?? []).map((one) => ({
    name: `${one.unit}, ${one.effector}`,
    what: "rounds",
    estimate: one.emptied,
  }));
  const all = [...channels, ...rounds].filter((one) => number(one.estimate?.mean) !== null);
  if (!all.length) return null;
  const found = all.filter((one) => one.estimate.mean > 0).sort((a, b) => b.estimate.mean - a.estimate.mean);
  const items = found.slice(0, LIMITS_SHOWN).map((one) => ({ ...one, name: `${one.what}: ${one.name}` }));
  const title = "Where channels and rounds run out";
  const sentence = limitSentence(found);
  const rows = all.map((one) => [one.name, RUN_OUT[one.what], ...spread(one.estimate).slice(0, 3)]);
  const plot = shares(title, sentence, items, { bars: true, axis: "of the raids" });
  return { title, sentence, svg: plot, rows: [["unit", "what", ...ESTIMATE.slice(0, 3)], ...rows] };
}

function limitSentence(found) {
  if (!found.length) return "No unit ran out of channels or rounds in the raids played.";
  const [{ name, what, estimate }] = found;
  const left = found.length > LIMITS_SHOWN ? ` The ${LIMITS_SHOWN} largest of ${found.length} are drawn.` : "";
  return `${clean(name)}: ${RUN_OUT[what]} in ${percent(estimate.mean)} of raids${interval(estimate)}.${left}`;
}

// ------------------------------------------------------------------------------------------- one bar

/** Parts of a whole as one bar with a legend below: parts are {name, share, kind, text}. */
function whole(title, sentence, parts) {
  const plot = canvas(30 + parts.length * 20, title, sentence);
  let start = EDGE;
  parts.forEach(({ share, kind, text }, k) => {
    const width = share * (WIDTH - 2 * EDGE);
    plot.append(...segment(start, 2, width, 20, kind), ...segment(EDGE, 31 + k * 20, 14, 13, kind));
    plot.append(write(EDGE + 22, 42 + k * 20, text));
    start += width;
  });
  return plot;
}

const HATCH = { killed: "M0 6L6 0", diverted: "M3 0V6", alive: "M0 3H6", luck: "M0 6L6 0" };

/** A filled rectangle with the hatch of its kind, and the edge that keeps neighbours apart. */
function segment(x, y, width, height, kind) {
  if (!(width > 0)) return [];
  const box = { x, y, width, height };
  const parts = [svg("rect", { ...box, class: `part ${kind}` })];
  if (HATCH[kind]) {
    const id = `hatch-${(drawn += 1)}`;
    const line = svg("path", { d: HATCH[kind], class: "hatch" });
    parts.push(svg("pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse" }, line));
    parts.push(svg("rect", { ...box, fill: `url(#${id})` }));
  }
  return parts;
}

/** How the spread between raids splits into what is not known and luck. */
export function split(item) {
  const share = number(item.leak?.ignorance_share);
  if (share === null) return null;
  const title = "Ignorance and luck";
  const parts = [
    { kind: "ignorance", share, text: `${percent(share)} ignorance: worlds differ` },
    { kind: "luck", share: 1 - share, text: `${percent(1 - share)} luck: raids of one world differ` },
  ];
  const sentence =
    `${splitSentence(share)} ${item.worlds === 1 ? ONE_WORLD : worldsSentence(item.leakers ?? {})}`.trim();
  const rows = [
    ["part of the spread between raids", "share"],
    ["ignorance", share],
    ["luck", 1 - share],
  ];
  return { title, sentence, svg: whole(title, sentence, parts), rows };
}

/** How much of the spread is ignorance, in words. */
export function splitSentence(share) {
  const part = wholePercent(share);
  if (share >= 0.6)
    return `Most of the spread between raids (${part}) is ignorance: better information would narrow it.`;
  if (share >= 0.4) return `About half of the spread between raids (${part}) is ignorance, the rest is luck.`;
  return `Most of the spread between raids is luck; ${part} of it is ignorance.`;
}

const ONE_WORLD = "One world tells nothing of what depends on facts that nobody has published.";

/** How far the average moves with what is not known, in words. */
export function worldsSentence(leakers) {
  const { world_low, world_high } = leakers;
  if (number(world_low) === null || number(world_high) === null) return "";
  const [low, high] = [spoken(world_low), spoken(world_high)];
  const few = carriedByFew(leakers);
  if (few) {
    const usual = low === high ? low : `between ${low} and ${high}`;
    return `In the middle 80${NBSP}% of worlds ${usual} get through on average; the average of all is carried by a few worlds in which far ${few} do.`;
  }
  if (low === high) return "In the worlds played, the average hardly depends on facts that nobody has published.";
  if (number(leakers.ignorance_share) === null)
    return "With one raid in each world, luck is not told from what depends on facts that nobody has published.";
  return `The average could well be anywhere from ${low} to ${high}, depending on facts that nobody has published.`;
}

/** What becomes of all threats. */
export function fates(item) {
  const parts = Object.keys(FATES)
    .map((kind) => ({ kind, estimate: item.fates?.[kind] ?? {} }))
    .filter(({ estimate }) => number(estimate.mean) !== null)
    .map(({ kind, estimate }) => ({
      kind,
      share: estimate.mean,
      text: `${FATES[kind]} ${percent(estimate.mean)}${interval(estimate)}`,
    }));
  if (!parts.length) return null;
  const title = "What becomes of the threats";
  const said = parts.filter((part) => part.share > 0).sort((a, b) => b.share - a.share);
  const told = said.map((part) => `${percent(part.share)} ${verb(part.kind)}`).join(", ");
  const before = number(item.jammed?.killed?.mean);
  const also = before ? ` ${percent(before)} ${JAMMED.killed}: by another reading these count as jammed.` : "";
  const sentence = `Of all threats sent, ${told}.${also}`;
  const rows = parts.map(({ kind }) => [FATES[kind], ...spread(item.fates[kind]).slice(0, 3)]);
  const lost = Object.keys(JAMMED).filter((kind) => number(item.jammed?.[kind]?.mean));
  rows.push(...lost.map((kind) => [JAMMED[kind], ...spread(item.jammed[kind]).slice(0, 3)]));
  return { title, sentence, svg: whole(title, sentence, parts), rows: [["fate", ...ESTIMATE.slice(0, 3)], ...rows] };
}

const verb = (kind) =>
  ({ leaked: "get through", killed: "are shot down", diverted: "are diverted", alive: "are still flying" })[kind];

// ------------------------------------------------------------------------------------------- curves

const PLOT = { left: 34, right: WIDTH - 8, top: 8, bottom: 190, height: 300 };

/** Leakers against threats sent, over the cases of a series; `chosen` is the case on show. */
export function saturation(cases, chosen) {
  const points = [...cases].filter((one) => number(one.leakers?.mean) !== null).sort((a, b) => a.size - b.size);
  if (points.length < 2) return null;
  const title = "Saturation: threats that get through, by threats sent";
  const sentence = saturationSentence(points);
  const rows = points.map((one) => [one.size, ...spread(one.leakers)]);
  return { title, sentence, svg: curve(title, sentence, points, chosen), rows: [["sent", ...ESTIMATE], ...rows] };
}

function saturationSentence(points) {
  const [before, last] = points.slice(-2);
  const further = last.size - before.size;
  const more = Math.max(0, (last.leakers.mean - before.leakers.mean) / further);
  const at = ({ size, leakers }) => `of ${amount(size)} sent ${spoken(leakers.mean)}`;
  const rise = `get through; of the ${amount(further)} further threats, ${percent(more)}`;
  return `On average, ${at(before)} and ${at(last)} ${rise}. On the dashed line everything gets through.`;
}

function curve(title, sentence, points, chosen) {
  const plot = canvas(PLOT.height, title, sentence);
  const reach = points.at(-1).size;
  const top = roundTop(
    Math.max(0.1, ...points.flatMap(({ leakers }) => finite([leakers.mean, leakers.high, leakers.world_high]))),
  );
  const x = (size) => PLOT.left + (size / reach) * (PLOT.right - PLOT.left);
  const y = (many) => PLOT.bottom - (Math.min(many, top) / top) * (PLOT.bottom - PLOT.top);
  plot.append(...axes(reach, top, x, y));
  for (const [low, high, kind] of [
    ["world_low", "world_high", "worlds-area"],
    ["low", "high", "interval-area"],
  ]) {
    plot.append(svg("path", { d: area(points, low, high, x, y), class: kind }));
  }
  const end = Math.min(reach, top);
  plot.append(svg("line", { x1: x(0), y1: y(0), x2: x(end), y2: y(end), class: "limit" }));
  plot.append(
    svg("polyline", { points: points.map((one) => `${x(one.size)},${y(one.leakers.mean)}`).join(" "), class: "line" }),
  );
  for (const one of points) plot.append(mark(one, x, y, one.name === chosen));
  plot.append(...legend());
  return plot;
}

function axes(reach, top, x, y) {
  const parts = [];
  for (const share of [0, 0.5, 1]) {
    const [across, up] = [x(share * reach), y(share * top)];
    parts.push(svg("line", { x1: PLOT.left, x2: PLOT.right, y1: up, y2: up, class: "grid" }));
    parts.push(write(PLOT.left - 5, up + 4, amount(share * top), { class: "faint", "text-anchor": "end" }));
    parts.push(
      write(across, PLOT.bottom + 15, amount(share * reach), {
        class: "faint",
        "text-anchor": share === 1 ? "end" : "middle",
      }),
    );
  }
  const middle = (PLOT.left + PLOT.right) / 2;
  return [...parts, write(middle, PLOT.bottom + 30, "threats sent", { class: "faint", "text-anchor": "middle" })];
}

function area(points, low, high, x, y) {
  const ends = points.filter(({ leakers }) => number(leakers[low]) !== null && number(leakers[high]) !== null);
  const up = ends.map((one) => `${x(one.size)} ${y(one.leakers[high])}`);
  const back = ends.map((one) => `${x(one.size)} ${y(one.leakers[low])}`).reverse();
  return ends.length ? `M${[...up, ...back].join("L")}Z` : "";
}

function mark(one, x, y, chosen) {
  const reached = `${spoken(one.leakers.mean)} get through on average${interval(one.leakers, amount)}`;
  const said = `${amount(one.size)} sent: ${reached}`;
  const at = { cx: x(one.size), cy: y(one.leakers.mean), r: chosen ? 6 : 3.5, class: chosen ? "dot chosen" : "dot" };
  return svg("circle", at, svg("title", null, said));
}

function legend() {
  const entries = [
    ["average (large dot: this case)", svg("path", { d: "M0 6H18", class: "line" })],
    [`95${NBSP}% interval`, svg("rect", { y: 1, width: 18, height: 10, class: "interval-area" })],
    ["range over worlds", svg("rect", { y: 1, width: 18, height: 10, class: "worlds-area" })],
    ["everything gets through", svg("path", { d: "M0 6H18", class: "limit" })],
  ];
  return entries.map(([text, sample], k) => {
    const place = { transform: `translate(${EDGE} ${PLOT.bottom + 40 + 17 * k})` };
    return svg("g", place, sample, write(24, 11, text));
  });
}

/** The charts of a case by name, null where there is nothing to show. A changed case is in no series of the original. */
export function chartsOf(item, cases) {
  const series = item.series && cases.includes(item) ? cases.filter((one) => one.series && one.raid === item.raid) : [];
  const alone = {
    assets: assets(item),
    split: split(item),
    causes: causes(item),
    limits: limits(item),
    fates: fates(item),
  };
  return { ...alone, saturation: saturation(series, item.name) };
}
