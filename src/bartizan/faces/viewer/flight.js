// Threats and missiles in the air at one moment, drawn by WebGL2 straight into the map.
//
// Everything that a raid holds goes to the card once, as pieces of flight: from a point at one time to a point at a
// later one. The moment is a uniform: the vertex shader cuts a trail where it is, puts the head of each track on the
// one piece that holds the moment, and drops the rest. Pieces lie in order of time, so that only those near the moment
// are drawn. A frame allocates nothing. Points are metres from an anchor, because 32 bits hold metres near the anchor
// but not on the globe; the matrix that takes them to the screen is made with 64 bits.

import { mercator, mercatorMetre } from "viewer/geo.js";
import { BURST, POINT, RIBBON, program } from "viewer/shaders.js";
import { MAP } from "viewer/theme.js";
import { lastBefore } from "viewer/times.js";

export const TRAIL_S = 90;
const FLASH_S = 5;
const LONGEST_PIECE_S = 120; // longer pieces are split, so that few are drawn at any moment
const PICK_PX = 14;
const FLOATS = 15; // of a piece: a xyz t, b xyz t, then shape, style, threat, unit, and whence it is seen xyz
const [CORNERS_OF_ROW, CORNERS] = [4, [0, 1, 2, 2, 1, 3]]; // two triangles
const STYLES = ["threat", "missile", "gun", "sight", "lost", "neutral", "friendly"];
const [LOST, NEUTRAL, FRIENDLY] = ["lost", "neutral", "friendly"].map((style) => STYLES.indexOf(style));
const [MISS, HIT, LEAK] = [0, 1, 2]; // as BURST of shaders.js has them
const SHAPES = { drone: 0, cruise: 1, ballistic: 2, missile: 3, gun: 4, neutral: 5 };
const UNSETTLED = ["leaked", "alive", "passed"]; // fates after which nothing falls

/**
 * Tracks of a replay as metres from the anchor: x east, y south as Web Mercator has it, z up from the ground below.
 * @param {Replay} replay
 */
function localiser(replay) {
  const { lat, lon } = replay.origin;
  const [x0, y0] = mercator(lon, lat);
  const metre = mercatorMetre(lat);
  const place = ([east, north, alt, t], ground_m = 0) => {
    const [x, y] = mercator(east, north);
    return [(x - x0) / metre, (y - y0) / metre, alt - ground_m, t];
  };
  /** @param {Track} flown */
  const line = ({ track, ground_m }) => track.map((point, k) => place(point, ground_m?.[k]));
  return { anchor: [x0, y0, metre], place, line };
}

/** Cuts a track into pieces no longer than LONGEST_PIECE_S, within [from, to] and at `settled`. */
function pieces(track, from, to, settled = Infinity) {
  const found = [];
  for (let k = 0; k + 1 < track.length; k += 1) {
    const [a, b] = [track[k], track[k + 1]];
    const [t0, t1] = [Math.max(a[3], from), Math.min(b[3], to)];
    if (!(t1 > t0)) continue;
    const parts = Math.ceil((t1 - t0) / LONGEST_PIECE_S);
    const cuts = Array.from({ length: parts + 1 }, (_, i) => t0 + ((t1 - t0) * i) / parts);
    if (settled > t0 && settled < t1) cuts.push(settled);
    cuts.sort((x, y) => x - y);
    for (let i = 0; i + 1 < cuts.length; i += 1) found.push([between(a, b, cuts[i]), between(a, b, cuts[i + 1])]);
  }
  return found;
}

function between(a, b, t) {
  const share = b[3] > a[3] ? (t - a[3]) / (b[3] - a[3]) : 0;
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share, t];
}

