// What the server sends to the page; do not edit: `make docs` makes it from studies/documents.
// What the page keeps, and asks with, is in page.d.ts.

/** A line through space and time. */
interface Track {
  /** [longitude, latitude, height above the sea, time], °, °, m, s */
  track: [number, number, number, number][];
  /** height of the ground under each point, where it has hills, m */
  ground_m?: number[];
}

/** What a page begins with. */
interface View {
  /** of the scenario */
  name: string;
  /** for people */
  title: string;
  /** what it is about */
  summary: string;
  /** for which it holds */
  date: string;
  /** of the scenario, where one was chosen */
  variant: string | null;
  /** questions taken as answered, each QUESTION=ANSWER */
  given?: string[];
  /** of the document */
  format: 1;
  /** whether the place is a real one */
  real: boolean;
  /** of the local frame */
  origin: Origin;
  /** whether the cases have been played */
  results: boolean;
  /** of the results */
  provenance: Provenance | null;
  /** what is defended */
  assets: Asset[];
  /** the defence */
  units: Unit[];
  /** the raids, with estimates where they have been played */
  cases: Case[];
  /** every number that the answer rests on */
  numbers: StatedNumber[];
  /** every claim of the scenario */
  claims: Claim[];
  /** what the check of the evidence finds */
  findings: Finding[];
  /** that the scenario leaves open; none where it cannot be opened */
  questions: OpenQuestion[];
  /** outlines under the map */
  backdrop: Outlines | null;
  /** whose the surface is */
  credit: string;
  /** what a viewer should know of these results */
  notes?: string[];
  /** that makes results, where there are none */
  command?: string;
  /** what may be asked for */
  coverage?: CoverageOffered;
  /** what may be asked for */
  fall?: FallOffered | null;
  /** what the two are called that are served side by side */
  layouts?: string[];
  /** what may be placed; none where the scenario cannot be opened */
  placing?: Offered;
  /** the user's own background map, as MapLibre takes it */
  tiles?: Record<string, any>;
}

/** A place on the ellipsoid (WGS 84). */
interface Origin {
  /** latitude, ° */
  lat: number;
  /** longitude, ° */
  lon: number;
}

/** Who made the results, and how. */
interface Provenance {
  /** of all random numbers */
  seed?: number;
  /** worlds asked for */
  worlds?: number;
  /** raids asked for in each */
  raids?: number;
  /** when, ISO 8601 */
  started?: string;
  /** that it took, s */
  seconds?: number;
  /** cores used */
  threads?: number;
  /** whether all that was asked for has been played */
  finished?: boolean;
  /** why it stopped, where it stops when it is narrow enough */
  stopped?: Stopped;
  /** version */
  python?: string;
  /** version */
  numpy?: string;
  /** version */
  numba?: string;
  /** the version */
  bartizan?: string;
}

/** Why a study that stops when it is narrow enough stopped where it did. */
interface Stopped {
  /** half the width of intervals that was asked for */
  until: number;
  /** worlds at which it stops whatever was reached */
  most: number;
  /** looks taken at the intervals */
  looks: number;
  /** looks that all intervals hold for together */
  looks_at_most: number;
  /** that was reached, of the widest */
  half_width: number;
  /** the case that has it */
  widest: string;
  /** of each interval, so that all looks hold together with 95 % */
  confidence_of_each: number;
  /** whether what was asked for was reached */
  narrow_enough: boolean;
}

/** What is defended. */
interface Asset {
  /** latitude, ° */
  lat: number;
  /** longitude, ° */
  lon: number;
  /** the asset */
  name: string;
  /** the same, shorter */
  short: string | null;
  /** within which it counts as hit, m */
  radius_m: number;
  /** keys of its numbers */
  numbers: string[];
  /** what the scenario says of it */
  note?: string;
  /** claims that bear on it */
  claims?: string[];
}

/** A unit of the defence; null is what a summary alone does not know. */
interface Unit {
  /** latitude, ° */
  lat: number;
  /** longitude, ° */
  lon: number;
  /** the unit */
  name: string;
  /** the same, shorter */
  short: string | null;
  /** what it is */
  title: string;
  /** what it does */
  kind: "fire unit" | "sensor" | "jammer";
  /** of this place it stands, m */
  within_m: number;
  /** chance that it is there */
  present: number;
  /** of its farthest missile, gun or jammer, m */
  reach_m: number | null;
  /** of its antenna above what it stands on, m */
  height_m: number | null;
  /** name of the system */
  system: string | null;
  /** engagements at the same time */
  channels: number | null;
  /** whether it stands on a roof */
  on_roof: boolean | null;
  /** of the building under it */
  roof_storeys: number | null;
  /** what it fires */
  effectors: Effector[];
  /** rounds fired at a threat at once */
  salvo: number | null;
  /** jammers that it has */
  emitters: number | null;
  /** what the scenario says of it */
  note: string;
  /** claims that bear on it */
  claims: string[];
  /** keys of its numbers and of its system's */
  numbers: string[];
}

