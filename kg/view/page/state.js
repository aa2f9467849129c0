// What the page shows, as its address says it: #v=view&n=nodes&h=hidden&x=expanded&o=taken out&p=pins&s=selected&d=depth&c=camera&q=word&t=rows
// q means something to the view; t stands where its nodes are shown as rows, and says in which order.
// Whatever an address says that there is not, falls back; nothing in it can make the page fail.

const FALLBACK = { view: "start", nodes: [], hidden: { types: new Set(), relations: new Set() }, expanded: [], out: [], pins: new Map(), selected: null, depth: 1, camera: null, word: "", listed: "" };
const MOST_LISTED = 60; // ids of one kind that an address holds
let state = { ...FALLBACK };

const encode = (id) => encodeURIComponent(id).replace(/~/g, "%7E");

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

const listOf = (text) => [...new Set((text || "").split(",").map(decode).filter(Boolean))].slice(0, MOST_LISTED);

function toAddress({ view, nodes, hidden, expanded, out, pins, selected, depth, camera, word, listed }) {
  const parts = [["v", view], ["n", nodes.map(encode).join(",")]];
  const kept = [...[...hidden.types].map((type) => `t.${encode(type)}`), ...[...hidden.relations].map((relation) => `r.${encode(relation)}`)].sort();
  parts.push(["h", kept.join(",")], ["x", expanded.map(encode).join(",")], ["o", out.map(encode).join(",")]);
  parts.push(["p", [...pins].map(([id, { x, y }]) => `${encode(id)}@${x}@${y}`).join(",")]);
  parts.push(["s", selected ? selected.map(encode).join("~") : ""], ["d", depth === 1 ? "" : depth]);
  parts.push(["c", camera ? [camera.x, camera.y, camera.scale].join("_") : ""], ["q", encode(word)], ["t", listed]);
  return `#${parts.filter(([, value]) => value !== "").map((part) => part.join("=")).join("&")}`;
}

const number = (text, low, high) => (/^-?\d+(\.\d+)?$/.test(text) ? Math.min(high, Math.max(low, Number(text))) : null);

function fromAddress(address) {
  const said = new Map(address.replace(/^#/, "").split("&").map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]));
  const hidden = { types: new Set(), relations: new Set() };
  for (const key of listOf(said.get("h"))) {
    if (key.startsWith("t.") && Object.hasOwn(types, key.slice(2))) hidden.types.add(key.slice(2));
    if (key.startsWith("r.") && Object.hasOwn(relations, key.slice(2))) hidden.relations.add(key.slice(2));
  }
  const view = Object.hasOwn(views, said.get("v") || "") ? said.get("v") : "start";
  const selected = (said.get("s") || "").split("~").map(decode).filter(Boolean);
  return {
    view, hidden, nodes: listOf(said.get("n")), expanded: listOf(said.get("x")), out: listOf(said.get("o")), pins: pinsOf(said.get("p")),
    selected: [1, 2, 3].includes(selected.length) ? selected : null, depth: Math.round(number(said.get("d") || "1", 1, 3) ?? 1),
    camera: cameraOf(said.get("c")), word: decode(said.get("q") || "").slice(0, 20000), listed: /^[a-z0-9]+[+-]?$/.exec(decode(said.get("t") || ""))?.[0] ?? "",
  };
}

function pinsOf(text) {
  const pins = new Map();
  for (const part of (text || "").split(",").slice(0, MOST_LISTED)) {
    const [id, x, y] = part.split("@");
    const at = { x: number(x || "", -1e5, 1e5), y: number(y || "", -1e5, 1e5) };
    if (decode(id) && at.x !== null && at.y !== null) pins.set(decode(id), { x: Math.round(at.x), y: Math.round(at.y) });
  }
  return pins;
}

function cameraOf(text) {
  const [x, y, scale] = (text || "").split("_").map((part, k) => number(part, k < 2 ? -1e6 : 0.05, k < 2 ? 1e6 : 4));
  return [x, y, scale].some((value) => value === null || value === undefined) ? null : { x, y, scale };
}

let written = null; // the address that the page wrote or read last
let back = 0; // steps of this page that can be gone back
let stated = state; // what `written` says

// Write the state into the address; where that is not allowed (a page inside another) the state lives on in the page alone.
function writeAddress(replace) {
  const address = toAddress(state);
  if (address === written) return;
  written = address;
  if (!replace) back += 1;
  try {
    history[replace ? "replaceState" : "pushState"](back, "", location.href.split("#")[0] + address);
  } catch {
    if (!replace) past.push(stated);
  }
  stated = state;
  byId("back").disabled = back === 0;
}

const past = []; // states, where the browser keeps none for us

// Show something else: what `change` names of the state, the rest as it is. A new view begins afresh.
function navigate(change, { replace = false } = {}) {
  const moved = (change.view && change.view !== state.view) || (change.nodes && change.nodes.join() !== state.nodes.join());
  const fresh = moved ? { expanded: [], out: [], pins: new Map(), camera: null, selected: null, word: "", depth: 1, listed: "" } : {};
  state = { ...state, ...fresh, ...change };
  writeAddress(replace);
  return draw();
}

// Note something that is on the screen already, such as where the camera stands.
function note(change) {
  state = { ...state, ...change };
  writeAddress(true);
}

function readAddress() {
  if (location.hash === written) return;
  written = location.hash;
  back = typeof history.state === "number" ? history.state : 0;
  byId("back").disabled = back === 0;
  stated = state = fromAddress(location.hash.length > 1 ? location.hash : head.start);
  draw();
}

function goBack() {
  if (!back) return; // what lies before is another page
  if (!past.length) history.back();
  else {
    stated = state = past.pop();
    written = toAddress(state);
    back -= 1;
    byId("back").disabled = back === 0;
    draw();
  }
}

// The parts of an address that say what is selected: [id] of a node, [from, relation, to] of an edge, [one, other] of a pair.
function keyOf(what) {
  if (!what) return null;
  if (what.node !== undefined) return [graph.id[what.node]];
  if (what.edge !== undefined) return [graph.id[graph.from[what.edge]], graph.relation[what.edge], graph.id[graph.to[what.edge]]];
  return what.tie.map((i) => graph.id[i]);
}

// What `selected` of the state stands for here; null where it is not known.
function selection() {
  const key = state.selected;
  if (!key) return null;
  const ends = (key.length === 3 ? [key[0], key[2]] : key).map(graph.number);
  if (ends.some((i) => i < 0)) return null;
  if (key.length === 1) return { node: ends[0] };
  if (key.length === 2) return { tie: ends };
  const edge = edgeBetween(ends[0], key[1], ends[1]);
  return edge < 0 ? null : { edge };
}

const shown = (i) => !state.hidden.types.has(graph.type[i]);
const relationShown = (j) => !state.hidden.relations.has(graph.relation[j]);
const edgeShown = (j) => relationShown(j) && shown(graph.from[j]) && shown(graph.to[j]);
