// Beside a statement: what gets through for each answer to the questions on which it bears. At once from the worlds that
// were played, which differ in all else as well; and played again with the question settled, and the same luck.

import { button, clean, el } from "viewer/dom.js";
import { differenceSentence } from "viewer/funnel.js";
import { NBSP, interval, percent, plural } from "viewer/words.js";

/**
 * What makes the lines beside a statement, by its id. Of all that are asked, one at a time is played.
 * @param {Store} store
 * @param {Api} api
 */
export function createSettled(store, api) {
  const play = api.saved ? null : createPlayer(store, api);
  return (id) => {
    const view = store.get("view");
    const worths = view.cases.find((one) => one.name === store.get("case"))?.worth?.worths ?? [];
    return asked(view, worths, id).map((one) => block(one, play));
  };
}

/**
 * The questions on which a statement bears, those that are worth most first: what was found of each, and what can be
 * played. Once results know what can matter to the raid, the others are left out.
 * @param {View} view
 * @param {QuestionWorth[]} worths
 */
function asked(view, worths, id) {
  const open = new Map(view.questions.map((one) => [one.key, one.answers]));
  if (worths.length)
    return worths
      .filter((one) => one.claims.includes(id))
      .map(({ key, text, answers }) => ({ key, text, found: answers, choices: open.get(key) ?? [] }));
  return view.questions
    .filter((one) => one.claims.includes(id))
    .map(({ key, text, answers }) => ({ key, text, found: [], choices: answers }));
}

function block({ key, text, found, choices }, play) {
  const offered = play && choices.length > 0;
  if (!found.length && !offered) return null;
  const lines = found.map((one) => el("li", null, foundText(one)));
  return el(
    "div",
    { class: "settled" },
    el("div", null, `If it were settled ${clean(text)}:`),
    lines.length ? el("ul", null, lines) : null,
    offered ? again(key, choices, play) : null,
  );
}

const foundText = (one) => [
  el("strong", null, percent(one.mean)),
  ` get through if ${clean(one.answer)}${interval(one)}, in ${plural(one.worlds, "world")}`,
];

/** Buttons that play the raid with the question settled, and what came of the last one. */
function again(key, choices, play) {
  const said = el("p", { class: "said" });
  const ear = el("p", { class: "unseen", "aria-live": "polite" });
  const press = (one) => button(`if ${clean(one.words)}`, () => play(key, one, said, ear), { class: "ask" });
  return el("div", null, el("div", { class: "faint" }, "Played again, same luck:"), choices.map(press), said, ear);
}

/**
 * Plays the chosen raid with a question answered, and says what comes of it while it narrows.
 * @param {Store} store
 * @param {Api} api
 */
function createPlayer(store, api) {
  /** @type {AbortController | null} */
  let running = null;
  return async (key, { answer, words }, said, ear) => {
    running?.abort();
    const mine = (running = new AbortController());
    let done = false;
    said.textContent = "Playing raids ...";
    ear.textContent = "";
    const show = (one) => {
      if (mine.signal.aborted) return;
      done = one.done;
      said.replaceChildren(...told(one, words));
    };
    try {
      await api.whatif(store.get("case"), [], show, mine.signal, [`${key}=${answer}`]);
      if (done) ear.textContent = said.textContent;
      else said.append(" Ended by another question before it was done.");
    } catch (error) {
      said.textContent = mine.signal.aborted ? "" : error.message;
    }
  };
}

/** @param {Answer} one */
function told(one, words) {
  const known = `${percent(one.base.mean)}${interval(one.base)} as far as is known`;
  const now = el("strong", null, percent(one.now.mean));
  const basis = `${plural(one.raids, "raid")} in ${plural(one.worlds, "world")}, ${one.seconds.toFixed(1)}${NBSP}s${one.done ? "" : "; more are being played"}`;
  return [
    "If ",
    clean(words),
    ", ",
    now,
    `${interval(one.now)} get through; ${known}. `,
    differenceSentence(one),
    ` (${basis}.)`,
  ];
}
