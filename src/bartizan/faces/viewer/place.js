// Where to put more units: the question (what, on which sites, judged by what), the placement while it is played, and its
// answer, which is taken over as changes.

import { compact } from "viewer/changes.js";
import { button, clean, el } from "viewer/dom.js";
import { kindOf, ordinary, changed, withField, without, written } from "viewer/question.js";
import { download } from "viewer/save.js";
import { NBSP, amount, plural, shortLabel } from "viewer/words.js";

const STAGES = {
  screening: "Each site is played alone",
  search: "Layouts are played against one another",
  proof: "The best one is played in fresh worlds",
  done: "Done",
};
const OBJECTIVES = [
  ["mean", "mean over worlds and raids"],
  ["worst_raid", "the raid of which most gets through"],
  ["worst_fifth", "the worst fifth of worlds"],
];

/**
 * The Place tab.
 * @param {Store} store
 * @param {Api} api
 */
export function create(element, store, api) {
  if (api.saved || !store.get("view").placing) {
    element.append(
      el("p", { class: "empty" }, "Units can be placed only in bartizan serve, on a scenario that can be opened."),
    );
    return;
  }
  const run = createRun(store, api);
  const form = el("form", { submit: (event) => event.preventDefault() });
  const draw = () => renew(form, fields(store));
  element.append(
    el(
      "p",
      { class: "faint" },
      "Click on the map where a unit might stand; drag a site, or move it with the arrow keys; Delete takes it away. All layouts are played in the same worlds with the same luck.",
    ),
    form,
    run.element,
    yaml(store, api),
  );
  store.onAny(["view", "case", "placing", "placed"], draw);
  store.on("placing", () => !store.get("placed") && store.set("step", null));
}

/** @param {Store} store */
const question = (store) => store.get("placing") ?? ordinary(store.get("view"), store.get("case"));
/** @param {Store} store */
const put = (store, asked) => store.set("placing", asked);

/** Puts fresh fields in place; the one that has the reader's focus gets it back. */
function renew(form, content) {
  const held = document.activeElement?.getAttribute("data-field");
  const open = [...form.querySelectorAll("details[open]")].map((one) => one.id);
  form.replaceChildren(...content);
  for (const one of form.querySelectorAll("details")) one.open ||= open.includes(one.id);
  if (held) [...form.querySelectorAll("[data-field]")].find((one) => one.dataset.field === held)?.focus();
}

// ------------------------------------------------------------------------------------------- the question

/** @param {Store} store */
function fields(store) {
  const disabled = store.get("placed");
  const set = (title, ...content) => el("fieldset", { disabled }, el("legend", null, title), ...content);
  return [
    set("What to place", el("div", { class: "fields" }, kinds(store))),
    set("Where it may stand", ...sites(store)),
    set("Judged by", el("div", { class: "fields" }, judged(store)), raids(store), weights(store)),
  ];
}

/** A labelled input; `apply` is given what stands there as text, once it is sound. */
function field(title, value, attributes, apply) {
  const accept = () => input.reportValidity() && apply(input.value);
  const input = el("input", { type: "text", value, "data-field": title, ...attributes, change: accept });
  return el("label", { class: "field" }, el("span", null, title), el("span", null, input));
}

const WHOLE = { type: "number", min: 0, max: 50, step: 1, required: true };
const COST = { type: "number", min: 0, step: "any" };
const optional = (text) => (text.trim() === "" ? undefined : Number(text));

/** How many of each kind. @param {Store} store */
function kinds(store) {
  const asked = question(store);
  return store.get("view").placing?.kinds.flatMap((kind) => {
    const own = asked.units.find((one) => one.system === kind.system);
    const others = asked.units.filter((one) => one !== own);
    const many = field(clean(kind.title), own ? (own.count ?? 1) : 0, WHOLE, (text) => {
      const unit = { ...(own ?? kindOf(kind, 1)), count: Number(text) };
      put(store, { ...asked, units: Number(text) ? [...others, unit] : others });
    });
    const cost = field(`${clean(kind.system)}, cost of each`, own?.cost ?? 1, COST, (text) =>
      put(store, { ...asked, units: [...others, { ...own, cost: Number(text) }] }),
    );
    return own && asked.budget !== undefined ? [many, cost] : [many];
  });
}

