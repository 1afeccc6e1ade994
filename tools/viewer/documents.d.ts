// What the server sends to the viewer's page, and what the page keeps: types for its JavaScript, which ships without.

type Degrees = { lat: number; lon: number };
type Brief = { mean: number | null; low: number | null; high: number | null };
type Estimate = Brief & { world_low: number | null; world_high: number | null; ignorance_share: number | null };
type Fate = "leaked" | "killed" | "diverted" | "alive";
type Kind = "fire unit" | "sensor" | "jammer";

// ---- the view: what a page begins with (studies/overview.py)

interface Asset extends Degrees {
  name: string;
  short: string | null;
  radius_m: number;
  numbers: string[];
  note?: string;
  claims?: string[];
}

interface Effector {
  name: string;
  kind: string;
  rounds: number;
}

interface Unit extends Degrees {
  name: string;
  short: string | null;
  title: string;
  kind: Kind;
  within_m: number;
  present: number;
  reach_m: number | null;
  height_m: number | null;
  system: string | null;
  channels: number;
  on_roof: boolean | null;
  roof_storeys: number | null;
  effectors: Effector[];
  salvo: number | null;
  emitters: number | null;
  note: string;
  claims: string[];
  numbers: string[];
}

/** A unit under changes. */
interface ChangedUnit extends Unit {
  moved?: boolean;
  removed?: boolean;
}

interface CaseOfRaid {
  name: string;
  raid: string;
  title: string;
  short: string | null;
  note: string;
  size: number;
  series: boolean;
  threats: { type: string; title: string; count: number }[];
  worlds?: number;
  raids?: number;
  leak?: Estimate;
  any?: Estimate;
  leakers?: Estimate;
  fates?: Record<Fate, Brief>;
  jammed?: Record<"lost" | "killed", Brief>;
  causes?: Record<string, Brief>;
  assets?: { name: string; aimed: number; leak: Estimate; hit: Estimate }[];
  types?: { type: string; title: string; sent: number; leak: Estimate; causes: Record<string, Brief> }[];
  effectors?: OfEffector[];
  units?: { unit: string; channels: number; saturated: Brief }[];
  binding?: string | null;
  worth?: CaseWorth;
}

/** What each open question is worth to a case (studies/value/worth.py). */
interface CaseWorth {
  worlds: number;
  least: number;
  worths: QuestionWorth[];
}

interface QuestionWorth {
  key: string;
  text: string;
  claims: string[];
  share: { share: number; low: number; high: number };
  chance: number;
  told: boolean;
  together: boolean;
  answers: { answer: string; worlds: number; mean: number; low: number; high: number }[];
}

/** A question that a scenario leaves open, with answers that it can be played with (studies/value/given.py). */
interface OpenQuestion {
  key: string;
  text: string;
  claims: string[];
  answers: { answer: string; words: string }[];
}

interface OfEffector {
  unit: string;
  effector: string;
  kind: string;
  magazine: number;
  engagements: Brief;
  rounds: Brief;
  kills: Brief;
  emptied: Brief;
}

interface View {
  format: 1;
  name: string;
  title: string;
  summary: string;
  date: string;
  variant: string | null;
  real: boolean;
  origin: Degrees;
  results: boolean;
  provenance: Record<string, any> | null;
  assets: Asset[];
  units: Unit[];
  cases: CaseOfRaid[];
  numbers: Record<string, any>[];
  claims: Record<string, any>[];
  findings: { kind: string; text: string; claims: string[] }[];
  questions: OpenQuestion[];
  backdrop: (GeoJSON.FeatureCollection & { attribution?: string }) | null;
  credit: string;
  notes?: string[];
  command?: string;
  coverage: {
    altitudes_m: number[];
    units: string[];
    threats: { name: string; title: string }[];
    what: string[];
  } | null;
  fall: { kinds: string[] } | null;
  tiles?: Record<string, any>;
}

// ---- shades (studies/mercator.py, studies/layers.py)

interface Grid {
  west: number;
  south: number;
  east: number;
  north: number;
  columns: number;
  rows: number;
  top: number;
  unit: string;
  cells: string;
  target?: string;
  worlds?: number;
}

// ---- raids (studies/episodes.py, studies/replay.py)

