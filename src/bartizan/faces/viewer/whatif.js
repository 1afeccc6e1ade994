// What if: changes to the scenario, and what they do to the share of threats that get through. The original and the
// changed layout are played with the same luck, so their difference has its own interval.

import { compact, keyOf } from "viewer/changes.js";
import { figure } from "viewer/charts.js";
import { createChooser } from "viewer/details.js";
import { button, clean, el } from "viewer/dom.js";
import { createForm } from "viewer/form.js";
import { difference, differenceSentence } from "viewer/funnel.js";
import { download } from "viewer/save.js";
import { NBSP, amount, between, percent, plural } from "viewer/words.js";

const SETTLED_MS = 60;

/**
 * The What if tab.
 * @param {Store} store
 * @param {Api} api
 */
export function create(element, store, api) {
  const result = createResult(store);
  const trial = createTrial(store, api, result);
  const note = el(
    "p",
    { class: "faint" },
    "Move a unit on the map (drag it, or use the arrow keys), or change it here: the answer follows, and the raid below is played anew with the same luck.",
  );
  if (api.saved)
    note.textContent = "This is a saved page without an engine: changes can be tried only in bartizan serve.";
  const form = [createChooser(store, "Unit ", ["unit"]), createForm(store, api.saved)];
  element.append(note, result.element, ...form, changeList(store), saver(store, api), result.funnel);
  store.onAny(["changes", "case"], trial.later);
  store.when("estimate", () => trial.estimate());
  store.when("move", (move) => store.set("changes", [...store.get("changes"), { op: "move", ...move }]));
}

// ------------------------------------------------------------------------------------------- trying it

/**
 * Asks for the answer a moment after the last change; an earlier request that still runs is ended.
 * @param {Store} store
 * @param {Api} api
 */
function createTrial(store, api, result) {
  /** @type {AbortController | null} */
  let running = null;
  let timer = 0;
  let unplayed = false; // asked to play a scenario without results as it is
  function stop() {
    clearTimeout(timer);
    running?.abort();
    running = null;
  }
  async function run() {
    stop();
    const changes = compact(store.get("changes"));
    const name = store.get("case");
    if (!name || (!changes.length && !unplayed)) return;
    const mine = (running = new AbortController());
    /** @type {Answer[]} */
    const history = [];
    result.wait();
    try {
      await api.whatif(
        name,
        changes,
        (answer) => {
          if (mine.signal.aborted) return;
          history.push(answer);
          result.show(history, changes.length > 0);
          store.set("answer", answer);
        },
        mine.signal,
      );
      if (!mine.signal.aborted && !history.length) throw new Error("No answer came. Try the change again.");
      if (!mine.signal.aborted && !history.at(-1)?.done) result.end();
    } catch (error) {
      if (!mine.signal.aborted) result.fail(error.message);
    }
  }
  function later() {
    stop();
    store.set("answer", null);
    result.clear();
    timer = setTimeout(run, SETTLED_MS);
  }
  function estimate() {
    unplayed = true;
    run();
  }
  return { estimate, later };
}

// ------------------------------------------------------------------------------------------- what came of it

/** @param {Store} store */
function createResult(store) {
  const [lead, table, state] = [el("p", { class: "lead" }), el("dl", { class: "pair" }), el("p", { class: "faint" })];
  const trouble = el("p", { class: "trouble", role: "alert" });
  const ear = el("p", { class: "unseen", "aria-live": "polite" });
  const funnel = figure("difference", store);
  const element = el("section", { "aria-label": "What the changes do" }, lead, table, state, trouble, ear);
  const clear = () => {
    for (const part of [lead, table, state, trouble, ear]) part.replaceChildren();
    element.removeAttribute("aria-busy");
    funnel.show(null);
  };
  return {
    element,
    funnel: funnel.element,
    clear,
    wait() {
      clear();
      element.setAttribute("aria-busy", "true");
      state.textContent = "Playing raids ...";
    },
    end() {
      element.removeAttribute("aria-busy");
      state.append(" Ended by another question before it was done.");
    },
    fail(message) {
      clear();
      trouble.textContent = message;
    },
    show(history, compared) {
      const answer = history.at(-1);
      lead.textContent = compared ? differenceSentence(answer) : "";
      table.replaceChildren(...pair(answer, compared));
      state.textContent = behind(answer, compared);
      funnel.show(compared ? difference(history) : null);
      if (!answer.done) return;
      element.removeAttribute("aria-busy");
      ear.textContent = lead.textContent || `${percent(answer.now.mean)} get through.`;
    },
  };
}