/** A missile or a gun of a unit. */
interface Effector {
  /** the missile or gun */
  name: string;
  /** missile or gun */
  kind: string;
  /** that it most likely has */
  rounds: number;
  /** classes that it is for */
  against?: string[];
  /** by class, where it does not reach as far as else, m */
  reach_m?: Record<string, number>;
  /** rounds in one burst of a gun */
  burst?: number;
}

/** A raid at one size, and, once it has been played, its estimates. */
interface Case {
  /** names the case; a size of a raid that is played at several has `RAID/SIZE` */
  name: string;
  /** the raid of the scenario */
  raid: string;
  /** the raid for people */
  title: string;
  /** the same, shorter, where the scenario says so */
  short: string | null;
  /** what the scenario says of the raid */
  note: string;
  /** threats that are sent */
  size: number;
  /** whether the raid is played at several sizes */
  series: boolean;
  /** what is sent, kind by kind */
  threats: Sent[];
  /** neutrals that fly among them, kind by kind, where any do */
  traffic?: Flying[];
  /** units that fire, but may fire at nothing that is sent */
  idle?: string[];
  /** worlds played */
  worlds?: number;
  /** raids played in each */
  raids?: number;
  /** share that gets through, of those sent */
  leak?: Estimate;
  /** chance that at least one gets through, of raids */
  any?: Estimate;
  /** how many get through in a raid */
  leakers?: Estimate;
  /** what becomes of threats, of those sent */
  fates?: Fates;
  /** what jamming did to threats, of those sent */
  jammed?: Jammed;
  /** why threats get through, by cause, of those that get through */
  causes?: Record<string, BriefIfAny>;
  /** what gets through to each asset */
  assets?: AssetLeak[];
  /** what gets through of each kind */
  types?: TypeLeak[];
  /** how each missile and gun was used */
  effectors?: EffectorUse[];
  /** how busy each unit that fires was */
  units?: UnitUse[];
  /** the cause of most leaks; null where nothing got through */
  binding?: string | null;
  /** what happens to traffic that is no threat, where there is any */
  neutrals?: Neutrals;
  /** fratricide: what happens to friendly aircraft, where there are any */
  friendly?: Neutrals;
  /** rounds left over time, of raids in waves and defences that are supplied or lost */
  course?: Course;
  /** what a raid costs, where anything has a price */
  cost?: Cost;
  /** what comes down */
  fall?: Fall;
  /** what was reported of a real raid of this size */
  reported?: Reported;
  /** what each open question is worth */
  worth?: CaseWorth;
}

/** Threats of one kind in a raid. */
interface Sent {
  /** name of the threat in the catalogue or the scenario */
  type: string;
  /** the same for people */
  title: string;
  /** how many are sent */
  count: number;
  /** whether any unit may fire at its class */
  engaged?: boolean;
}

/** Neutrals of one kind that fly among the threats of a raid. */
interface Flying {
  /** name in the catalogue or the scenario */
  type: string;
  /** the same for people */
  title: string;
  /** whether they are of the defender's own side */
  friendly: boolean;
}

/** A mean with its interval, and what it could be depending on what is true. */
interface Estimate {
  /** over all worlds and raids */
  mean: number;
  /** lower end of the 95 % interval of the mean */
  low: number;
  /** upper end of the 95 % interval of the mean */
  high: number;
  /** lower end of the central 80 % of worlds, chance taken out */
  world_low: number;
  /** upper end of the central 80 % of worlds, chance taken out */
  world_high: number;
  /** of the variance between raids, what the world explains, 0 to 1 */
  ignorance_share: number | null;
}

/** The share of threats that had each fate. */
interface Fates {
  /** got through, of those sent */
  leaked: Brief;
  /** destroyed by a missile or a gun, of those sent */
  killed: Brief;
  /** jammed, and came down elsewhere, of those sent */
  diverted: Brief;
  /** still flying when the play ended, of those sent */
  alive: Brief;
}

/** A mean with its 95 % interval. */
interface Brief {
  /** over all worlds and raids */
  mean: number;
  /** lower end of the 95 % interval of the mean */
  low: number;
  /** upper end of the 95 % interval of the mean */
  high: number;
}

/** What jamming did, whatever became of the threat. */
interface Jammed {
  /** lost satellite navigation or the link, of those sent */
  lost: Brief;
  /** were shot down after that, of those sent */
  killed: Brief;
}

