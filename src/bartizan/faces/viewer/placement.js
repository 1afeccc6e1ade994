// Where symbols and names go so that none hides another: symbols that stand too close are set apart, and a name takes a
// side of its symbol that is free. Boxes are {left, top, right, bottom} in pixels of the map.

const TOUCH_PX = 3; // boxes may lie so far over one another
const RINGS_PX = [24, 34, 46, 60, 76, 94]; // how far a symbol may be set apart
const BEARINGS = 16;
const GAPS_PX = [2, 14]; // between a symbol and its name

/** The box of a width and height about a middle. */
export const about = (x, y, width, height) => ({
  left: x - width / 2,
  top: y - height / 2,
  right: x + width / 2,
  bottom: y + height / 2,
});

const overlap = (a, b) =>
  Math.min(a.right, b.right) - Math.max(a.left, b.left) > TOUCH_PX &&
  Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > TOUCH_PX;

const free = (box, taken) => !taken.some((other) => overlap(box, other));

/**
 * How far to set each symbol apart, [dx, dy]. Symbols are {x, y, width, height}, those first that matter most; those
 * that nothing lies over stay. Where there is no room within the last ring a symbol stays where it stands.
 */
export function setApart(symbols) {
  const boxes = symbols.map(({ x, y, width, height }) => about(x, y, width, height));
  const alone = boxes.map((box, k) => boxes.every((other, j) => j === k || !overlap(box, other)));
  const taken = boxes.filter((_, k) => alone[k]);
  return symbols.map((one, k) => {
    if (alone[k]) return [0, 0];
    const spots = spotsAround(one, symbols);
    const spot = spots.find(([dx, dy]) => free(about(one.x + dx, one.y + dy, one.width, one.height), taken)) ?? [0, 0];
    taken.push(about(one.x + spot[0], one.y + spot[1], one.width, one.height));
    return spot;
  });
}

/** Offsets to try, near ones first; of each ring those first that lead out of the crowd. */
function spotsAround(one, symbols) {
  const near = symbols.filter(({ x, y }) => Math.hypot(x - one.x, y - one.y) < RINGS_PX[1]);
  const middle = (key) => near.reduce((sum, other) => sum + other[key], 0) / near.length;
  const outward = Math.atan2(one.y - middle("y"), one.x - middle("x"));
  const turns = Array.from({ length: BEARINGS }, (_, k) => (k % 2 ? -1 : 1) * Math.ceil(k / 2));
  const ring = (far) =>
    turns.map((turn) => {
      const angle = outward + (turn * 2 * Math.PI) / BEARINGS;
      return [far * Math.cos(angle), far * Math.sin(angle)];
    });
  return [[0, 0], ...RINGS_PX.flatMap(ring)];
}

/**
 * Where each name goes, as the middle [x, y] of its box; null where no side is free. `symbols` are boxes, `names` their
 * {width, height, must}, those first that matter most; one that `must` be shown stands below where nothing is free. No
 * name goes over the edge of the map, which is `width` by `height`.
 */
export function besides(symbols, names, { width, height }) {
  const taken = [...symbols];
  const within = (box) => box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height;
  return names.map((name, k) => {
    const spots = sides(symbols[k], name);
    const fits = (box) => within(box) && free(box, taken);
    const found = spots.find(([x, y]) => fits(about(x, y, name.width, name.height)));
    const spot = found ?? (name.must ? spots[0] : null);
    if (spot) taken.push(about(...spot, name.width, name.height));
    return spot;
  });
}

/** Middles of a name below, above, to the right and to the left of a symbol, at its corners; then the same farther off. */
function sides({ left, top, right, bottom }, { width, height }) {
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return GAPS_PX.flatMap((gap) => {
    const [up, down] = [top - gap - height / 2, bottom + gap + height / 2];
    const [west, east] = [left - gap - width / 2, right + gap + width / 2];
    const straight = [
      [x, down],
      [x, up],
      [east, y],
      [west, y],
    ];
    return [...straight, [east, up], [west, up], [east, down], [west, down]];
  });
}
