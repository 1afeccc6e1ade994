// What the page may ask for. A saved page carries its documents; a served one fetches them beside itself.
//
// Saved documents stand in <script type="application/json" id="documents">, keyed by request: first the whole request
// ("coverage?what=seen&altitude=100"), else its name alone ("view", "replay", "raids", "buildings", "terrain",
// "world"). Large ones are packed.

const ONLY_SERVED = "only in bartizan serve: this saved page carries one replay and no engine";

/** The documents embedded in the page, or null on a served page. */
export function savedDocuments() {
  const element = document.getElementById("documents");
  return element ? JSON.parse(element.textContent) : null;
}

/** The requests of the contract, each a promise of a document; a failure is an Error whose message is for the reader. */
export function createApi(documents = savedDocuments()) {
  const ask = documents ? (name, query) => fromSaved(documents, name, query) : fromServer;
  return {
    saved: documents !== null,
    view: () => ask("view"),
    coverage: ({ what, altitude, unit, threat }, changes = []) =>
      changes.length
        ? changed("coverage", { what, altitude, unit, threat }, changes)
        : ask("coverage", { what, altitude, unit, threat }),
    fall: ({ case: name, kind }) => ask("fall", { case: name, kind }),
    buildings: () => ask("buildings"),
    terrain: () => ask("terrain"),
    /** Land and borders of Natural Earth as GeoJSON. */
    world: async () =>
      documents ? fromSaved(documents, "world") : (await reached(fetch("viewer/vendor/natural-earth.json"))).json(),
    raids: (name) => ask("raids", { case: name }),
    /** One raid; under changes, the same raid played anew with the same luck, marked as `changed`. */
    replay: async (name, { world, raid }, changes = []) => {
      if (changes.length) return { ...(await changed("replay", { case: name, world, raid }, changes)), changed: true };
      const replay = await ask("replay", { case: name, world, raid });
      const same = replay.case === name && replay.world === world && replay.raid === raid;
      if (documents && !same) throw new Error(ONLY_SERVED);
      return replay;
    },
    scenario: (name, changes) => (documents ? refuse() : post("scenario", { name, changes }).then((r) => r.json())),
    /** The raid of the layout beside this one that has the same world, number and luck. */
    otherRaid: (name, { world, raid }) => ask("other-raid", { case: name, world, raid }),
    /** Two layouts under one raid, look by look: the changed scenario and the other, or as it is and changed. */
    compared: (name, changes, other, onAnswer, signal) =>
      documents ? refuse() : streamed("compared", { case: name, changes, other }, onAnswer, signal),
    /** A placement while it is played. */
    placed: (changes, placement, onStep, signal) =>
      documents ? refuse() : streamed("placed", { changes, placement }, onStep, signal),
    question: (changes, placement) =>
      documents ? refuse() : post("question", { changes, placement }).then((r) => r.json()),
    /** Answers of the changed scenario with each "QUESTION=ANSWER" of `given` taken as settled. */
    whatif: (name, changes, onAnswer, signal, given = []) =>
      documents ? refuse() : streamed("whatif", { case: name, changes, given }, onAnswer, signal),
  };
}

/** What is drawn of the layout beside this one. */
export function createOther() {
  const ask = (name, query = {}) => fromServer(`other/${name}`, query);
  return {
    ...createApi(null),
    view: () => ask("view"),
    coverage: ({ what, altitude, unit, threat }) => ask("coverage", { what, altitude, unit, threat }),
    fall: ({ case: name, kind }) => ask("fall", { case: name, kind }),
    buildings: () => ask("buildings"),
    terrain: () => ask("terrain"),
  };
}

const refuse = () => Promise.reject(new Error(ONLY_SERVED));

function asked(name, query = {}) {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  return pairs.length ? `${name}?${new URLSearchParams(pairs)}` : name;
}

async function fromSaved(documents, name, query) {
  const found = documents[asked(name, query)] ?? documents[name];
  if (found === undefined || found === null) throw new Error(ONLY_SERVED);
  return typeof found === "string" ? unpacked(found) : found;
}

/** A document that was packed because it is large: JSON, by gzip, in base64. */
function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

async function fromServer(name, query) {
  const response = await reached(fetch(`api/${asked(name, query)}`));
  return response.json();
}

/** A document of the changed scenario. */
async function changed(name, query, changes) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const texts = Object.fromEntries(given.map(([key, value]) => [key, String(value)]));
  return (await post(`changed-${name}`, { ...texts, changes })).json();
}

const post = (name, body, signal) =>
  reached(
    fetch(`api/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal,
    }),
  );

/** The response if it is a good one; else an Error with the server's own sentence. */
async function reached(request) {
  let response;
  try {
    response = await request;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(
      "The page has lost its server: is `bartizan serve` still running? Start it again and open its new address.",
    );
  }
  if (response.ok) return response;
  const said = await response.json().catch(() => ({}));
  throw new Error(said.error ?? `The server answered ${response.status}.`);
}

/** Calls `onAnswer` with each line of a streamed answer; ends quietly if `signal` aborts. */
async function streamed(name, body, onAnswer, signal) {
  try {
    const response = await post(name, body, signal);
    for await (const line of lines(response.body)) onAnswer(JSON.parse(line));
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

async function* lines(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const found = (rest + part.value).split("\n");
    rest = found.pop() ?? "";
    yield* found.filter(Boolean);
  }
  if (rest) yield rest;
}