/** Rows of FLOATS numbers sorted by their first time, with those times and the longest piece, for `within`. */
function table(rows) {
  rows.sort((p, q) => p[3] - q[3]);
  const times = Float64Array.from(rows, (row) => row[3]);
  const longest = rows.reduce((most, row) => Math.max(most, row[7] - row[3]), 0);
  const data = new Float32Array(rows.length * CORNERS_OF_ROW * FLOATS);
  rows.forEach((row, k) => {
    for (let corner = 0; corner < CORNERS_OF_ROW; corner += 1) data.set(row, (k * CORNERS_OF_ROW + corner) * FLOATS);
  });
  return { data, times, longest, first: 0, count: 0 };
}

/** Sets which rows may be alive at any time of [t - back, t]. */
function within(rows, t, back) {
  rows.first = lastBefore(rows.times, t - back - rows.longest) + 1;
  rows.count = lastBefore(rows.times, t + 1e-6) + 1 - rows.first;
}

/**
 * All that a replay draws: flights (threats and shots), lines of sight, bursts where shots meet.
 * @param {Replay} replay
 */
function prepared(replay) {
  const { anchor, place, line } = localiser(replay);
  const units = new Map(
    replay.units.map((unit, k) => [unit.name, { k, at: place([unit.lon, unit.lat, unit.alt_m, 0], unit.ground_m) }]),
  );
  const threats = new Map(replay.threats.map((one) => [one.id, { ...one, at: line(one) }]));
  const shots = replay.shots.map((shot) => ({ ...shot, at: line(shot) }));
  const number = (name) => units.get(name)?.k ?? -1;
  const flights = [];
  for (const one of threats.values()) {
    const settled = UNSETTLED.includes(one.fate) ? Infinity : one.ends_s;
    const neutral = one.friendly ? FRIENDLY : NEUTRAL;
    const [shape, style] = one.neutral ? [SHAPES.neutral, neutral] : [SHAPES[one.class] ?? 0, 0];
    for (const [a, b] of pieces(one.at, -Infinity, Infinity, settled)) {
      flights.push([...a, ...b, shape, a[3] >= settled ? LOST : style, one.id, number(one.by), 0, 0, 0]);
    }
  }
  for (const shot of shots) {
    const kind = shot.kind === "gun" ? 2 : 1;
    for (const [a, b] of pieces(shot.at, -Infinity, Infinity)) {
      flights.push([...a, ...b, SHAPES[shot.kind] ?? 3, kind, shot.threat, number(shot.unit), 0, 0, 0]);
    }
  }
  const sight = [];
  for (const seen of replay.sight) {
    const [threat, unit] = [threats.get(seen.threat), units.get(seen.unit)];
    if (!threat || !unit) continue;
    for (const [from, to] of seen.spans) {
      for (const [a, b] of pieces(threat.at, from, to))
        sight.push([...a, ...b, 0, 3, threat.id, unit.k, ...unit.at.slice(0, 3)]);
    }
  }
  /** @type {(at: any, t: number, what: number, threat: number, unit: string | null) => any[]} */
  const burst = ([x, y, z], t, what, threat, unit) => [
    x,
    y,
    z,
    t,
    x,
    y,
    z,
    t + FLASH_S,
    0,
    what,
    threat,
    number(unit),
    0,
    0,
    0,
  ];
  const bursts = shots.map((shot) =>
    burst(shot.at.at(-1), shot.meets_s, shot.result === "kill" ? HIT : MISS, shot.threat, shot.unit),
  );
  for (const one of threats.values())
    if (one.fate === "leaked") bursts.push(burst(one.at.at(-1), one.ends_s, LEAK, one.id, null));
  return { anchor, threats, units, flights: table(flights), sight: table(sight), bursts: table(bursts) };
}

/**
 * The layer, to be added to the map under the id "flight".
 * @param {Store} store
 */
