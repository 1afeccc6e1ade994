// The page's address holds what it shows, so that opening it again shows the same.

import { preferred } from "viewer/theme.js";

const text = (value) => typeof value === "string";
const number = Number.isFinite;
const count = (value) => Number.isInteger(value) && value >= 0;
const among =
  (...values) =>
  (value) =>
    values.includes(value);
const optional = (sound) => (value) => value === null || value === undefined || sound(value);
const object = (parts) => (value) =>
  typeof value === "object" && value !== null && Object.entries(parts).every(([key, sound]) => sound(value[key]));
const change = (value) =>
  object({ op: text })(value) && (!["move", "add"].includes(value.op) || object({ lat: number, lon: number })(value));
const list = (sound) => (value) => Array.isArray(value) && value.every(sound);
const placed = object({ at: object({ lat: number, lon: number }) });

// What is kept, and what it must look like.
const KEPT = {
  case: text,
  pick: object({ world: count, raid: count }),
  time: number,
  layer: object({
    kind: text,
    altitude: optional(number),
    unit: optional(text),
    threat: optional(text),
    fall: optional(text),
  }),
  selection: object({ kind: among("unit", "asset", "threat"), name: text }),
  theme: among("light", "dark"),
  tab: among("answer", "whatif", "place", "details"),
  changes: list(change),
  beside: among("other", "before", "none"),
  placing: object({
    units: list(object({ system: text })),
    sites: optional(list(placed)),
    areas: optional(list(placed)),
    keep_out: optional(list(placed)),
  }),
  camera: object({ lat: number, lon: number, zoom: number, pitch: number, bearing: number }),
};
const KEYS = /** @type {(keyof State)[]} */ (Object.keys(KEPT));
// What a page shows where its address says nothing.
const ORDINARY = { theme: (value) => value === preferred(), changes: (value) => !value.length };
const SETTLED_MS = 300;

/** The state held in an address's hash; a part that was mangled on its way is left out. */
export function restored(hash) {
  const found = {};
  for (const [key, written] of new URLSearchParams(hash.replace(/^#/, ""))) {
    const value = parsed(written);
    if (Object.hasOwn(KEPT, key) && KEPT[key](value)) found[key] = value;
  }
  return found;
}

function parsed(written) {
  try {
    return JSON.parse(written);
  } catch {
    return undefined;
  }
}

/**
 * Writes the store's state to the address, a moment after it last changed.
 * @param {Store} store
 */
export function follow(store) {
  let timer = 0;
  const write = () => {
    const pairs = KEYS.map((key) => [key, store.get(key)]).filter(
      ([key, value]) => value !== null && value !== undefined && !ORDINARY[key]?.(value),
    );
    const hash = new URLSearchParams(pairs.map(([key, value]) => [key, JSON.stringify(value)]));
    history.replaceState(null, "", `#${hash}`);
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(write, SETTLED_MS);
  };
  store.onAny(KEYS, later);
}
