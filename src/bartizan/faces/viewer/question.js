// The question of a placement, as the schema's `placement` has it with every place in degrees: drawn and changed step by step.

const DECIMALS = 5; // of a degree: a metre

const rounded = ({ lat, lon }) => ({ lat: Number(lat.toFixed(DECIMALS)), lon: Number(lon.toFixed(DECIMALS)) });

/**
 * What a page begins with: the scenario's own question, or one unit of the first kind that fires, without sites.
 * @param {View} view
 * @param {string | null} name
 * @returns {Question}
 */
export function ordinary(view, name) {
  const kinds = view.placing?.kinds ?? [];
  const first = kinds.find((one) => one.unit.effectors.length) ?? kinds[0];
  const units = first ? [kindOf(first, 1)] : [];
  const own = /** @type {Question | null | undefined} */ (view.placing?.placement);
  return own ?? { units, sites: [], raids: name ? [name] : [], within: "1 %" };
}

/** A kind of unit as the question has it. */
export function kindOf({ system, override, networked }, count) {
  const own = Object.keys(override).length ? { override } : {};
  return { system, count, ...own, ...(networked ? {} : { networked }) };
}

/** The question with another site; its name is the first free number. */
export function withSite(question, at) {
  const sites = question.sites ?? [];
  const taken = new Set([...sites, ...(question.areas ?? [])].map((one) => one.name));
  let number = 1;
  while (taken.has(`site ${number}`)) number += 1;
  return { ...question, sites: [...sites, { name: `site ${number}`, at: rounded(at) }] };
}

/** The question with a site elsewhere. */
export const moved = (question, name, at) => changed(question, name, { at: rounded(at) });

/** The question with something of a site changed; what is undefined is left out. */
export function changed(question, name, what) {
  return { ...question, sites: question.sites.map((one) => (one.name === name ? tidy({ ...one, ...what }) : one)) };
}

const tidy = (record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

/** The question with a field changed; undefined leaves it to its default. */
export const withField = (question, what) => tidy({ ...question, ...what });

/** The question without a site, an area or a circle, by its name or its number. */
export function without(question, list, which) {
  return { ...question, [list]: question[list].filter((one, k) => one.name !== which && k !== which) };
}

/** A length as a file has it, in metres, to draw with; what is none is 0. */
export function metres(length) {
  const [, digits, unit] = String(length).match(/^\s*([\d.]+)\s*(km|m)?\s*$/) ?? [];
  return (Number(digits) || 0) * (unit === "km" ? 1000 : 1);
}

/** A number where one was written, else the text: "800" -> 800, "800 m". */
export const written = (text) => (text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text.trim());
