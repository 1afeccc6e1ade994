// Moments in order.

/** The number of the last of ascending `times` at or before `time`, or -1; `of` takes the time from what the list holds. */
export function lastBefore(times, time, of = /** @type {(held: any) => number} */ (Number)) {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (of(times[middle]) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