/** The same of what may not have happened at all: then all are null. */
interface BriefIfAny {
  /** over all worlds and raids */
  mean: number | null;
  /** lower end of the 95 % interval of the mean */
  low: number | null;
  /** upper end of the 95 % interval of the mean */
  high: number | null;
}

/** What gets through to one asset. */
interface AssetLeak {
  /** the asset */
  name: string;
  /** threats sent to it in a raid, on average */
  aimed: number;
  /** share of those that get through, of those aimed at it */
  leak: EstimateIfAny;
  /** chance that at least one gets through, of raids */
  hit: Estimate;
}

/** The same of what may not have happened at all: then all are null. */
interface EstimateIfAny {
  /** over all worlds and raids */
  mean: number | null;
  /** lower end of the 95 % interval of the mean */
  low: number | null;
  /** upper end of the 95 % interval of the mean */
  high: number | null;
  /** lower end of the central 80 % of worlds, chance taken out */
  world_low: number | null;
  /** upper end of the central 80 % of worlds, chance taken out */
  world_high: number | null;
  /** of the variance between raids, what the world explains, 0 to 1 */
  ignorance_share: number | null;
}

/** What gets through of the threats of one kind. */
interface TypeLeak {
  /** name of the threat */
  type: string;
  /** the same for people */
  title: string;
  /** its class: drone, cruise, ballistic ... */
  kind: string;
  /** how many are sent */
  sent: number;
  /** share that gets through, of those sent */
  leak: Estimate;
  /** why, by cause, of those that get through */
  causes: Record<string, BriefIfAny>;
}

/** How a missile or a gun of a unit was used. */
interface EffectorUse {
  /** the unit */
  unit: string;
  /** name of the missile or gun */
  effector: string;
  /** missile or gun */
  kind: string;
  /** rounds that it most likely has */
  magazine: number;
  /** engagements in a raid */
  engagements: Brief;
  /** rounds fired in a raid */
  rounds: Brief;
  /** what it destroys in a raid, neutrals too */
  kills: Brief;
  /** chance that it fires its last round, of raids */
  emptied: Brief;
}

/** How busy a unit was. */
interface UnitUse {
  /** the unit */
  unit: string;
  /** engagements that it most likely can have at the same time */
  channels: number;
  /** chance that all channels are busy at some moment, of raids */
  saturated: Brief;
}

/** What happens to traffic that is no threat: to neutrals, or to friendly aircraft. */
interface Neutrals {
  /** that are there in a raid */
  flown: Brief;
  /** chance that at least one is fired at, of raids */
  engaged: Estimate;
  /** chance that at least one is shot down, of raids */
  downed: Estimate;
  /** group by group */
  types: NeutralType[];
  /** what that comes to in a year; null where no rate of raids is stated */
  year: NeutralYear | null;
}

/** What happens to the neutrals of one group. */
interface NeutralType {
  /** name of what flies, in the catalogue or the scenario */
  type: string;
  /** the same for people */
  title: string;
  /** past, in or out */
  flies: string;
  /** that are there in a raid */
  flown: Brief;
  /** of them, those that are fired at */
  engaged: Brief;
  /** of them, those that are shot down */
  downed: Brief;
}

/** What that comes to in a year. */
interface NeutralYear {
  /** in a year, as the scenario states */
  raids: number;
  /** raids in a year in which one is fired at */
  engaged: Brief;
  /** raids in a year in which one is shot down */
  downed: Brief;
}

/** Rounds left in the course of a raid; after its end, as it left them. */
interface Course {
  /** into the raid, evenly from 0 to about its end, s */
  times_s: number[];
  /** each missile and gun, in the order of units */
  effectors: EffectorCourse[];
}

/** The rounds that a missile or a gun has to fire in the course of a raid; none while its unit is lost. */
interface EffectorCourse {
  /** the unit */
  unit: string;
  /** name of the missile or gun */
  effector: string;
  /** rounds in its magazine at each of the times */
  left: Brief[];
}

/** What a raid costs, of what has a price. */
interface Cost {
  /** of all amounts, as ISO 4217 has it */
  currency: string;
  /** whose money it is */
  year: number;
  /** effectors and threats that have no price, and so count as nothing */
  without_price: string[];
  /** assets that have no worth, where others have, and so count as nothing */
  without_worth: string[];
  /** rounds fired in a raid; null where none has a price, money */
  rounds: Spent | null;
  /** threats sent in a raid; null where none has a price, money */
  sent: Spent | null;
  /** of them, those shot down or jammed off their way, money */
  stopped: Spent | null;
  /** cost of rounds by cost of threats sent; null where something fired or sent has no price */
  ratio: Spent | null;
  /** lost of assets to what gets through; null where none has a worth, money */
  damage: Spent | null;
  /** that would be lost if all that is aimed at them got through, money */
  undefended: Spent | null;
  /** undefended less damage, money */
  avoided: Spent | null;
  /** raids that quantiles are taken from, one of each plan of each world */
  sampled: number;
}

