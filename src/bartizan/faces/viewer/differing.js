// Which threats of a raid end otherwise in another layout, and where.

import { button, clean, el } from "viewer/dom.js";
import { FATES } from "viewer/words.js";

const LISTED = 60;

/**
 * Threats that end otherwise in one raid than in the other: what becomes of them in each; null: not sent there.
 * @param {Replay} first
 * @param {Replay} second
 */
export function differing(first, second) {
  const sent = (replay) => new Map(replay.threats.filter((one) => !one.neutral).map((one) => [one.id, one]));
  const [here, there] = [sent(first), sent(second)];
  const ids = [...new Set([...here.keys(), ...there.keys()])].sort((a, b) => a - b);
  return ids
    .map((id) => ({ id, first: here.get(id) ?? null, second: there.get(id) ?? null }))
    .filter((one) => one.first?.fate !== one.second?.fate);
}

/**
 * Where a threat was when it was settled what becomes of it, [lon, lat].
 * @param {Threat} threat
 */
export function ending({ track, ends_s: ends }) {
  const after = track.findIndex(([, , , t]) => t >= ends);
  if (after <= 0) return after < 0 ? track[track.length - 1] : track[0];
  const [[lon, lat, , t], [east, north, , until]] = [track[after - 1], track[after]];
  const share = until > t ? (ends - t) / (until - t) : 0;
  return [lon + (east - lon) * share, lat + (north - lat) * share];
}

const told = (threat) => (threat ? (FATES[threat.fate] ?? threat.fate) : "not sent");

/**
 * The list of them; each is a button that chooses the threat.
 * @param {Store} store
 */
export function list(store, found, sent) {
  const items = found.slice(0, LISTED).map(({ first, second }) => {
    const { name } = first ?? second;
    const choose = () => store.set("selection", { kind: "threat", name });
    const text = `${clean(name)}: ${told(first)} | ${told(second)}`;
    return el("li", null, button(text, choose, { class: "link" }));
  });
  const rest = found.length - items.length;
  if (rest > 0) items.push(el("li", null, `and ${rest} more`));
  const title = found.length
    ? `${found.length} of ${sent} threats of this raid end otherwise (ringed on both maps)`
    : `Each of the ${sent} threats of this raid ends alike in both.`;
  if (!found.length) return el("p", { class: "faint" }, title);
  return el("details", null, el("summary", null, title), el("ul", null, items));
}
