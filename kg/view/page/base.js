// Elements, marks of types, words. Text from papers only ever becomes a text node: no innerHTML, no markup from data, in any of these files.

const byId = (id) => document.getElementById(id);
const head = JSON.parse(byId("head").textContent); // types, relations, options of the drawing, limits, words
const { types, relations } = head;
const views = {}; // name → how it draws; each file of views/ adds its own

// "1 paper", "3 papers"
const many = (n, one, more = `${one}s`) => `${n.toLocaleString("en")} ${n === 1 ? one : more}`;

// Lower case without diacritics and punctuation: "Grönland" is found by "gronland", "Megatron-LM" by "megatron lm".
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}+#]+/gu, " ").trim();

// Order of two lists by their first elements that differ.
function earlier(a, b) {
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return a[k] < b[k] ? -1 : 1;
  return 0;
}

const sortBy = (items, key) => items.map((item) => [key(item), item]).sort((a, b) => earlier(a[0], b[0])).map(([, item]) => item);

// An element with attributes (functions become listeners) and children (strings become text nodes).
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value !== undefined && value !== null) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

const OUTLINES = {
  triangle: "8,2 14.5,13.5 1.5,13.5",
  triangleDown: "8,14 14.5,2.5 1.5,2.5",
  square: "3,3 13,3 13,13 3,13",
  diamond: "8,1 15,8 8,15 1,8",
  hexagon: "4.5,2 11.5,2 15,8 11.5,14 4.5,14 1,8",
  star: "8,1 10,6 15.5,6.2 11.2,9.6 12.7,15 8,12 3.3,15 4.8,9.6 0.5,6.2 6,6",
};

// The mark of a type, as on the canvas; its colour follows the theme by a class.
function glyph(type) {
  const points = OUTLINES[types[type].shape];
  const shape = points ? svg("polygon", { points }) : svg("circle", { cx: 8, cy: 8, r: 6 });
  return svg("svg", { class: `glyph ${type}`, viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, shape);
}

// A name as a button that selects the node, or does what `chosen` says.
function nodeButton(i, chosen = (n) => select({ node: n }), extra = {}) {
  return el("button", { type: "button", class: "node", "data-node": i, click: () => chosen(i), ...extra }, glyph(graph.type[i]), el("bdi", {}, graph.name[i]));
}

// A link that leaves the page: http and https only, everything else stays text.
function outward(url, words) {
  if (!/^https?:\/\//i.test(url)) return el("bdi", {}, words);
  return el("a", { href: url, rel: "noopener noreferrer", target: "_blank" }, el("bdi", {}, words));
}

// Children made of `items`, `atOnce` of them at once and the rest behind a button; `added` is told of each portion.
function inPortions(list, items, make, atOnce = 25, added = () => {}) {
  const add = (from) => {
    const made = items.slice(from, from + atOnce).map(make);
    list.append(...made);
    added(items.slice(from, from + atOnce), made);
    const left = items.length - from - atOnce;
    if (from) made[0]?.querySelector("button, a")?.focus();
    if (left > 0) list.append(el("button", { type: "button", class: "more", click: (event) => { event.currentTarget.remove(); add(from + atOnce); } }, `${left.toLocaleString("en")} more`));
  };
  add(0);
  return list;
}

const dark = matchMedia("(prefers-color-scheme: dark)");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 819px)");
const theme = () => (dark.matches ? "dark" : "light");
const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
