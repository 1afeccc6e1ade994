// Dark and light, the map's colours, and the colours of shades.

/** Colours of the map, which style sheets cannot reach. */
export const MAP = {
  light: {
    sea: "#dce6ec",
    land: "#f4f2ec",
    border: "#b9b3a6",
    line: "#8d97a3",
    grid: "#d3d8dd",
    ink: "#1b2733",
    building: "#b9b0a0",
    reach: "#0072b2",
    halo: "#ffffff",
    missile: "#0072b2",
    gun: "#b8860b",
    threat: "#c0392b",
    neutral: "#3b7a00",
    friendly: "#0b5cad",
    sight: "#009e73",
    within: "#5b6770",
    asset: "#8a4b08",
    differs: "#7b2fbf",
    site: "#0b5cad",
  },
  dark: {
    sea: "#101a23",
    land: "#1b2630",
    border: "#46535f",
    line: "#6f7f8e",
    grid: "#27343f",
    ink: "#e8edf2",
    building: "#5d6a75",
    reach: "#56b4e9",
    halo: "#0d151c",
    missile: "#56b4e9",
    gun: "#f0e442",
    threat: "#ff7f50",
    neutral: "#a6e04b",
    friendly: "#7cbcff",
    sight: "#2fc79a",
    within: "#9aa7b2",
    asset: "#f0b35a",
    differs: "#d9a6ff",
    site: "#7cbcff",
  },
};

// Cividis (Nunez, Anderton and Renslow 2018) at nine even steps, dark to light.
const CIVIDIS = [
  [0, 34, 78],
  [24, 53, 110],
  [63, 75, 107],
  [95, 98, 110],
  [125, 124, 120],
  [156, 150, 116],
  [190, 178, 103],
  [226, 208, 77],
  [254, 232, 56],
];

// Blues of ColorBrewer (Harrower and Brewer 2003), light to dark, as the report has them for what comes down.
const BLUES = [
  [222, 235, 247],
  [158, 202, 225],
  [66, 146, 198],
  [8, 48, 107],
];

/** The colour of a share 0..1 as [red, green, blue], 0..255: dark to bright. */
export const cividis = (share) => mixed(CIVIDIS, share);

/** The same, light to dark. */
export const blues = (share) => mixed(BLUES, share);

function mixed(steps, share) {
  const at = Math.min(Math.max(share, 0), 1) * (steps.length - 1);
  const low = Math.min(Math.floor(at), steps.length - 2);
  return steps[low].map((value, k) => Math.round(value + (steps[low + 1][k] - value) * (at - low)));
}

const prefersDark = matchMedia("(prefers-color-scheme: dark)");

/** "light" or "dark" as the reader's system prefers. */
export const preferred = () => (prefersDark.matches ? "dark" : "light");

/**
 * The switch between light and dark, which follows the system when that changes; writes the store's theme and the page's `data-theme`.
 * @param {Store} store
 */
export function create(element, store) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.addEventListener("click", () => store.set("theme", store.get("theme") === "dark" ? "light" : "dark"));
  prefersDark.addEventListener("change", () => store.set("theme", preferred()));
  element.append(button);
  store.on("theme", (theme) => {
    document.documentElement.dataset.theme = theme;
    button.textContent = theme === "dark" ? "Light" : "Dark";
    button.setAttribute("aria-label", `Switch to ${theme === "dark" ? "light" : "dark"} colours`);
  });
}