/** A mean with its interval, what it could be depending on what is true, and between what single raids lie. */
interface Spent {
  /** over all worlds and raids */
  mean: number;
  /** lower end of the 95 % interval of the mean */
  low: number;
  /** upper end of the 95 % interval of the mean */
  high: number;
  /** lower end of the central 80 % of worlds, chance taken out */
  world_low: number;
  /** upper end of the central 80 % of worlds, chance taken out */
  world_high: number;
  /** of the variance between raids, what the world explains, 0 to 1 */
  ignorance_share: number | null;
  /** of single raids */
  raids: Quantiles;
}

/** Between which values single raids lie, ignorance and chance together. */
interface Quantiles {
  /** 5 % of raids lie below */
  p05: number;
  /** 25 % of raids lie below */
  p25: number;
  /** half of the raids lie below */
  p50: number;
  /** 75 % of raids lie below */
  p75: number;
  /** 95 % of raids lie below */
  p95: number;
}

/** What comes down under the defence in a raid of a case. */
interface Fall {
  /** worlds in which it was followed */
  worlds: number;
  /** raids of each world that were followed */
  raids: number;
  /** all that comes down, by kind, bodies */
  kinds: FallKind[];
  /** what comes down within the radius of each asset */
  assets: FallAsset[];
  /** the districts where most comes down, rounds aside */
  districts?: FallDistrict[];
  /** in the path of all; null where nobody says where people are */
  persons: OverWorlds | null;
}

/** Bodies of one kind that come down in a raid. */
interface FallKind {
  /** over worlds */
  mean: number;
  /** lower end of the central 80 % of worlds */
  world_low: number;
  /** upper end of the central 80 % of worlds */
  world_high: number;
  /** wreck, diverted, missile or rounds */
  kind: string;
  /** of the mean, those on the grid of fall.npz, bodies */
  on_map: number;
}

/** What comes down within the radius of an asset, or in a district. */
interface FallAsset {
  /** the asset or district */
  name: string;
  /** in a raid, by kind, bodies */
  kinds: Record<string, OverWorlds>;
}

/** A mean, and between which values worlds lie. */
interface OverWorlds {
  /** over worlds */
  mean: number;
  /** lower end of the central 80 % of worlds */
  world_low: number;
  /** upper end of the central 80 % of worlds */
  world_high: number;
}

/** What comes down in a district. */
interface FallDistrict {
  /** the asset or district */
  name: string;
  /** in a raid, by kind, bodies */
  kinds: Record<string, OverWorlds>;
  /** in the path of these; null where nobody says where people are */
  persons: OverWorlds | null;
}

/** What was reported of a real raid of this size, beside the raids played. */
interface Reported {
  /** of the real raid */
  date: string;
  /** of the real raid, where one was told */
  place: string;
  /** how many are sent in a raid as played */
  sent: number;
  /** claims that say so */
  claims: string[];
  /** what to know of the report */
  note: string;
  /** raids played */
  raids: number;
  /** each number that was reported */
  numbers: ReportedNumber[];
  /** raids in which all fates came out as reported, of raids */
  exactly: Brief | null;
  /** threats without a fate though the number of each fate was told */
  unaccounted: number;
}

/** A reported number in what the model expects of single raids. */
interface ReportedNumber {
  /** of the raids played */
  mean: number;
  /** lower end of the central 95 % of raids */
  low: number;
  /** upper end of the central 95 % of raids */
  high: number;
  /** raids with as many or fewer, of raids */
  at_most: Brief;
  /** raids with as many or more, of raids */
  at_least: Brief;
  /** whether the report lies between low and high */
  within: boolean;
  /** of which threats: a type or class, as the report has it; empty: of all sent */
  of: string;
  /** the types that these are; of all sent: none is named */
  types: string[];
  /** which number: killed, diverted, leaked or struck; or another reading of what is jammed */
  what: string;
  /** as reported */
  reported: Bounds;
}

/** A number as it was reported. */
interface Bounds {
  /** at least so many */
  low: number;
  /** at most so many; null where nobody says */
  high: number | null;
}