function pair({ now, base }, compared) {
  const line = (term, { mean, low, high }) => [
    el("dt", null, term),
    el("dd", null, el("strong", null, percent(mean)), ` (${between(low, high)})`),
  ];
  return compared ? [...line("Now get through", now), ...line("Before", base)] : line("Get through", now);
}

function behind({ raids, worlds, seconds, done }, compared) {
  const played = `${compared ? "Both played anew: " : ""}${plural(raids, "raid")} in ${plural(worlds, "world")}, ${seconds.toFixed(1)}${NBSP}s`;
  return `${played}${done ? "" : "; more are being played"}. In brackets: 95${NBSP}% intervals.`;
}

// ------------------------------------------------------------------------------------------- the list of changes

/** @param {Store} store */
function changeList(store) {
  const list = el("ol", { class: "changes" });
  const undo = button("Undo", () => store.set("changes", store.get("changes").slice(0, -1)));
  const clear = button("Clear all", () => store.set("changes", []));
  const element = el(
    "section",
    { "aria-label": "Changes" },
    el("h3", null, "Changes"),
    list,
    el("div", { class: "tools" }, undo, clear),
  );
  store.on("changes", (changes) => {
    const shown = compact(changes);
    list.replaceChildren(...shown.map((change) => el("li", null, spokenChange(change), takeBack(store, change))));
    if (!shown.length)
      list.replaceChildren(el("li", { class: "empty" }, "None yet: this is the scenario as it is written."));
    undo.disabled = clear.disabled = !changes.length;
  });
  return element;
}

/** @param {Store} store */
function takeBack(store, change) {
  const others = () => store.get("changes").filter((one) => keyOf(one) !== keyOf(change));
  return button("×", () => store.set("changes", others()), {
    class: "link",
    "aria-label": `Take back: ${spokenChange(change)}`,
  });
}

const SPOKEN = {
  add: ({ system, lat, lon }) => `${clean(system)} added at ${lat.toFixed(4)}°, ${lon.toFixed(4)}°`,
  move: ({ lat, lon }) => `moves to ${lat.toFixed(4)}°, ${lon.toFixed(4)}°`,
  within: ({ m }) => (m ? `place known to within ${amount(m)} m` : "stands exactly there"),
  height: ({ m }) => `antenna at ${amount(m)} m`,
  roof: ({ storeys }) => roofText(storeys),
  remove: () => "is removed",
  rounds: ({ effector, value }) => `${clean(effector)}: ${plural(value, "round")}`,
  channels: ({ value }) => `engages ${amount(value)} at once`,
  doctrine: ({ salvo }) => `fires ${plural(salvo, "round")} at a time`,
  raid_size: ({ case: name, factor }) => `${clean(name)}: raid of ${amount(factor)} times its size`,
  jamming: ({ on }) => (on ? "with jamming" : "without jamming"),
};

function roofText(storeys) {
  if (storeys === null) return "on a roof as high as the building there";
  return storeys ? `on a roof of ${plural(storeys, "storey")}` : "on the ground";
}

/** A change in words. */
export function spokenChange(change) {
  const said = SPOKEN[change.op]?.(change) ?? change.op;
  return change.unit ? `${clean(change.unit)}: ${said}` : said;
}

// ------------------------------------------------------------------------------------------- keeping it

/**
 * Saves the changed scenario as a file.
 * @param {Store} store
 * @param {Api} api
 */
function saver(store, api) {
  const name = el("input", {
    type: "text",
    value: "my-variant",
    maxlength: 60,
    pattern: "[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N} _.\\-]*",
    title: "letters, digits, blanks and _ . -, a letter or digit first",
  });
  const said = el("p", { role: "status", class: "said" });
  const save = button("Save as scenario", async () => {
    try {
      const { file, text } = await api.scenario(name.value, compact(store.get("changes")));
      download(file, text, "application/yaml");
      said.textContent = `Saved as ${file} with your downloads; bartizan run plays it.`;
    } catch (error) {
      said.textContent = error.message;
    }
  });
  const element = el("div", { class: "saver" }, el("label", null, "Name ", name), save, said);
  store.on("changes", (changes) => (element.hidden = !changes.length));
  return element;
}
