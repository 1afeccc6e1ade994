// The house's wording, as in the report: numbers written for people; causes and fates are in wording.js.
// tests/faces/test_charts.py holds it against faces/words.py.

import { clean } from "viewer/dom.js";
import { CAUSES, INFORMATION_GRADES, SOURCE_GRADES } from "viewer/wording.js";

export { CAUSES, FATES, FRIENDLY_FATES, JAMMED, NEUTRAL_FATES } from "viewer/wording.js";

// No-break spaces keep a number and its unit on one line.
export const NBSP = "\u00a0";
export const NONE = "–";

/** What "B3" says, or null if it is no grade. */
export function gradeMeaning(grade) {
  const [source, information] = [SOURCE_GRADES[grade?.[0]], INFORMATION_GRADES[grade?.slice(1)]];
  return source && information ? `source ${source}; information ${information}` : null;
}

/** `value` as a finite number, or null: what a summary leaves undefined is null. */
export const number = (value) => (typeof value === "number" && Number.isFinite(value) ? value : null);

/** A share with one decimal: 0.263 -> "26.3 %". Never rounds something to nothing, nor to certainty. */
export function percent(value) {
  const share = number(value);
  if (share === null) return NONE;
  if (share > 0 && share < 0.0005) return `<${NBSP}0.1${NBSP}%`;
  if (share >= 0.9995 && share < 1) return `>${NBSP}99.9${NBSP}%`;
  return `${(100 * share).toFixed(share > 0 && share < 1 ? 1 : 0)}${NBSP}%`;
}

/** The same without decimals, for sentences. */
export function wholePercent(share) {
  if (share > 0 && share < 0.005) return `<${NBSP}1${NBSP}%`;
  if (share >= 0.995 && share < 1) return `>${NBSP}99${NBSP}%`;
  return `${(100 * share).toFixed(0)}${NBSP}%`;
}

const grouped = (digits) => digits.replace(/\B(?=(\d{3})+(?!\d))/g, NBSP);

/** A number of things for tables: two decimals below 10, one below 100. */
export function amount(value) {
  const many = number(value);
  if (many === null) return NONE;
  if (Number.isInteger(many)) return grouped(String(many));
  if (many > 0 && many < 0.005) return `<${NBSP}0.01`;
  const decimals = Math.abs(many) < 9.995 ? 2 : Math.abs(many) < 99.95 ? 1 : 0;
  return decimals ? many.toFixed(decimals) : grouped(many.toFixed(0));
}

/** A number that may be very large, such as an amount of money, with three figures: 6916289 is "6.92 M". */
export function threeFigures(value) {
  const much = number(value);
  if (much === null) return NONE;
  const [unit, factor] = THOUSANDS.find(([, from]) => Math.abs(much) >= 0.9995 * from) ?? ["", 1];
  const figures = String(Number((much / factor).toPrecision(3)));
  return unit ? `${figures}${NBSP}${unit}` : figures;
}

/** How much more one amount is than another: "+1.2 M", "-300 k". */
export const more = (value) => `${(number(value) ?? 0) > 0 ? "+" : ""}${threeFigures(value)}`;

/** @type {[string, number][]} */
const THOUSANDS = [
  ["bn", 1e9],
  ["M", 1e6],
  ["k", 1e3],
];

/** A number of things for sentences: 2.07 -> "2.1", 23.4 -> "23". */
export function spoken(value) {
  const many = number(value);
  if (many === null) return NONE;
  if (many > 0 && many < 0.05) return "fewer than 0.1";
  return many < 9.95 ? many.toFixed(1).replace(/\.0$/, "") : many.toFixed(0);
}

/** A probability as a natural frequency, to follow "At least one gets through in ". */
export function ofHundred(value) {
  const chance = number(value);
  if (chance === null) return "an unknown share of such raids";
  if (chance === 0 || chance === 1) return chance === 0 ? "none of the raids played" : "every raid played";
  if (chance < 0.005) return "fewer than 1 of 100 such raids";
  if (chance >= 0.995) return "more than 99 of 100 such raids";
  return `about ${(chance * 100).toFixed(0)} of 100 such raids`;
}