/** What each open question is worth to a case; only of finished studies with worlds enough. */
interface CaseWorth {
  /** the case */
  case: string;
  /** the same for people */
  title: string;
  /** worlds that it is told from */
  worlds: number;
  /** what gets through, of those sent */
  mean: number;
  /** lower end of the central 80 % of worlds, of those sent */
  world_low: number;
  /** upper end of the central 80 % of worlds, of those sent */
  world_high: number;
  /** questions in all */
  asked: number;
  /** of them, those that can matter to the case */
  live: number;
  /** the share that is found four times in five */
  least: number;
  /** what matters most first */
  worths: QuestionWorth[];
  /** world_high less world_low, of those sent */
  width?: number;
}

/** What a question is worth to what gets through of a case. */
interface QuestionWorth {
  /** names the question, as `bartizan value` takes it */
  key: string;
  /** the question, in words */
  text: string;
  /** claims that bear on it */
  claims: string[];
  /** of the variance between worlds that it explains */
  share: Share;
  /** that a share as large is luck, told for all questions together */
  chance: number;
  /** whether it is told from luck */
  told: boolean;
  /** whether it cannot be told apart from the first */
  together: boolean;
  /** what gets through for each of its answers */
  answers: AnswerWorth[];
  /** of the central 80 % of worlds that would be left, of those sent */
  width: number | null;
}

/** A share of the variance between worlds, with its 95 % interval. */
interface Share {
  /** of the variance between worlds that the question explains alone */
  share: number;
  /** lower end of its interval */
  low: number;
  /** upper end of its interval */
  high: number;
}

/** What gets through if a question has this answer. */
interface AnswerWorth {
  /** the answer, in words */
  answer: string;
  /** worlds in which it is so */
  worlds: number;
  /** what gets through there, of those sent */
  mean: number;
  /** lower end of its 95 % interval, of those sent */
  low: number;
  /** upper end of its 95 % interval, of those sent */
  high: number;
  /** lower end of the central 80 % of these worlds, of those sent */
  world_low: number;
  /** upper end of the central 80 % of these worlds, of those sent */
  world_high: number;
}

/** A number that the answer rests on. */
interface StatedNumber {
  /** its path in the scenario */
  key: string;
  /** the same in words */
  what: string;
  /** value or spread, in SI units */
  value: string;
  /** publications behind it */
  sources: Published[];
  /** claims behind it */
  claims: string[];
  /** Admiralty grade, such as B2 */
  grade: string | null;
  /** why it was chosen */
  note: string;
  /** records that its source fitted it to */
  calibrated_on: string[];
}

/** A source of a number. */
interface Published {
  /** of the publication */
  title: string;
  /** who published it */
  publisher: string;
  /** when */
  date: string;
  /** where */
  url: string;
}

/** Something that somebody says. */
interface Claim {
  /** names the claim */
  id: string;
  /** in our words */
  says: string;
  /** what it is about */
  topic: string | null;
  /** what it says of the topic */
  value: any;
  /** who says so */
  publisher: string | null;
  /** when */
  date: string | null;
  /** how sure they say they are */
  hedge: string | null;
  /** Admiralty grade */
  grade: string | null;
  /** the publication */
  source: string | null;
}

/** Something that the check of the evidence found. */
interface Finding {
  /** of finding */
  kind: string;
  /** the finding in words */
  text: string;
  /** claims that it is about */
  claims: string[];
}

/** A question that a scenario leaves open. */
interface OpenQuestion {
  /** its name for commands */
  key: string;
  /** in words, to follow "to know" */
  text: string;
  /** those that bear on it, by id */
  claims: string[];
  /** to play it with; none where it has no single answer */
  answers: Choice[];
}

/** An answer that a question can be played with. */
interface Choice {
  /** as --given takes it */
  answer: string;
  /** the same, to follow "if" */
  words: string;
}

/** Outlines under the map, as GeoJSON. */
interface Outlines {
  /** as GeoJSON has it */
  type: "FeatureCollection";
  /** whose they are, and under which licence */
  attribution: string;
  /** as GeoJSON has them */
  features: any[];
}

/** What may be asked for of coverage. */
interface CoverageOffered {
  /** above the ground, m */
  altitudes_m: number[];
  /** units whose own coverage there is */
  units: string[];
  /** against which it is */
  threats: ThreatOffered[];
  /** seen, engageable or by_two */
  what: string[];
}

/** A threat whose coverage may be asked for. */
interface ThreatOffered {
  /** to ask with */
  name: string;
  /** for people */
  title: string;
}

/** What may be asked for of what comes down. */
interface FallOffered {
  /** wreck, diverted, missile or rounds */
  kinds: string[];
}

/** What a placement may be asked with. */
interface Offered {
  /** of the scenario's own units, those of its placement first */
  kinds: Placeable[];
  /** the scenario's own, every place in degrees */
  placement: Record<string, any> | null;
}

