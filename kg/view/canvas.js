// The picture: which nodes are drawn, where, in which colours, with which labels.

const box = byId("canvas");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");
const WIDE = 1.5; // labels lie flat: nodes need more room sideways

const drawn = new Map(); // node → {x, y}
const hidden = { types: new Set(), relations: new Set() };
let selected = null; // {node} or {edge}
let hovered = null; // node
let untouched = true; // nothing was added to or moved in what the page started with
let labelBoxes = []; // of the last drawing, for tests: {node, x, y, width, height}

const shown = { nodes: new vis.DataSet(), edges: new vis.DataSet() };
const network = new vis.Network(box, shown, data.network.options);

const theme = () => (dark.matches ? "dark" : "light");
const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const visible = (i) => drawn.has(i) && !hidden.types.has(nodes[i].group);
const edgeVisible = (j) => visible(edges[j].from) && visible(edges[j].to) && !hidden.relations.has(edges[j].relation);

// What stands out while something is selected: it and what it touches. null while nothing is.
function emphasised() {
  if (!selected) return null;
  if (selected.edge !== undefined) return new Set([edges[selected.edge].from, edges[selected.edge].to]);
  return new Set([selected.node, ...edgesOf[selected.node].filter(edgeVisible).map((j) => otherEnd(j, selected.node))]);
}

function nodeLook(i, loud) {
  const colour = types[nodes[i].group][theme()];
  const on = selected && selected.node === i;
  const border = on ? ink("--accent") : ink("--canvas-edge");
  const { x, y } = drawn.get(i);
  return {
    id: i, x, y, shape: types[nodes[i].group].shape, size: nodes[i].size + (on ? 3 : 0), borderWidth: on ? 4 : 1,
    opacity: loud && !loud.has(i) ? 0.18 : 1,
    color: { background: colour, border, highlight: { background: colour, border }, hover: { background: colour, border: ink("--accent") } },
  };
}

function edgeLook(j, loud) {
  const edge = edges[j];
  const style = relations[edge.relation];
  const colour = style[theme()];
  const chosen = selected && (selected.edge === j || (selected.node !== undefined && (edge.from === selected.node || edge.to === selected.node)));
  const opacity = chosen ? 1 : loud ? 0.08 : edge.relation === "mentions" ? 0.4 : 0.62;
  return {
    id: j, from: edge.from, to: edge.to, width: style.width + (chosen ? 1.2 : 0), dashes: style.dash.length ? style.dash : false,
    smooth: edge.smooth ? { enabled: true, ...edge.smooth } : false,
    arrows: { to: { enabled: style.arrow, scaleFactor: 0.5 } },
    color: { color: colour, hover: colour, highlight: colour, opacity, inherit: false },
  };
}

// Bring the picture in line with `drawn`, `hidden` and `selected`.
function sync() {
  const loud = emphasised();
  const wanted = { nodes: [...drawn.keys()].filter(visible), edges: [] };
  wanted.edges = [...new Set(wanted.nodes.flatMap((i) => edgesOf[i]))].filter(edgeVisible);
  for (const kind of ["edges", "nodes"]) {
    const keep = new Set(wanted[kind]);
    shown[kind].remove(shown[kind].getIds().filter((id) => !keep.has(id)));
  }
  shown.nodes.update(wanted.nodes.map((i) => nodeLook(i, loud)));
  shown.edges.update(wanted.edges.map((j) => edgeLook(j, loud)));
  network.redraw();
  document.dispatchEvent(new CustomEvent("drawn"));
}

// Draw what the page started with, drawn out or in sideways to suit the window.
function restart() {
  const extent = (axis) => Math.max(...start.drawn.map((i) => nodes[i][axis])) - Math.min(...start.drawn.map((i) => nodes[i][axis]));
  const suits = ((box.clientWidth - 48) / Math.max(box.clientHeight - 48, 1)) * (extent("y") / Math.max(extent("x"), 1));
  const stretch = Math.min(1.8, Math.max(0.8, suits || 1));
  drawn.clear();
  untouched = true;
  for (const i of start.drawn) drawn.set(i, { x: Math.round(nodes[i].x * stretch), y: nodes[i].y });
}

