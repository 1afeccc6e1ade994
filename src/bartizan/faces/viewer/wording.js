// What causes, fates and grades are called; do not edit: `make docs` makes it from studies/wording.py.

/** Why a threat got through, in the order of a defence's work. @type {Record<string, CauseWords>} */
export const CAUSES = {
  masked: {
    title: "never in sight",
    meaning:
      "No sensor ever had it both in range and in sight: there was none, buildings or the horizon hid it, or it passed too far off.",
    because: "no sensor ever had it in range and in sight",
    limit: "sight and range of its sensors",
  },
  undetected: {
    title: "not detected",
    meaning: "A sensor had it in range and in sight, but no track of it was confirmed in time.",
    because: "no track of it was confirmed in time",
    limit: "detection",
  },
  out_of_envelope: {
    title: "out of reach",
    meaning:
      "It was known, but it never gave a unit a chance to fire: it stayed too far off, too high or too low, or hidden from the unit that would have guided the shot, or no missile or gun is for its class.",
    because: "it was known, but never gave a unit a chance to fire",
    limit: "reach of its missiles and guns",
  },
  not_held: {
    title: "no tracker held it",
    meaning:
      "It was known and in sight where a unit's missiles or guns reach, but no tracker of the unit could hold it long enough for a shot: too small, too slow, outside its sector, lost in clutter or in noise.",
    because: "no tracker of a unit that reaches so far could hold it long enough",
    limit: "tracking for fire control",
  },
  late: {
    title: "too late",
    meaning:
      "A unit knew of it and could have reached it, but was ready only after the last moment for a shot, or had lost its track by then.",
    because: "the units that could have fired were ready too late",
    limit: "time to react",
  },
  not_ready: {
    title: "nobody ready",
    meaning: "A unit could have fired had it been ready: it was off, or still stood by when the threat appeared.",
    because: "no unit was ready in time that could have fired if it had been",
    limit: "readiness of its units",
  },
  lost: {
    title: "defence lost",
    meaning:
      "A unit could have fired, but while the threat flew it was lost (struck, broken down or dark), or the network was, or a unit of it that could have seen the threat.",
    because: "what could have stopped it, or told of it, was lost by then",
    limit: "units and links that fail in the raid",
  },
  not_released: {
    title: "held fire",
    meaning:
      "A unit could have fired, but its orders kept it from it: this kind of threat is not released, its rounds are kept for others, something cheaper was to take it, fire is held there, or what the unit called it left it alone.",
    because: "the orders of the units that could have fired kept them from it",
    limit: "its rules of engagement",
  },
  no_channel: {
    title: "no free channel",
    meaning:
      "A unit could have fired, but all its channels (engagements at the same time) were busy until it was too late.",
    because: "no unit that could have fired had a free channel",
    limit: "channels (engagements at the same time)",
  },
  no_rounds: {
    title: "no rounds left",
    meaning: "A unit could have fired, but had no round left at the last moment when a shot would still have met it.",
    because: "no unit that could have fired had a round left",
    limit: "ammunition",
  },
  missed: {
    title: "fired at, missed",
    meaning: "It was fired at, and everything fired at it missed or failed.",
    because: "all that was fired at it missed",
    limit: "how often a shot hits",
  },
};

/** What can become of a threat. @type {Record<Fate, string>} */
export const FATES = {
  leaked: "got through",
  killed: "shot down",
  diverted: "diverted",
  alive: "still flying",
};

/** What can become of a neutral. @type {Record<NeutralFate, string>} */
export const NEUTRAL_FATES = {
  passed: "went its way",
  downed: "neutral shot down",
};

/** What can become of a friendly aircraft. @type {Record<NeutralFate, string>} */
export const FRIENDLY_FATES = {
  passed: "went its way",
  downed: "fratricide",
};

/** What jamming did, whatever became of the threat. @type {Record<"lost" | "killed", string>} */
export const JAMMED = {
  lost: "lost its navigation or link",
  killed: "lost its navigation before it was shot",
};

/** The halves of a grade in the NATO Admiralty code. @type {Record<string, string>} */
export const SOURCE_GRADES = {
  A: "completely reliable",
  B: "usually reliable",
  C: "fairly reliable",
  D: "not usually reliable",
  E: "unreliable",
  F: "reliability cannot be judged",
};

/** @type {Record<string, string>} */
export const INFORMATION_GRADES = {
  1: "confirmed by other sources",
  2: "probably true",
  3: "possibly true",
  4: "doubtful",
  5: "improbable",
  6: "truth cannot be judged",
};