export function createFlight(store) {
  let map,
    gl,
    programs,
    /** @type {any} */
    air = null,
    stale = false;
  const matrix = new Float32Array(16);
  const exact = new Float64Array(16);
  const size = new Float32Array(2);
  const chosen = new Float32Array(2);
  const colours = new Float32Array(3 * (STYLES.length + 1));

  function load() {
    for (const rows of tables()) {
      gl.deleteVertexArray(rows.ribbons);
      gl.deleteVertexArray(rows.points);
      gl.deleteBuffer(rows.buffer);
      gl.deleteBuffer(rows.corners);
    }
    const replay = store.get("replay");
    air = replay && prepared(replay);
    tables().forEach(upload);
    choose();
    stale = false;
  }

  const tables = () => (air ? [air.flights, air.sight, air.bursts] : []);

  /** Four vertices a row for ribbons, of which points use every first: software drivers are slow at instances. */
  function upload(rows) {
    const size = rows.times.length;
    const corners = new Uint32Array(6 * size);
    for (let k = 0; k < size; k += 1)
      CORNERS.forEach((corner, i) => (corners[6 * k + i] = CORNERS_OF_ROW * k + corner));
    rows.buffer = gl.createBuffer();
    rows.corners = gl.createBuffer();
    rows.ribbons = pointed(rows, 1);
    rows.points = pointed(rows, CORNERS_OF_ROW);
    gl.bindVertexArray(rows.ribbons);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, rows.corners);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, corners, gl.STATIC_DRAW);
    gl.bindVertexArray(null);
    gl.bufferData(gl.ARRAY_BUFFER, rows.data, gl.STATIC_DRAW);
    rows.data = null;
  }

  /** The four attributes of every `step`th vertex. */
  function pointed(rows, step) {
    const array = gl.createVertexArray();
    gl.bindVertexArray(array);
    gl.bindBuffer(gl.ARRAY_BUFFER, rows.buffer);
    for (let k = 0; k < 4; k += 1) {
      gl.enableVertexAttribArray(k);
      gl.vertexAttribPointer(k, k === 3 ? 3 : 4, gl.FLOAT, false, FLOATS * 4 * step, 4 * k * 4);
    }
    return array;
  }

  function choose() {
    const selection = store.get("selection");
    chosen[0] = chosen[1] = -2;
    if (!air || !selection) return;
    if (selection.kind === "unit") chosen[1] = air.units.get(selection.name)?.k ?? -2;
    if (selection.kind === "threat")
      for (const one of air.threats.values()) if (one.name === selection.name) chosen[0] = one.id;
  }

  function paint() {
    const palette = MAP[store.get("theme")];
    STYLES.forEach((name, k) => {
      const value = parseInt((palette[name] ?? palette.within).slice(1), 16);
      colours.set([(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255], 3 * k);
    });
    const halo = parseInt(palette.halo.slice(1), 16);
    colours.set([(halo >> 16) / 255, ((halo >> 8) & 255) / 255, (halo & 255) / 255], 3 * STYLES.length);
  }

  function place(M) {
    const [x, y, metre] = air.anchor;
    for (let r = 0; r < 4; r += 1) {
      exact[r] = M[r] * metre;
      exact[4 + r] = M[4 + r] * metre;
      exact[8 + r] = M[8 + r] * metre;
      exact[12 + r] = M[r] * x + M[4 + r] * y + M[12 + r];
    }
    matrix.set(exact);
  }

  function use(of, mode) {
    gl.useProgram(of.program);
    gl.uniformMatrix4fv(of.u_matrix, false, matrix);
    gl.uniform1f(of.u_time, store.get("time"));
    gl.uniform1f(of.u_trail, TRAIL_S);
    gl.uniform2fv(of.u_size, size);
    gl.uniform2fv(of.u_chosen, chosen);
    gl.uniform3fv(of.u_colours, colours);
    gl.uniform1f(of.u_ratio, map.getPixelRatio());
    if (of.u_mode) gl.uniform1i(of.u_mode, mode);
  }

  function ribbons(rows, mode, back) {
    within(rows, store.get("time"), back);
    if (!rows.count) return;
    gl.bindVertexArray(rows.ribbons);
    use(programs.ribbon, mode);
    gl.drawElements(gl.TRIANGLES, 6 * rows.count, gl.UNSIGNED_INT, 6 * 4 * rows.first);
  }

  function points(rows, of, back) {
    within(rows, store.get("time"), back);
    if (!rows.count) return;
    gl.bindVertexArray(rows.points);
    use(of, 0);
    gl.drawArrays(gl.POINTS, rows.first, rows.count);
  }

  const layer = {
    id: "flight",
    type: "custom",
    renderingMode: "3d",
    onAdd(owner, context) {
      [map, gl] = [owner, context];
      programs = { ribbon: program(gl, RIBBON), point: program(gl, POINT), burst: program(gl, BURST) };
      const again = (fn) => () => {
        fn();
        map.triggerRepaint();
      };
      store.on(
        "replay",
        again(() => (stale = true)),
      );
      store.on("time", () => air && map.triggerRepaint());
      store.on("selection", again(choose));
      store.on("theme", again(paint));
    },
    render(_, { defaultProjectionData }) {
      if (stale) load();
      if (!air) return;
      place(defaultProjectionData.mainMatrix);
      size[0] = gl.drawingBufferWidth;
      size[1] = gl.drawingBufferHeight;
      gl.disable(gl.DEPTH_TEST); // what flies behind a building is still shown
      gl.disable(gl.CULL_FACE);
      gl.enable(gl.BLEND);
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      ribbons(air.sight, 2, 0);
      ribbons(air.flights, 1, 0);
      ribbons(air.flights, 0, TRAIL_S);
      points(air.flights, programs.point, 0);
      points(air.bursts, programs.burst, FLASH_S);
      gl.bindVertexArray(null);
    },
  };

  /** Where each threat is at a time: {id, name, x, y, z} in metres from the anchor; those in the air only. */
  function at(time) {
    const found = [];
    for (const one of air?.threats.values() ?? []) {
      const where = position(one.at, time);
      if (where) found.push({ id: one.id, name: one.name, x: where[0], y: where[1], z: where[2] });
    }
    return found;
  }

  /** The name of the threat at a point of the map, pixels; null if there is none near. */
  function pick(x, y) {
    const { clientWidth: width, clientHeight: height } = map.getCanvas();
    let [best, nearest] = [null, PICK_PX];
    for (const one of at(store.get("time"))) {
      const point = screen(one, width, height);
      const distance = point ? Math.hypot(point[0] - x, point[1] - y) : Infinity;
      if (distance < nearest) [best, nearest] = [one.name, distance];
    }
    return best;
  }

  /** Pixels of a place in metres from the anchor; null behind the camera. */
  function screen({ x, y, z }, width, height) {
    const to = [0, 1, 3].map((r) => exact[r] * x + exact[4 + r] * y + exact[8 + r] * z + exact[12 + r]);
    return to[2] > 0 ? [((to[0] / to[2] + 1) / 2) * width, ((1 - to[1] / to[2]) / 2) * height] : null;
  }

  /** Pixels and height of a threat now; null where it is not in the air. */
  function find(name) {
    const one = air && [...air.threats.values()].find((threat) => threat.name === name);
    const now = one && position(one.at, store.get("time"));
    if (!now) return null;
    const { clientWidth: width, clientHeight: height } = map.getCanvas();
    const point = screen({ x: now[0], y: now[1], z: now[2] }, width, height);
    return point && { x: point[0], y: point[1], above_m: now[2] };
  }

  /** How many threats are in the air now, and how many of them within the frame. */
  function counted() {
    const { clientWidth: width, clientHeight: height } = map.getCanvas();
    const flying = at(store.get("time"));
    const within = (point) => point && point[0] > 0 && point[0] < width && point[1] > 0 && point[1] < height;
    return { flying: flying.length, seen: flying.filter((one) => within(screen(one, width, height))).length };
  }

  return { layer, at, pick, find, counted };
}

function position(track, time) {
  if (time < track[0][3] || time > track.at(-1)[3]) return null;
  const k = Math.min(
    lastBefore(track, time, (point) => point[3]),
    track.length - 2,
  );
  return between(track[k], track[k + 1], time);
}
