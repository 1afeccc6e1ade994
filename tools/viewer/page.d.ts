// What the page keeps, and asks with; documents.d.ts has what the server sends it.

type Degrees = Origin;
type Pick = { world: number; raid: number };
type Steps = ReplayedUnit["busy"];
type Point = Track["track"][number];
type NeutralFate = "passed" | "downed";
type Fate = Exclude<Threat["fate"], NeutralFate>;
type Kind = Unit["kind"];
type CaseOfRaid = Case;

/** A unit under changes. */
interface ChangedUnit extends Unit {
  moved?: boolean;
  removed?: boolean;
}

/** A raid that was played under changes says so: the page adds it. */
interface Replay {
  changed?: boolean;
}

interface CauseWords {
  title: string;
  meaning: string;
  because: string;
  limit: string;
}

interface Change {
  op: string;
  unit?: string;
  [value: string]: any;
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
  beside: "other" | "before" | "none" | null;
  compared: Beside | null;
  differing: number[][] | null;
  placing: Question | null;
  placed: boolean;
  step: PlacingStep | null;
  theme: Theme;
}

/** The question of a placement: as the schema has it, every place in degrees. */
type Site = { name: string; at: Degrees; storeys?: number; cost?: number };
type Circle = { name?: string; at: Degrees; radius: string | number; every?: string | number };
interface Question {
  units: { system: string; count?: number; cost?: number }[];
  sites?: Site[];
  areas?: Circle[];
  keep_out?: Circle[];
  raids?: string[];
  weights?: Record<string, number>;
  [field: string]: any;
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
  otherRaid(name: string, pick: Pick): Promise<Replay>;
  compared(
    name: string,
    changes: Change[],
    other: boolean,
    onAnswer: (answer: Beside) => void,
    signal: AbortSignal,
  ): Promise<void>;
  placed(
    changes: Change[],
    placement: Question,
    onStep: (step: PlacingStep) => void,
    signal: AbortSignal,
  ): Promise<void>;
  question(changes: Change[], placement: Question): Promise<Written>;
}

interface Window {
  bartizan: {
    store: Store;
    ready?: Promise<void>;
    map?: any;
    other?: { store: Store; map: () => any; ready: Promise<void> };
  };
}
