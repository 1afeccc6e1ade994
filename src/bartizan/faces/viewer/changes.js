// What a list of changes amounts to: the last one of each thing, and what they make of a unit.

/** A unit of the view with all changes of it applied; `moved` if its place was changed, `removed` if it was taken away. */
export function unitNow(unit, changes) {
  const now = { ...unit, effectors: unit.effectors.map((one) => ({ ...one })) };
  for (const change of changes.filter((one) => one.unit === unit.name)) APPLY[change.op]?.(now, change);
  return now;
}

/**
 * The units of the view and those that were added, before all other changes.
 * @param {View} view
 * @param {Change[]} changes
 * @returns {Unit[]}
 */
export function unitsOf(view, changes) {
  return [...view.units, ...compact(changes.filter((one) => one.op === "add")).flatMap((one) => added(view, one))];
}

/**
 * A unit that was added, like others of its kind; none where the page knows nothing of that kind.
 * @param {View} view
 * @param {Change} change
 */
function added(view, { unit: name = "", system, lat, lon, storeys }) {
  const kind = view.placing?.kinds.find((one) => one.system === system);
  const roof = { on_roof: storeys !== 0, roof_storeys: storeys };
  return kind ? [{ ...kind.unit, name, short: null, lat, lon, within_m: 0, present: 1, ...roof }] : [];
}

/**
 * Whether a unit that may not be there is not, in the world of a raid; without a raid nothing is known of it.
 * @param {Replay | null} replay
 */
export function isAbsent(replay, { name, present }) {
  return Boolean(replay) && present < 1 && !replay?.units.some((one) => one.name === name);
}

const APPLY = {
  move: (unit, { lat, lon }) => Object.assign(unit, { lat, lon, moved: true }),
  within: (unit, { m }) => Object.assign(unit, { within_m: m }),
  height: (unit, { m }) => Object.assign(unit, { height_m: m }),
  roof: (unit, { storeys }) => Object.assign(unit, { roof_storeys: storeys, on_roof: storeys !== 0 }),
  remove: (unit) => Object.assign(unit, { removed: true }),
  rounds: (unit, { effector, value }) =>
    Object.assign(unit.effectors.find((one) => one.name === effector) ?? {}, { rounds: value }),
  channels: (unit, { value }) => Object.assign(unit, { channels: value }),
  doctrine: (unit, { salvo }) => Object.assign(unit, { salvo }),
};

/** The last change of each thing: what was changed again before does not count any more. */
export function compact(changes) {
  const last = new Map();
  for (const change of changes) {
    last.delete(keyOf(change));
    last.set(keyOf(change), change);
  }
  return [...last.values()];
}

/** What a change changes. */
export const keyOf = (/** @type {Change} */ { op, unit, effector, case: name }) =>
  JSON.stringify([op, unit, effector, name]);