/** A kind of unit that may be placed. */
interface Placeable {
  /** name of the system */
  system: string;
  /** for people */
  title: string;
  /** what one is like */
  unit: Unit;
  /** whether it is told what others see */
  networked: boolean;
  /** parts of the system that are different */
  override: Record<string, any>;
}

/** A grid of shades, even in Web Mercator. */
interface Grid {
  /** its edge, ° */
  west: number;
  /** its edge, ° */
  south: number;
  /** its edge, ° */
  east: number;
  /** its edge, ° */
  north: number;
  /** cells from west to east */
  columns: number;
  /** cells from north to south */
  rows: number;
  /** what a cell of 255 stands for */
  top: number;
  /** of `top` */
  unit: string;
  /** a byte for each cell, northernmost row first, base64 */
  cells: string;
  /** the threat that is covered */
  target?: string;
  /** worlds that the shares are of */
  worlds?: number;
}

/** The hills of a mapped surface. */
interface Terrain {
  /** how brightly they are lit; null where there are none */
  shade: Grid | null;
}

/** Buildings of a mapped surface, as GeoJSON with `height_m` of each. */
interface Buildings {
  /** as GeoJSON has it */
  type: "FeatureCollection";
  /** as GeoJSON has them */
  features: any[];
  /** where they are only those nearest to the sites */
  said: string;
}

/** How many raids there are, and which are worth seeing. */
interface Raids {
  /** worlds */
  worlds: number;
  /** raids in each */
  raids: number;
  /** those worth seeing */
  worth: Worth[];
}

/** A raid worth seeing. */
interface Worth {
  /** what it is called */
  label: string;
  /** a sentence */
  why: string;
  /** its world */
  world: number;
  /** its number there */
  raid: number;
  /** the leaker that it shows */
  threat?: number;
  /** why that got through */
  cause?: string;
}

/** One raid, event by event. */
interface Replay {
  /** when the first that flies appears, s */
  start_s: number;
  /** when the last thing stops flying, s */
  end_s: number;
  /** what was sent, and neutrals that were there */
  threats: Threat[];
  /** what was fired */
  shots: Shot[];
  /** who had whom in sight */
  sight: Sight[];
  /** what happened, in order */
  events: RaidEvent[];
  /** units that were there */
  units: ReplayedUnit[];
  /** what was defended */
  assets: ReplayedAsset[];
  /** of the document */
  format: 1;
  /** the case */
  case: string;
  /** the world */
  world: number;
  /** the raid's number in it */
  raid: number;
  /** of all random numbers */
  seed: number;
  /** whether the place is a real one */
  real: boolean;
  /** of the local frame */
  origin: Origin;
  /** where it ends otherwise than the results have it */
  notes?: string[];
}

/** A threat of a raid, or a neutral among them, and what became of it. */
interface Threat {
  /** what it is: drone, cruise, ballistic ... */
  class: string;
  /** [longitude, latitude, height above the sea, time], °, °, m, s */
  track: [number, number, number, number][];
  /** height of the ground under each point, where it has hills, m */
  ground_m?: number[];
  /** its number */
  id: number;
  /** its class and number, for people */
  name: string;
  /** name in the catalogue or the scenario */
  type: string;
  /** the same for people */
  title: string;
  /** whether it is traffic that is no threat */
  neutral: boolean;
  /** whether that is of the defender's own side */
  friendly: boolean;
  /** the asset that it was sent to; of a neutral, that which its way is about */
  target: string;
  /** what became of it */
  fate: "leaked" | "killed" | "diverted" | "alive" | "passed" | "downed";
  /** why it got through; null unless it did */
  cause: string | null;
  /** when it appears, s */
  appears_s: number;
  /** when its fate is settled, s */
  ends_s: number;
  /** the unit that ended it */
  by: string | null;
}

/** Something that was fired: a salvo of missiles or a burst. */
interface Shot {
  /** [longitude, latitude, height above the sea, time], °, °, m, s */
  track: [number, number, number, number][];
  /** height of the ground under each point, where it has hills, m */
  ground_m?: number[];
  /** its number */
  id: number;
  /** who fired it */
  unit: string;
  /** what was fired */
  effector: string;
  /** of effector */
  kind: "gun" | "missile";
  /** at which */
  threat: number;
  /** how many */
  rounds: number;
  /** when it was fired, s */
  launch_s: number;
  /** when it meets its target, s */
  meets_s: number;
  /** of the meeting */
  result: "kill" | "miss";
}

/** When a unit had a threat in sight. */
interface Sight {
  /** the unit */
  unit: string;
  /** number of the threat */
  threat: number;
  /** [from, until], s */
  spans: [number, number][];
}

