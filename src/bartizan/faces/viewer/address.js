// The page's address holds what it shows, so that opening it again shows the same.

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

// What is kept, and what it must look like.
const KEPT = {
  case: text,
  pick: object({ world: count, raid: count }),
  time: number,
  layer: object({ kind: text, altitude: optional(number), unit: optional(text), fall: optional(text) }),
  selection: object({ kind: among("unit", "asset", "threat"), name: text }),
  theme: among("light", "dark"),
  tab: among("answer", "whatif", "details"),
  camera: object({ lat: number, lon: number, zoom: number, pitch: number, bearing: number }),
};
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

/** Writes the store's state to the address, a moment after it last changed. */
export function follow(store) {
  let timer = 0;
  const write = () => {
    const pairs = Object.keys(KEPT)
      .map((key) => [key, store.get(key)])
      .filter(([, value]) => value !== null && value !== undefined);
    const hash = new URLSearchParams(pairs.map(([key, value]) => [key, JSON.stringify(value)]));
    history.replaceState(null, "", `#${hash}`);
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(write, SETTLED_MS);
  };
  for (const key of Object.keys(KEPT)) store.on(key, later);
}
