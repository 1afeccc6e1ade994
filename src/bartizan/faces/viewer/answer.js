// The answer beside the map: the chosen case in plain sentences, and its charts. While changes are tried, it is the
// changed scenario's.

import { chartsOf, figure } from "viewer/charts.js";
import { button, clean, el, named } from "viewer/dom.js";
import {
  amount,
  between,
  interval,
  label,
  limitOf,
  number,
  ofHundred,
  percent,
  plural,
  spoken,
  threats,
  threeFigures,
} from "viewer/words.js";

const CHARTS = ["assets", "split", "causes", "fates", "limits", "saturation"];
const SETTLED_MS = 1500;

/**
 * The Answer tab.
 * @param {Store} store
 */
export function create(element, store) {
  const note = el("p", { class: "note", hidden: true });
  const heading = el("h2");
  const sent = el("p", { class: "faint" });
  const text = el("div", { class: "answer" });
  const ear = el("p", { "aria-live": "polite", class: "unseen" });
  const figures = new Map(CHARTS.map((name) => [name, figure(name, store)]));
  const notes = el("div");
  store.on("view", (view) =>
    notes.replaceChildren(...(view.notes ?? []).map((one) => el("p", { class: "note" }, clean(one)))),
  );
  element.append(notes, note, heading, sent, text, ear, ...[...figures.values()].map((one) => one.element));
  const tell = announcer(ear);

  function draw() {
    const [view, name, answer] = [store.get("view"), store.get("case"), store.get("answer")];
    const stated = view.cases.find((one) => one.name === name);
    const shown = changed(store) && answer ? answer.case : stated;
    heading.replaceChildren(...(stated ? [named(label(stated))] : []));
    showNote(note, store, answer);
    const played = shown && number(shown.leak?.mean) !== null;
    sent.textContent = shown ? `Sent: ${threats(shown)}.` : "";
    const told = played ? said(shown) : [];
    text.replaceChildren(...(played ? told.map((one) => el("p", null, one)) : nothing(view, stated, store)));
    const charts = played ? chartsOf(shown, view.cases) : {};
    for (const [key, one] of figures) one.show(charts[key] ?? null);
    tell(told.join(" "));
  }
  store.onAny(["view", "case", "answer", "changes"], draw);
}

/** @param {Store} store */
const changed = (store) => store.get("changes").length > 0 || !store.get("view").results;

/** Speaks a text to screen readers once it has stopped changing: a narrowing answer would never be quiet. */
function announcer(ear) {
  let timer = 0;
  return (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => (ear.textContent = text), SETTLED_MS);
  };
}

/** @param {Store} store */
function showNote(note, store, answer) {
  const count = store.get("changes").length;
  note.hidden = !count;
  if (!count) return;
  const basis = answer
    ? `from ${plural(answer.raids, "raid")}${answer.done ? "" : " so far"}`
    : "being played now; until then the original's stand here";
  const clear = button("Clear the changes", () => store.set("changes", []));
  note.replaceChildren(`These numbers are the changed scenario's (${plural(count, "change")}), ${basis}. `, clear);
}

/** The answer about one case in plain sentences: how many get through, and what follows from it. */
export function said(item) {
  const neutrals = [
    ...saidOfNeutrals(item.neutrals, "neutral", "neutrals"),
    ...saidOfNeutrals(item.friendly, "friendly aircraft", "friendly aircraft"),
  ];
  return [...saidOfThreats(item), ...neutrals, ...saidOfCost(item.cost)];
}

/** Whether one of them would be hit, where any fly. @param {Neutrals | undefined} found */
function saidOfNeutrals(found, one, many) {
  if (!found) return [];
  const flown = spoken(found.flown.mean);
  const there = `${flown} ${flown === "1" ? `${one} is` : `${many} are`} in the air on average`;
  if (!found.engaged.mean) return [`${there}; none was fired at in any raid played${upTo(found.engaged.high)}.`];
  const [fired, shot] = [found.engaged, found.downed].map((of) => `${ofHundred(of.mean)}${interval(of)}`);
  return [`${there}; at least one is fired at in ${fired}, and shot down in ${shot}.`, ...inYear(found.year)];
}

const upTo = (high) => (number(high) ? `; it could be up to ${percent(high)} of raids` : "");

/** @param {NeutralYear | null} year */
function inYear(year) {
  if (!year) return [];
  const [fired, shot] = [year.engaged, year.downed].map((one) => `${amount(one.mean)}${interval(one, amount)}`);
  return [`At ${plural(year.raids, "such raid")} in a year: ${fired} in which one is fired at, ${shot} shot down.`];
}

/** What a raid costs, where anything has a price. @param {Cost | undefined} cost */
function saidOfCost(cost) {
  if (!cost) return [];
  const { ratio, avoided, undefended } = cost;
  const mean = (spent) => `${threeFigures(spent.mean)} ${cost.currency}`;
  const told = [];
  if (cost.rounds && cost.sent)
    told.push(`Rounds for ${mean(cost.rounds)} are fired at threats for ${mean(cost.sent)}.`);
  if (ratio) {
    const single = between(ratio.raids.p05, ratio.raids.p95, threeFigures);
    const spends = `${threeFigures(ratio.mean)} for each 1 of the attack${interval(ratio, threeFigures)}`;
    told.push(`The defence spends ${spends}; in 90 of 100 raids ${single}.`);
  }
  if (avoided && undefended) told.push(`Damage avoided: ${mean(avoided)} of ${mean(undefended)}.`);
  const [priceless, worthless] = [cost.without_price, cost.without_worth].map((names) => names.map(clean).join(", "));
  if (priceless) told.push(`Without price, and so in no sum: ${priceless}.`);
  if (worthless) told.push(`Without worth, and so in no sum of damage: ${worthless}.`);
  return told;
}

function saidOfThreats(item) {
  const mean = number(item.leakers?.mean);
  const of = `of ${plural(item.size, "threat")}`;
  if (mean === null) return [`It is not known how many ${of} get through.`];
  if (mean === 0) {
    const high = number(item.leakers.high);
    const few = high ? `So few were played that the average may still be up to ${spoken(high)}.` : "";
    return [`None ${of} got through in any raid played.`, few].filter(Boolean);
  }
  const parts = [
    `${amount(mean)} ${of} get through on average${interval(item.leakers, amount)}.`,
    `At least one gets through in ${ofHundred(item.any?.mean)}.`,
    limitOf(item),
  ];
  return parts.filter(Boolean);
}

/**
 * What to do where there is nothing to show.
 * @param {View} view
 * @param {Store} store
 */
function nothing(view, stated, store) {
  if (!view.cases.length)
    return ["This scenario holds no raids, so there is no answer: add a raid to it and open it again."];
  if (!stated) return ["No case is chosen: choose one in the bar below."];
  const play = button("Play raids now", () => store.send("estimate"), { class: "primary" });
  return [
    el("p", null, "There are no results for this raid yet."),
    el("p", null, play, " estimates the answer."),
    el(
      "p",
      null,
      el("code", null, clean(view.command)),
      " plays all raids and keeps the results for ",
      el("code", null, "bartizan serve"),
      ".",
    ),
  ];
}
