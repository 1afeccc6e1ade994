// Taking a chart along: as a picture on the clipboard, as a table in a file.

import { clean, el } from "viewer/dom.js";

// What a spreadsheet would take for a formula when it opens the file.
const FORMULA = /^[=+\-@\t\r]/;

/** A cell of a CSV file (RFC 4180): numbers bare, text made harmless to spreadsheets and quoted where it must be. */
export function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const text = FORMULA.test(String(value)) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows of cells as the text of a CSV file. */
export const csv = (rows) => rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";

/** Hands a file to the browser's downloads. */
export function download(name, content, type) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = el("a", { href: url, download: fileName(name) });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** `name` without what a file system could take for a path or refuse. */
export const fileName = (name) =>
  clean(name)
    .replace(/[\\/:*?"<>|]+/g, "-")
    .replace(/^\.+/, "") || "bartizan";

/** Puts the chart on the clipboard as PNG, or downloads it where the browser forbids that; says which in words. */
export async function copyPicture(chart, name) {
  const blob = await picture(chart);
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
    return "Copied.";
  } catch {
    download(`${name}.png`, blob);
    return "This browser does not let a page copy pictures: saved as a file instead.";
  }
}

const SCALE = 2;
const MARGIN = 12;
const WIDTH = 380;

/** A chart {svg, title, sentence} as a PNG blob: its title on top, its sentence below, in the colours of the page. */
export async function picture(chart) {
  const image = await drawn(chart.svg);
  const height = (image.height / image.width) * WIDTH;
  const canvas = el("canvas");
  const pen = canvas.getContext("2d");
  const title = wrapped(pen, chart.title, "600 14px system-ui, sans-serif");
  const sentence = wrapped(pen, chart.sentence, "12px system-ui, sans-serif");
  canvas.width = SCALE * (WIDTH + 2 * MARGIN);
  canvas.height = SCALE * (3 * MARGIN + title.height + height + sentence.height);
  const style = getComputedStyle(document.documentElement);
  pen.scale(SCALE, SCALE);
  pen.fillStyle = style.getPropertyValue("--paper") || "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = style.getPropertyValue("--ink") || "#000";
  title.write(MARGIN);
  pen.drawImage(image, MARGIN, MARGIN + title.height, WIDTH, height);
  sentence.write(2 * MARGIN + title.height + height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

/** Text broken into lines of the picture's width: its height, and a function that writes it from `top`. */
function wrapped(pen, text, font) {
  const step = 18;
  const lines = [""];
  pen.font = font;
  for (const word of clean(text).split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (pen.measureText(longer).width <= WIDTH) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  const write = (top) => {
    pen.font = font;
    lines.forEach((line, k) => pen.fillText(line, MARGIN, top + 13 + k * step));
  };
  return { height: lines.length * step, write };
}

const STYLED = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "font-size",
  "font-weight",
  "font-family",
  "text-anchor",
];

/** An SVG element of the page as an image; without a style sheet there, each element takes its computed style along. */
async function drawn(source) {
  const copy = source.cloneNode(true);
  const copies = [copy, ...copy.querySelectorAll("*")];
  [source, ...source.querySelectorAll("*")].forEach((element, k) => {
    const style = getComputedStyle(element);
    for (const name of STYLED) copies[k].setAttribute(name, style.getPropertyValue(name));
  });
  const { width, height } = source.viewBox.baseVal;
  copy.setAttribute("width", width * SCALE);
  copy.setAttribute("height", height * SCALE);
  const image = new Image(width * SCALE, height * SCALE);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  return image;
}