// A free place near (x, y): turning from `angle`, then further out.
function freePlace(x, y, angle) {
  for (let radius = 105; radius < 2500; radius += 42) {
    const steps = Math.max(8, Math.round(radius / 12));
    for (let k = 0; k < steps; k++) {
      const turn = angle + (k % 2 ? 1 : -1) * Math.ceil(k / 2) * ((2 * Math.PI) / steps);
      const place = { x: Math.round(x + radius * WIDE * Math.cos(turn)), y: Math.round(y + radius * Math.sin(turn)) };
      if (![...drawn.values()].some((taken) => Math.abs(taken.x - place.x) < 80 && Math.abs(taken.y - place.y) < 38)) return place;
    }
  }
  return { x, y };
}

// Neighbours of a node that are not drawn and not hidden by the legend.
const undrawn = (i) => neighbours(i).filter((n) => !drawn.has(n) && !hidden.types.has(nodes[n].group));

// Draw the undrawn neighbours of a node, same types side by side; returns {added, left} where `left` found no room on the canvas.
function expand(i) {
  const waiting = undrawn(i);
  untouched = untouched && !waiting.length;
  const adding = waiting.slice(0, Math.max(0, start.most - drawn.size));
  const order = Object.keys(types);
  const bySector = [...adding].sort((a, b) => order.indexOf(nodes[a].group) - order.indexOf(nodes[b].group));
  const { x, y } = drawn.get(i);
  bySector.forEach((n, k) => drawn.set(n, freePlace(x, y, (2 * Math.PI * k) / bySector.length - Math.PI / 2)));
  return { added: adding, left: waiting.length - adding.length };
}

// Draw one node that is not drawn: near a drawn neighbour, together with its strongest neighbours where none is drawn.
function bring(i) {
  if (drawn.has(i)) return;
  untouched = false;
  while (drawn.size > start.most - 4) drawn.delete([...drawn.keys()].find((n) => !selected || n !== selected.node));
  const near = neighbours(i);
  const anchor = near.find((n) => drawn.has(n));
  const from = anchor === undefined ? middle() : drawn.get(anchor);
  drawn.set(i, freePlace(from.x, from.y, 0));
  if (anchor === undefined) near.slice(0, 3).forEach((n, k) => drawn.set(n, freePlace(drawn.get(i).x, drawn.get(i).y, k * 2)));
}

// Draw only a node and its neighbours.
function alone(i) {
  drawn.clear();
  untouched = false;
  drawn.set(i, { x: 0, y: 0 });
  return expand(i);
}

function middle() {
  const { x, y } = network.getViewPosition();
  return { x: Math.round(x), y: Math.round(y) };
}

function move(position, scale) {
  const smooth = !still.matches && document.documentElement.dataset.ready !== undefined;
  network.moveTo({ position, scale, animation: smooth ? { duration: 250, easingFunction: "easeInOutQuad" } : false });
}

// Show the given nodes whole, with room for their labels.
function fit(ids = [...drawn.keys()].filter(visible)) {
  if (!ids.length) return;
  const [xs, ys] = [ids.map((i) => drawn.get(i).x), ids.map((i) => drawn.get(i).y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const across = Math.max(box.clientWidth - 48, 120) / Math.max(right - left, 1);
  const down = Math.max(box.clientHeight - 48, 120) / Math.max(bottom - top, 1);
  move({ x: (left + right) / 2, y: (top + bottom) / 2 }, Math.max(0.05, Math.min(across, down, 1.1)));
}

const zoom = (factor) => move(network.getViewPosition(), Math.min(4, Math.max(0.05, network.getScale() * factor)));

// Bring a node into sight: the view moves only where it must.
function reveal(i) {
  const at = network.canvasToDOM(drawn.get(i));
  const inside = at.x > 60 && at.y > 40 && at.x < box.clientWidth - 60 && at.y < box.clientHeight - 60;
  if (!inside || network.getScale() < 0.35) move(drawn.get(i), Math.max(network.getScale(), 0.6));
}

// The drawn node that an arrow key leads to from the selected one: nearest on that side.
function nodeToward(dx, dy) {
  const from = selected && selected.node !== undefined && drawn.has(selected.node) ? drawn.get(selected.node) : middle();
  let best = null;
  for (const [i, at] of drawn) {
    const along = (at.x - from.x) * dx + (at.y - from.y) * dy;
    const aside = Math.abs((at.x - from.x) * dy) + Math.abs((at.y - from.y) * dx);
    if (visible(i) && along > 1 && (best === null || along + 2 * aside < best.cost)) best = { i, cost: along + 2 * aside };
  }
  return best && best.i;
}