/** Two ends with the written form `write`: "24.9–27.8 %". */
export function between(low, high, write = percent) {
  let first = write(low);
  const last = write(high);
  const unit = `${NBSP}%`;
  if (first === NONE || last === NONE) return NONE;
  if (first === last) return first;
  if (first.endsWith(unit) && last.endsWith(unit) && !first.startsWith("<") && !first.startsWith(">")) {
    first = first.slice(0, -unit.length);
  }
  return `${first}${/^\d/.test(first) && /^\d/.test(last) ? "–" : " to "}${last}`;
}

/** The 95 % interval of an estimate in brackets, or nothing where none was estimated. */
export function interval(estimate, write = percent) {
  const { low, high } = estimate ?? {};
  const written = low === high ? NONE : between(low, high, write);
  return written === NONE ? "" : ` (95${NBSP}% interval ${written})`;
}

/** "more" or "fewer" where a few worlds in which far more, or far fewer, get through carry the average out of the range
 *  over worlds; else nothing. */
export function carriedByFew(estimate) {
  const [mean, low, high] = [estimate?.mean, estimate?.world_low, estimate?.world_high].map(number);
  if (mean === null || low === null || high === null) return "";
  const beyond = 0.01 * Math.abs(mean);
  return mean - high > beyond ? "more" : low - mean > beyond ? "fewer" : "";
}

/** Metres for people: 12000 -> "12 km". */
export function distance(metres) {
  if (number(metres) === null) return NONE;
  return Math.abs(metres) >= 1000
    ? `${Number((metres / 1000).toPrecision(3))}${NBSP}km`
    : `${metres.toFixed(0)}${NBSP}m`;
}

/** "1 raid", "3 raids". */
export const plural = (count, one, many = `${one}s`) => `${amount(count)}${NBSP}${count === 1 ? one : many}`;

const LINES_SHOWN = 3; // of a name in a figure; a longer one is cut, and stands in full beside the figure

/** Text in lines of at most `width` characters, broken between words where it can be; at most LINES_SHOWN. */
export function wrapped(value, width) {
  const lines = [""];
  for (const word of clean(value).split(/\s+/).filter(Boolean)) {
    for (const part of word.match(new RegExp(`.{1,${width}}`, "gsu")) ?? []) {
      const longer = `${lines.at(-1)} ${part}`.trim();
      if (longer.length <= width) lines[lines.length - 1] = longer;
      else lines.push(part);
    }
  }
  if (lines.length <= LINES_SHOWN) return lines;
  return [...lines.slice(0, LINES_SHOWN - 1), `${lines[LINES_SHOWN - 1].slice(0, width - 1)}…`];
}

/** What a case is called: the raid's title, and its size where the raid is played at several. */
export const label = (item) => sized(item, item.title);

/** The same with the raid's short name, where it has one. */
export const shortLabel = (item) => sized(item, item.short || item.title);

const sized = (item, title) =>
  clean(title || item.raid || item.name || "unnamed") + (item.series ? `, ${amount(item.size)} sent` : "");

/** What limits the defence most in a case, if anything is known to: reach is no limit against what no unit fires at. */
export function limitOf({ binding, threats: sent = [] }) {
  if (!CAUSES[binding]) return "";
  const spared = sent.filter((one) => one.engaged === false).map((one) => clean(one.title));
  const known = binding === "out_of_envelope" && spared.length > 0;
  const nobody = `no unit fires at ${spared.join(" or ")}`;
  const limit =
    known && spared.length === sent.length ? nobody : CAUSES[binding].limit + (known ? `, and ${nobody}` : "");
  return `What limits the defence most: ${limit}.`;
}

/** What was sent: "slow drone", or "12 × slow drone, 4 × decoy". */
export function threats(item) {
  const sent = item.threats ?? [];
  const title = (one) => clean(one.title || one.type || "unnamed");
  if (sent.length < 2) return sent.length ? title(sent[0]) : "types not stated";
  return sent.map((one) => `${amount(one.count)} × ${title(one)}`).join(", ");
}

/** A moment of a raid in whole seconds: 754.3 -> "754 s". */
export const moment = (seconds) => `${Math.floor(seconds)}${NBSP}s`;