/** Something that happened in a raid. */
interface RaidEvent {
  /** when, s */
  t_s: number;
  /** a sentence that tells it */
  text: string;
  /** what kind of event */
  kind: string;
  /** number of the threat */
  threat: number | null;
  /** the unit */
  unit: string | null;
  /** the missile or gun */
  effector: string | null;
}

/** A unit in one raid. */
interface ReplayedUnit {
  /** latitude, ° */
  lat: number;
  /** longitude, ° */
  lon: number;
  /** the unit */
  name: string;
  /** height of its antenna above the sea, m */
  alt_m: number;
  /** height of the ground under it, where there are hills, m */
  ground_m?: number;
  /** that it has */
  channels: number;
  /** [from, channels busy from then on], s */
  busy: [number, number][];
  /** what it has left */
  effectors: Magazine[];
  /** of its sensors that do not see all round */
  sectors?: Sector[];
}

/** Rounds of an effector over time. */
interface Magazine {
  /** the missile or gun */
  name: string;
  /** [from, rounds from then on], s */
  rounds: [number, number][];
}

/** The sector of a sensor in one raid. */
interface Sector {
  /** the sensor */
  sensor: string;
  /** of the sector, deg */
  width_deg: number;
  /** which way it looked, in order of time; nowhere in between, while it turned */
  looks: Facing[];
}

/** Which way a sensor with a sector looked, and when. */
interface Facing {
  /** from when on; null: from the start, s */
  from_s: number | null;
  /** until when; null: to the end, s */
  until_s: number | null;
  /** of the middle of its sector, from north over east, deg */
  azimuth_deg: number;
}

/** What is defended, in one raid. */
interface ReplayedAsset {
  /** latitude, ° */
  lat: number;
  /** longitude, ° */
  lon: number;
  /** the asset */
  name: string;
  /** height of the ground there above the sea, m */
  alt_m: number;
}

/** What becomes of a case under changes, from the worlds played so far. */
interface Answer {
  /** raids played */
  raids: number;
  /** worlds played */
  worlds: number;
  /** whether this is the last answer */
  done: boolean;
  /** that it took, s */
  seconds: number;
  /** the changed case */
  case: Case;
  /** share that gets through as it is, of those sent */
  base: Brief;
  /** share that gets through under the changes, of those sent */
  now: Brief;
  /** now less base, of those sent */
  difference: Difference;
}

/** What changes make of what gets through. */
interface Difference {
  /** over all worlds and raids */
  mean: number;
  /** lower end of the 95 % interval of the mean */
  low: number;
  /** upper end of the 95 % interval of the mean */
  high: number;
  /** worlds in which they make any difference */
  differing: number;
}

/** Two layouts under one raid, from the worlds played so far. */
interface Beside {
  /** whether this is the last answer */
  done: boolean;
  /** as compare has it */
  compared: RaidCompared;
  /** the same in sentences */
  said: string[];
}

/** Layouts under one raid, or under all of them on average. */
interface RaidCompared {
  /** the raid; empty: the mean of all */
  case: string;
  /** in words */
  title: string;
  /** that all layouts were played in */
  worlds: number;
  /** taken at the intervals, which hold all the same */
  looks: number;
  /** whether every difference is as narrow as was asked for */
  narrow_enough: boolean;
  /** in the order in which they were named */
  layouts: LayoutAnswer[];
  /** the layout through which fewest get */
  best: string;
  /** that no other is better */
  confidence: number;
  /** those that are not told from the best */
  level: string[];
}

/** What becomes of a raid under one layout. */
interface LayoutAnswer {
  /** what it is called */
  layout: string;
  /** share of what is sent that gets through */
  leak: Brief;
  /** from the first layout, in the same worlds with the same luck */
  difference: Difference;
  /** place by place; none of all raids together */
  places: AtPlace[];
  /** where anything flies that is no threat; none of all together */
  downed?: Downed[];
  /** where anything has a price */
  cost?: Costs;
}

/** How much of a raid reaches one place. */
interface AtPlace {
  /** the asset */
  place: string;
  /** of what is sent, that reaches it */
  share: number;
  /** from the first layout */
  difference: Difference;
}

/** How often something that is no threat is shot down. */
interface Downed {
  /** neutral, or friendly aircraft */
  what: string;
  /** of raids in which at least one is */
  share: Brief;
  /** from the first layout, in the same worlds with the same luck */
  difference: Difference;
}