type Pick = { world: number; raid: number };
type Worth = Pick & { label: string; why: string; threat?: number; cause?: string };
interface Raids {
  worlds: number;
  raids: number;
  worth: Worth[];
}

/** lon, lat, height above the sea in m, time in s. */
type Point = [number, number, number, number];
type Steps = [number, number][];
type Track = { track: Point[]; ground_m?: number[] };

interface Threat extends Track {
  id: number;
  name: string;
  type: string;
  title: string;
  class: string;
  target: string;
  fate: Fate;
  cause: string | null;
  appears_s: number;
  ends_s: number;
  by: string | null;
}

interface Shot extends Track {
  id: number;
  unit: string;
  effector: string;
  kind: "gun" | "missile";
  threat: number;
  rounds: number;
  launch_s: number;
  meets_s: number;
  result: "kill" | "miss";
}

interface RaidEvent {
  t_s: number;
  kind: string;
  threat: number | null;
  unit: string | null;
  effector: string | null;
  text: string;
}

interface ReplayedUnit extends Degrees {
  name: string;
  alt_m: number;
  ground_m?: number;
  channels: number;
  busy: Steps;
  effectors: { name: string; rounds: Steps }[];
}

interface Replay {
  format: 1;
  case: string;
  world: number;
  raid: number;
  seed: number;
  real: boolean;
  origin: Degrees;
  start_s: number;
  end_s: number;
  threats: Threat[];
  shots: Shot[];
  sight: { unit: string; threat: number; spans: [number, number][] }[];
  events: RaidEvent[];
  units: ReplayedUnit[];
  notes?: string[];
  changed?: boolean; // by the page, of a raid that was played under changes
}

// ---- what if (studies/whatif.py)

interface Change {
  op: string;
  unit?: string;
  [value: string]: any;
}

interface Answer {
  raids: number;
  worlds: number;
  done: boolean;
  seconds: number;
  case: CaseOfRaid;
  base: Brief;
  now: Brief;
  difference: { mean: number; low: number; high: number; differing: number };
}

// ---- what the page keeps (viewer/store.js), and asks with (viewer/api.js)

type Theme = "light" | "dark";
type Layer = { kind: string; altitude: number | null; unit: string | null; threat: string | null; fall?: string };
type Chosen = { kind: "unit" | "asset" | "threat"; name: string };
type Camera = Degrees & { zoom: number; pitch: number; bearing: number };

interface State {
  view: View;
  case: string | null;
  pick: Pick | null;
  raids: Raids | null;
  replay: Replay | null;
  busy: string | null;
  time: number;
  playing: boolean;
  speed: number;
  tab: string;
  layer: Layer;
  hills: boolean;
  selection: Chosen | null;
  changes: Change[];
  answer: Answer | null;
  camera: Camera | null;
  theme: Theme;
}

interface Store {
  get<K extends keyof State>(key: K): State[K];
  set<K extends keyof State>(key: K, value: State[K]): void;
  on<K extends keyof State>(key: K, fn: (value: State[K]) => void): () => void;
  onAny(keys: (keyof State)[], fn: () => void): void;
  send(event: string, detail?: any): void;
  when(event: string, fn: (detail: any) => void): () => void;
}

interface Api {
  saved: boolean;
  view(): Promise<View>;
  coverage(
    wanted: { what: string; altitude: number | null; unit: string | null; threat: string | null },
    changes?: Change[],
  ): Promise<Grid>;
  fall(wanted: { case: string | null; kind: string }): Promise<Grid>;
  buildings(): Promise<GeoJSON.FeatureCollection>;
  terrain(): Promise<{ shade: Grid | null }>;
  world(): Promise<GeoJSON.FeatureCollection>;
  raids(name: string): Promise<Raids>;
  replay(name: string, pick: Pick, changes?: Change[]): Promise<Replay>;
  scenario(name: string, changes: Change[]): Promise<{ file: string; text: string }>;
  whatif(
    name: string | null,
    changes: Change[],
    onAnswer: (answer: Answer) => void,
    signal: AbortSignal,
    given?: string[],
  ): Promise<void>;
}

interface Window {
  bartizan: { store: Store; ready?: Promise<void>; map?: any };
}
