// The difference that changes make: its sentence, and how its interval narrows as raids come in.

import { clean, svg } from "viewer/dom.js";
import { EDGE, WIDTH, canvas, roundTop, write } from "viewer/charts.js";
import { NBSP, amount, percent } from "viewer/words.js";

/** A difference of shares as threats of a hundred: -0.0123 -> "1.2 fewer". */
export function ofThreats(share) {
  return share === 0 ? "no difference" : `${ofHundred(Math.abs(share))} ${share < 0 ? "fewer" : "more"}`;
}

function ofHundred(share) {
  const many = 100 * share;
  return many < 0.05 ? "less than 0.1" : many < 9.95 ? many.toFixed(1) : many.toFixed(0);
}

/** What the changes do, in words, with the interval; a difference that could be chance is called so. */
export function differenceSentence({ difference: { mean, low, high, differing }, done, worlds }) {
  if (!differing) {
    const same = `No difference: just as many threats get through in each of ${amount(worlds)} worlds`;
    const rest = high > 0 ? `; more than ${ofHundred(high)} of 100 threats apart on average is unlikely` : "";
    return `${same}${done ? "" : " so far"}${rest}.`;
  }
  const range = `95${NBSP}% interval: ${ofThreats(low)} to ${ofThreats(high)}`;
  const said = `Of 100 threats, ${mean === 0 ? "as many" : ofThreats(mean)} get through (${range})`;
  if (low <= 0 && high >= 0)
    return `${said}; this cannot be told apart from chance ${done ? "with so many raids" : "yet"}.`;
  return `${said}.`;
}

const PLOT = { left: 56, right: WIDTH - EDGE, top: 6, bottom: 120, height: 156 };

/**
 * The difference and its interval after each answer, over the number of raids.
 * @param {Answer[]} history
 */
export function difference(history) {
  const last = history.at(-1);
  const title = "What the changes do to the share that gets through";
  const sentence = `${narrowing(history)} Below the line fewer get through than before, above it more.`;
  const head = ["raids", "difference", "95 % low", "95 % high", "before", "now"];
  const rows = history.map((one) => [
    one.raids,
    one.difference.mean,
    one.difference.low,
    one.difference.high,
    one.base.mean,
    one.now.mean,
  ]);
  return { title, sentence, svg: drawn(title, sentence, history, last), rows: [head, ...rows] };
}

/** @param {Answer[]} history */
function narrowing(history) {
  const width = ({ difference: { low, high } }) => (high - low) * 100;
  const [first, last] = [history[0], history[history.length - 1]];
  const now = `After ${amount(last.raids)} raids the interval is ${amount(width(last))} of 100 threats wide`;
  return history.length < 2
    ? `${now}.`
    : `${now}; after the first ${amount(first.raids)} it was ${amount(width(first))}.`;
}

/** @param {Answer[]} history */
function drawn(title, sentence, history, last) {
  const plot = canvas(PLOT.height, title, sentence);
  const ends = history.flatMap(({ difference: { low, high } }) => [Math.abs(low), Math.abs(high)]);
  const top = roundTop(Math.max(0.001, ...ends));
  const [from, to] = [Math.log(history[0].raids), Math.log(Math.max(last.raids, history[0].raids + 1))];
  const x = (raids) => PLOT.left + ((Math.log(raids) - from) / (to - from)) * (PLOT.right - PLOT.left);
  const y = (share) => (PLOT.top + PLOT.bottom) / 2 - ((share / top) * (PLOT.bottom - PLOT.top)) / 2;
  for (const share of [-top, 0, top]) plot.append(...level(share, y));
  plot.append(
    write(PLOT.left, PLOT.bottom + 16, amount(history[0].raids), {
      class: "faint",
    }),
  );
  plot.append(
    write(PLOT.right, PLOT.bottom + 16, `${amount(last.raids)} raids`, {
      class: "faint",
      "text-anchor": "end",
    }),
  );
  for (const one of history) plot.append(bar(one, x, y));
  return plot;
}

function level(share, y) {
  const line = svg("line", {
    x1: PLOT.left,
    x2: PLOT.right,
    y1: y(share),
    y2: y(share),
    class: share === 0 ? "zero" : "grid",
  });
  const sign = share > 0 ? "+" : share < 0 ? "−" : "";
  return [
    line,
    write(PLOT.left - 5, y(share) + 4, `${sign}${percent(Math.abs(share))}`, { class: "faint", "text-anchor": "end" }),
  ];
}

function bar({ raids, difference: { mean, low, high } }, x, y) {
  const said = svg(
    "title",
    null,
    clean(`${amount(raids)} raids: ${ofThreats(mean)} of 100, ${ofThreats(low)} to ${ofThreats(high)}`),
  );
  const line = svg("line", { x1: x(raids), x2: x(raids), y1: y(low), y2: y(high), class: "interval-line" });
  return svg("g", null, said, line, svg("circle", { cx: x(raids), cy: y(mean), r: 2.2, class: "dot" }));
}