/** @param {Store} store */
function sites(store) {
  const asked = question(store);
  const { sites: drawn = [], areas = [], keep_out: out = [] } = asked;
  const gone = (list, which, title) =>
    button("×", () => put(store, without(asked, list, which)), { class: "link", "aria-label": `Take away ${title}` });
  const circles = [
    ...areas.map((one) =>
      el(
        "li",
        null,
        `${clean(one.name)}: points every ${one.every} in `,
        `${one.radius} `,
        gone("areas", one.name, clean(one.name)),
      ),
    ),
    ...out.map((one, k) =>
      el("li", null, `kept out: ${one.radius} about ${place(one.at)} `, gone("keep_out", k, "this circle")),
    ),
  ];
  return [
    drawn.length ? siteTable(store, asked, gone) : el("p", { class: "empty" }, "No site is drawn yet."),
    circles.length ? el("ul", { class: "changes" }, circles) : "",
    el(
      "div",
      { class: "tools" },
      button("Add a site in the middle of the map", () => store.send("add site")),
    ),
    keepOut(store, asked),
  ];
}

const place = ({ lat, lon }) => `${lat.toFixed(4)}°, ${lon.toFixed(4)}°`;

/** @param {Store} store */
function siteTable(store, asked, gone) {
  const row = (site, k) => {
    const cell = (title, value, attributes, apply) => {
      const accept = () => input.reportValidity() && apply(input.value);
      const label = `${title} of site ${k + 1}`;
      const input = el("input", {
        type: "text",
        value,
        "aria-label": label,
        "data-field": label,
        ...attributes,
        change: accept,
      });
      return el("td", null, input);
    };
    const change = (what) => put(store, changed(asked, site.name, what));
    const named = (text) => asked.sites.every((one) => one === site || one.name !== text) && change({ name: text });
    return el(
      "tr",
      { title: place(site.at) },
      cell("name", site.name, { required: true, maxlength: 80 }, named),
      cell("storeys", site.storeys ?? "", { type: "number", min: 0, max: 300, placeholder: "0" }, (text) =>
        change({ storeys: optional(text) }),
      ),
      asked.budget === undefined ? "" : cell("cost", site.cost ?? 0, COST, (text) => change({ cost: Number(text) })),
      el("td", null, gone("sites", site.name, clean(site.name))),
    );
  };
  const heads = ["name", "storeys", ...(asked.budget === undefined ? [] : ["cost"]), ""];
  return el(
    "table",
    { class: "sites" },
    el("caption", { class: "unseen" }, "Candidate sites"),
    el(
      "tr",
      null,
      heads.map((text) => el("th", { scope: "col" }, text)),
    ),
    asked.sites.map(row),
  );
}

/** A circle in which nothing may stand, about the last site that was drawn. @param {Store} store */
function keepOut(store, asked) {
  const last = asked.sites?.at(-1);
  if (!last) return "";
  const add = () => {
    const circle = { at: last.at, radius: "200 m" };
    put(store, { ...without(asked, "sites", last.name), keep_out: [...(asked.keep_out ?? []), circle] });
  };
  return button(`Keep 200 m about ${clean(last.name)} free instead`, add, { class: "link" });
}

