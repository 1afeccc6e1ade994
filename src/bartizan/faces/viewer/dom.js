// Elements by DOM calls only: whatever comes from a file becomes text, never markup.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element. Attributes that are functions listen, null and false leave out; strings as children are text. */
export const el = (name, attributes, ...children) => filled(document.createElement(name), attributes, children);

/** An SVG element, filled like `el`. */
export const svg = (name, attributes, ...children) => filled(document.createElementNS(SVG, name), attributes, children);

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value !== null && value !== undefined && value !== false)
      element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Whether there is room beside the map and over it, as the style sheets have it; elsewhere all stands below it. */
export const isWide = () => matchMedia("(width >= 900px) and (height >= 560px)").matches;

/** A button that does one thing. */
export const button = (label, click, attributes = {}) => el("button", { type: "button", click, ...attributes }, label);

/** A name that somebody else chose, set apart so that right-to-left letters do not disturb their neighbours. */
export const named = (text) => el("bdi", null, clean(text));

// Control characters, and those that turn the direction of the text around them: as ground.text has them.
const ACTING =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|\p{Cs}|[\u{e0000}-\u{e007f}]/gu;

/** `value` as text in which nothing acts: control characters are shown as their codes. */
export const clean = (value) => String(value ?? "").replace(ACTING, escaped);

const escaped = (found) => {
  const code = found.codePointAt(0);
  const digits = code < 0x100 ? 2 : code < 0x10000 ? 4 : 8;
  return `\\${digits === 2 ? "x" : digits === 4 ? "u" : "U"}${code.toString(16).padStart(digits, "0")}`;
};