/** What a raid costs beside the first layout, or beside the scenario as it is, in the money of that one. */
interface Costs {
  /** of all amounts, as ISO 4217 has it */
  currency: string;
  /** whose money it is */
  year: number;
  /** effectors and threats that have no price, and so count as nothing */
  without_price: string[];
  /** assets that have no worth, where others have, and so count as nothing */
  without_worth: string[];
  /** rounds fired in a raid; none: none has a price, money */
  rounds: Amount | null;
  /** lost of assets to what gets through; none: none has a worth, money */
  damage: Amount | null;
  /** cost of rounds by cost of threats sent; none: something fired or sent has no price */
  ratio: Brief | null;
}

/** A cost of a raid, with its interval, beside that of the first. */
interface Amount {
  /** over all worlds and raids */
  mean: number;
  /** lower end of the 95 % interval of the mean */
  low: number;
  /** upper end of the 95 % interval of the mean */
  high: number;
  /** from the first, in the same worlds with the same luck, money */
  difference: Difference | null;
}

/** How far a placement has got. */
interface PlacingStep {
  /** what is being done */
  stage: "screening" | "search" | "proof" | "done";
  /** of the work that is done, about */
  share: number;
  /** layouts that are left; 0 before they are known */
  left: number;
  /** that they were played in so far */
  worlds: number;
  /** every candidate; none before they are screened */
  sites: SiteSoFar[];
  /** the answer, once there is one */
  found: Placing | null;
  /** the answer in sentences */
  said: string[];
  /** that make the best layout of the scenario */
  changes: Record<string, any>[];
  /** question and answer as YAML, to go into the scenario */
  text: string;
}

/** A candidate while a placement is played. */
interface SiteSoFar {
  /** latitude, ° */
  lat: number;
  /** longitude, ° */
  lon: number;
  /** what would stand there */
  system: string;
  /** what the site is called */
  site: string;
  /** what it alone takes away from what gets through without any of them */
  alone: Difference;
  /** whether it stands in the layout that leads */
  leads: boolean;
}

/** Where to put units, and how sure that is. */
interface Placing {
  /** its name */
  scenario: string;
  /** mean, worst_raid or worst_fifth */
  objective: string;
  /** raids that were played */
  cases: string[];
  /** that were to be placed */
  systems: string[];
  /** of all random numbers */
  seed: number;
  /** of each layout in each world */
  raids: number;
  /** share of what is sent by which layouts are as good as one another */
  within: number;
  /** units that might stand somewhere */
  candidates: number;
  /** that there are; none: more than are counted */
  layouts: number | null;
  /** layouts that were played against one another */
  played: number;
  /** a look at those that the screening would have left out */
  by_lot: ByLot;
  /** rank correlation of expected cover with what was played; none: too few */
  agreement: number | null;
  /** the best layout */
  best: Stands[];
  /** what gets through it, in fresh worlds */
  leak: Brief;
  /** what gets through without any of them, in the same worlds */
  none: Brief;
  /** how much less gets through than without any of them */
  gain: Difference;
  /** fresh worlds that the best layout was played in */
  worlds: number;
  /** that no layout that was played is better by more than `within` */
  confidence: number;
  /** others that cannot be told from the best one */
  level: number;
  /** others that are told to be better, by less than `within` */
  better: number;
  /** the others, those that come nearest first; not all of many */
  rivals: RivalLayout[];
  /** every candidate */
  sites: Sited[];
  /** that it took, from where it was begun last, s */
  seconds: number;
}

/** Layouts drawn by lot from all, whatever the screening says of them. */
interface ByLot {
  /** how many */
  drawn: number;
  /** of them, those that let less through than the best one */
  better: number;
}

/** A unit at a site. */
interface Stands {
  /** what stands there */
  system: string;
  /** what the site is called */
  site: string;
  /** of the origin, m */
  east: number;
  /** of the origin, m */
  north: number;
  /** of the unit and the site */
  cost: number;
}

/** A layout that was played beside the best one in fresh worlds. */
interface RivalLayout {
  /** where units stand */
  sites: string[];
  /** how much more gets through than through the best one */
  difference: Difference;
  /** fresh worlds that both were played in */
  worlds: number;
  /** whether it cannot be told from the best */
  level: boolean;
}

/** A candidate, and what it is worth. */
interface Sited {
  /** what stands there */
  system: string;
  /** what the site is called */
  site: string;
  /** of the origin, m */
  east: number;
  /** of the origin, m */
  north: number;
  /** of the unit and the site */
  cost: number;
  /** what it alone takes away from what gets through without any of them */
  alone: Difference;
  /** whether it stands in the best layout */
  chosen: boolean;
  /** what it takes away there, beside the others; none: it is not chosen */
  in_best: Difference | null;
  /** the least that got through a layout with it, in the search; none: not played */
  least: number | null;
}

/** A changed scenario as a file. */
interface Written {
  /** its name */
  file: string;
  /** what is in it */
  text: string;
}