/** @param {Store} store */
function judged(store) {
  const asked = question(store);
  const set = (what) => put(store, withField(asked, what));
  const select = el("select", { "data-field": "objective", change: () => set({ objective: select.value }) });
  select.append(...OBJECTIVES.map(([value, text]) => el("option", { value }, text)));
  select.value = asked.objective ?? "mean";
  const spacing = asked.spacing ?? "0 m";
  return [
    el("label", { class: "field" }, el("span", null, "Least is to be"), select),
    field("As good as one another within", share(asked.within), { required: true }, (text) =>
      set({ within: written(text) }),
    ),
    field("Apart at least", spacing, { required: true }, (text) => set({ spacing: written(text) })),
    field("Budget (none: no limit)", asked.budget ?? "", COST, (text) => set({ budget: optional(text) })),
  ];
}

const share = (within = 0.001) => (typeof within === "number" ? `${Number((100 * within).toFixed(6))} %` : within);

/** Which raids count; all where none is chosen. @param {Store} store */
function raids(store) {
  const asked = question(store);
  const chosen = asked.raids ?? [];
  const boxes = store.get("view").cases.map((one) => {
    const box = el("input", {
      type: "checkbox",
      "data-field": `raid ${one.name}`,
      change: () => {
        const others = chosen.filter((name) => name !== one.name);
        put(store, withField(asked, { raids: box.checked ? [...others, one.name] : others }));
      },
    });
    box.checked = chosen.includes(one.name);
    return el("label", { class: "check" }, box, ` ${shortLabel(one)}`);
  });
  const title = chosen.length ? `Raids: ${chosen.map(clean).join(", ")}` : "Raids: all";
  return el("details", { id: "of-raids" }, el("summary", null, title), boxes);
}

/** How heavy what reaches each place is. @param {Store} store */
function weights(store) {
  const asked = question(store);
  const inputs = store
    .get("view")
    .assets.map(({ name }) =>
      field(
        `Weight of ${clean(name)}`,
        asked.weights?.[name] ?? 1,
        { type: "number", min: 0, max: 1e6, step: "any", required: true },
        (text) => put(store, { ...asked, weights: { ...asked.weights, [name]: Number(text) } }),
      ),
    );
  return el(
    "details",
    { id: "of-weights" },
    el("summary", null, "Weights of places"),
    el("div", { class: "fields" }, inputs),
  );
}

// ------------------------------------------------------------------------------------------- while it is played

/**
 * Start and cancel, how far it is, and the answer.
 * @param {Store} store
 * @param {Api} api
 */
function createRun(store, api) {
  /** @type {AbortController | null} */
  let running = null;
  const trouble = el("p", { class: "trouble", role: "alert" });
  const start = button("Find the best layout", () => run(), { class: "primary", id: "place-start" });
  const cancel = button("Cancel", () => running?.abort(), { id: "place-cancel" });
  const bar = el("progress", { max: 1, "aria-label": "How far the placement is" });
  const state = el("p", { class: "faint" });
  const ear = el("p", { class: "unseen", role: "status" });
  const answer = el("section", { "aria-label": "Where to put it" });
  async function run() {
    const mine = (running = new AbortController());
    trouble.textContent = "";
    store.set("step", null);
    store.set("placed", true);
    try {
      await api.placed(
        compact(store.get("changes")),
        question(store),
        (step) => store.set("step", told(step)),
        mine.signal,
      );
      if (!mine.signal.aborted && store.get("step")?.stage !== "done")
        throw new Error("The placement ended without an answer.");
    } catch (error) {
      trouble.textContent = error.message;
    }
    if (store.get("step")?.stage !== "done") store.set("step", null);
    store.set("placed", false);
  }
  let stage = "";
  store.onAny(["step", "placed", "placing"], () => {
    const [step, placed] = [store.get("step"), store.get("placed")];
    const { sites: drawn = [], areas = [], units } = question(store);
    start.disabled = placed || !units.length || !(drawn.length || areas.length);
    start.hidden = placed;
    cancel.hidden = bar.hidden = !placed;
    bar.value = Math.max(step?.share ?? 0, placed ? bar.value || 0 : 0);
    state.textContent = placed ? progress(step) : "";
    answer.replaceChildren(...(step?.stage === "done" ? found(store, step) : []));
    const now = placed || step ? (step?.stage ?? "screening") : "";
    if (now !== stage) ear.textContent = now === "done" ? (step?.said.join(" ") ?? "") : (STAGES[now] ?? "");
    stage = now;
  });
  return { element: el("div", null, el("div", { class: "tools" }, start, cancel, bar), state, trouble, ear, answer) };
}

