// One place for what the page shows. Values have keys; moments (a unit was dropped) are events.

/** A store of named values: `on` calls at once and at each change, `when` at each event; both return a function that ends it. */
export function createStore(initial = {}) {
  const values = new Map(Object.entries(initial));
  const watchers = new Map();
  const hearers = new Map();

  const add = (lists, name, fn) => {
    if (!lists.has(name)) lists.set(name, new Set());
    lists.get(name).add(fn);
    return () => lists.get(name).delete(fn);
  };

  return {
    get: (key) => values.get(key),
    set(key, value) {
      if (Object.is(values.get(key), value)) return;
      values.set(key, value);
      for (const fn of watchers.get(key) ?? []) fn(value);
    },
    on(key, fn) {
      const off = add(watchers, key, fn);
      fn(values.get(key));
      return off;
    },
    /** Calls `fn` as `on` does, for any of several keys. */
    onAny(keys, fn) {
      for (const key of keys) this.on(key, fn);
    },
    send(event, detail) {
      for (const fn of hearers.get(event) ?? []) fn(detail);
    },
    when: (event, fn) => add(hearers, event, fn),
  };
}
