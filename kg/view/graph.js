// The page's data and how it is reached. Nothing here touches the picture.
// Text from papers only ever becomes a text node: no innerHTML, no markup from data, in any of these files.

const data = JSON.parse(document.getElementById("data").textContent);
const facts = data.nodes; // name, id, aliases … of node i
const nodes = data.network.nodes; // label, group, size, x, y of node i
const edges = data.network.edges; // from, to, relation of edge j
const { types, relations, sentences, start } = data;

const edgesOf = facts.map(() => []); // node → edges at it
edges.forEach((edge, j) => {
  edgesOf[edge.from].push(j);
  if (edge.to !== edge.from) edgesOf[edge.to].push(j);
});
const linksOf = facts.map(() => []); // node → links it gives
data.links.forEach((link, k) => linksOf[link.from].push(k));

const byId = (id) => document.getElementById(id);
const otherEnd = (j, i) => (edges[j].from === i ? edges[j].to : edges[j].from);
const bestScore = (j) => Math.max(...data.claims[j].map((claim) => claim.score));

// Neighbours of a node, each once: strongest relation first, then best score, then the order of the graph.
function neighbours(i) {
  const best = new Map();
  for (const j of edgesOf[i]) {
    const there = otherEnd(j, i);
    const rank = [relations[edges[j].relation].rank, -bestScore(j), there];
    if (there !== i && (!best.has(there) || earlier(rank, best.get(there)) < 0)) best.set(there, rank);
  }
  return [...best].sort((a, b) => earlier(a[1], b[1])).map(([there]) => there);
}

function earlier(a, b) {
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return a[k] < b[k] ? -1 : 1;
  return 0;
}

// How many papers speak of a node.
function papersOf(i) {
  return new Set(edgesOf[i].flatMap((j) => data.claims[j].map((claim) => claim.paper))).size;
}

// "1 paper", "3 papers"
const many = (n, one, more = `${one}s`) => `${n.toLocaleString("en")} ${n === 1 ? one : more}`;

// An element with attributes (functions become listeners) and children (strings become text nodes).
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
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

// A name as a button that selects the node.
function nodeButton(i, chosen, extra = {}) {
  return el("button", { type: "button", class: "node", "data-node": i, click: () => chosen(i), ...extra }, glyph(nodes[i].group), el("bdi", {}, facts[i].name));
}

// A link that leaves the page: http and https only, everything else stays text.
function outward(url, words) {
  if (!/^https?:\/\//i.test(url)) return el("bdi", {}, words);
  return el("a", { href: url, rel: "noopener noreferrer", target: "_blank" }, el("bdi", {}, words));
}