/** A line of a stream is a step, or says what went wrong. */
function told(step) {
  if (step.error) throw new Error(step.error);
  return step;
}

/** @param {PlacingStep | null} step */
function progress(step) {
  const said = STAGES[step?.stage ?? "screening"];
  if (!step?.worlds) return `${said} ...`;
  return `${said}: ${plural(step.left, "layout")} left after ${plural(step.worlds, "world")}. Discs on the map: what a site takes away alone; filled: the layout that leads.`;
}

/** The units that changes add: an earlier answer. @param {Change[]} changes */
function added(changes) {
  return new Set(changes.flatMap((one) => (one.op === "add" ? [one.unit] : [])));
}

/**
 * The answer, what each site is worth, and what can be done with it.
 * @param {Store} store
 * @param {PlacingStep} step
 */
function found(store, step) {
  const take = () => {
    const gone = added(store.get("changes"));
    const others = store.get("changes").filter((one) => !("unit" in one && gone.has(one.unit)));
    store.set("changes", [...others, .../** @type {Change[]} */ (step.changes)]);
    store.set("tab", "whatif");
  };
  const points = (difference) => (difference ? amount(Number((100 * difference.mean).toFixed(2))) : "");
  const rows = [...(step.found?.sites ?? [])].sort(
    (a, b) => Number(b.chosen) - Number(a.chosen) || b.alone.mean - a.alone.mean,
  );
  const heads = ["site", "unit", "alone", "in the best"];
  const table = el(
    "table",
    { class: "sites" },
    el("caption", null, "Points that each takes away from what gets through"),
    el(
      "tr",
      null,
      heads.map((text) => el("th", { scope: "col" }, text)),
    ),
    rows.map((one) =>
      el(
        "tr",
        { class: one.chosen ? "chosen" : null },
        [clean(one.site), clean(one.system), points(one.alone), points(one.in_best)].map((text) =>
          el("td", null, text),
        ),
      ),
    ),
  );
  const use = button("Take it over as a what-if", take, {
    class: "primary",
    id: "place-take",
    disabled: !step.changes.length,
  });
  return [
    el("h3", null, "Answer"),
    ...step.said.map((text) => el("p", null, clean(text))),
    el("div", { class: "tools" }, use),
    table,
  ];
}

// ------------------------------------------------------------------------------------------- as YAML

/**
 * Question, and answer where there is one, as text for the scenario.
 * @param {Store} store
 * @param {Api} api
 */
function yaml(store, api) {
  const text = el("textarea", { readonly: true, rows: 10, "aria-label": "Question and answer as YAML", hidden: true });
  const said = el("p", { class: "said", role: "status" });
  const shown = async () => {
    const step = store.get("step");
    const of = step?.stage === "done" ? step : await api.question(compact(store.get("changes")), question(store));
    text.value = of.text;
    text.hidden = false;
    return of.text;
  };
  const tried = (work) => async () => {
    try {
      said.textContent = await work();
    } catch (error) {
      said.textContent = error.message;
    }
  };
  const copy = tried(async () => {
    await navigator.clipboard.writeText(await shown());
    return "Copied.";
  });
  const show = tried(async () => (await shown(), "To go into the scenario's file; bartizan place plays it."));
  const save = tried(
    async () => (download("placement.yaml", await shown(), "application/yaml"), `Saved with your${NBSP}downloads.`),
  );
  store.onAny(["placing", "step"], () => {
    text.hidden = true;
    said.textContent = "";
  });
  const tools = [button("Show as YAML", show), button("Copy", copy), button("Save", save)];
  return el("div", { class: "saver yaml" }, tools, text, said);
}
