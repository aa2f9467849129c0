// The picture on the canvas: marks of nodes and of groups, lines of statements and of ties. What is drawn is `picture`; state.js says what is selected.

const box = byId("canvas");
const DRAWN_AT_MOST = head.most;
const MARGIN = 30; // pixels kept free round a picture that is fitted

// key → {x, y, size, i | name, note, open}; keys are numbers of nodes, or texts for groups
let picture = { marks: new Map(), edges: [], ties: [] };
let chosen = null; // what `selection` gave at the last drawing
let hovered = null; // key of a mark
let labelBoxes = []; // of the last drawing: {key, x, y, width, height, size, lines}

const shownSets = { nodes: new vis.DataSet(), edges: new vis.DataSet() };
const network = new vis.Network(box, shownSets, head.options);

const sizeOf = (i) => (graph.type[i] === "paper" ? 11 : Math.round(10 * Math.min(6.5 + 1.2 * graph.papers[i], 16)) / 10);
const tieKey = (a, b) => `${a}~${b}`;
const isChosen = (key) => chosen !== null && chosen.node === key;

// What stands out while something is selected: it and what it touches. null while nothing drawn is.
function emphasised() {
  if (!chosen) return null;
  if (chosen.tie) return new Set(chosen.tie);
  if (chosen.edge !== undefined) return new Set([graph.from[chosen.edge], graph.to[chosen.edge]]);
  if (!picture.marks.has(chosen.node)) return null;
  const touched = picture.edges.filter((j) => graph.from[j] === chosen.node || graph.to[j] === chosen.node).map((j) => graph.other(j, chosen.node));
  const tied = picture.ties.filter(({ a, b }) => a === chosen.node || b === chosen.node).flatMap(({ a, b }) => [a, b]);
  return new Set([chosen.node, ...touched, ...tied]);
}

function markLook(key, loud) {
  const { x, y, size, i } = picture.marks.get(key);
  const on = isChosen(key);
  const colour = i === undefined ? ink("--raised") : types[graph.type[i]][theme()];
  const border = on ? ink("--accent") : i === undefined ? ink("--muted") : ink("--canvas-edge");
  return {
    id: key, x, y, shape: i === undefined ? "dot" : types[graph.type[i]].shape, size: size + (on ? 3 : 0), borderWidth: on ? 4 : i === undefined ? 2 : 1,
    opacity: loud && !loud.has(key) ? 0.18 : 1,
    color: { background: colour, border, highlight: { background: colour, border }, hover: { background: colour, border: ink("--accent") } },
  };
}

function edgeLook(j, loud, bend) {
  const style = relations[graph.relation[j]];
  const colour = style[theme()];
  const [from, to] = [graph.from[j], graph.to[j]];
  const on = chosen && (chosen.edge === j || (chosen.node !== undefined && (from === chosen.node || to === chosen.node)));
  const opacity = on ? 1 : loud ? 0.08 : graph.relation[j] === "mentions" ? 0.4 : 0.62;
  return {
    id: j, from, to, width: (style.width + (on ? 1.2 : 0)) * stroke, dashes: style.dash.length ? style.dash : false, smooth: bend,
    arrows: { to: { enabled: style.arrow, scaleFactor: 0.5 } }, color: { color: colour, hover: colour, highlight: colour, opacity, inherit: false },
  };
}

function tieLook({ a, b, width }, loud) {
  const on = chosen && ((chosen.tie && tieKey(...chosen.tie) === tieKey(a, b)) || chosen.node === a || chosen.node === b);
  const colour = on ? ink("--accent") : ink("--muted");
  return { id: tieKey(a, b), from: a, to: b, width: (width + (on ? 1 : 0)) * stroke, smooth: false, color: { color: colour, hover: ink("--accent"), highlight: colour, opacity: on ? 1 : loud ? 0.1 : 0.5, inherit: false } };
}

// Edges between the same two nodes bend apart, the same way whichever end one starts from.
function bends(edges) {
  const beside = new Map();
  return edges.map((j) => {
    const ends = [graph.from[j], graph.to[j]].sort((a, b) => a - b).join();
    const turn = beside.get(ends) || 0;
    beside.set(ends, turn + 1);
    if (!turn) return false;
    const right = (turn % 2 === 1) === graph.from[j] <= graph.to[j];
    return { enabled: true, type: right ? "curvedCW" : "curvedCCW", roundness: Math.round(12 * Math.ceil(turn / 2)) / 100 };
  });
}

// Draw `picture` anew, or only its looks where the same marks stand there already.
function sync() {
  const loud = emphasised();
  const keys = [...picture.marks.keys()];
  const bent = bends(picture.edges);
  const wanted = {
    nodes: keys.map((key) => markLook(key, loud)),
    edges: [...picture.edges.map((j, k) => edgeLook(j, loud, bent[k])), ...picture.ties.map((tie) => tieLook(tie, loud))],
  };
  for (const kind of ["edges", "nodes"]) {
    const keep = new Set(wanted[kind].map(({ id }) => id));
    shownSets[kind].remove(shownSets[kind].getIds().filter((id) => !keep.has(id)));
  }
  shownSets.nodes.update(wanted.nodes);
  shownSets.edges.update(wanted.edges);
  network.unselectAll(); // what is selected is told by our own looks
  network.redraw();
}

const rounded = ({ x, y }, scale) => ({ x: Math.round(x), y: Math.round(y), scale: Math.round(scale * 1000) / 1000 });

// Lines keep some width on the screen where the picture is small.
const strokeAt = (scale) => Math.max(1, Math.round((10 * 0.6) / scale) / 10);
let stroke = 1;

// Move the camera to what an address can say exactly; lines follow, unless all is drawn anew anyway.
function look(camera, follow = true) {
  network.moveTo({ position: { x: camera.x, y: camera.y }, scale: camera.scale, animation: false });
  if (strokeAt(camera.scale) === stroke) return;
  stroke = strokeAt(camera.scale);
  if (follow) sync();
}

// Show all marks whole, with room for their labels.
function fit(follow = true) {
  const keys = [...picture.marks.keys()];
  if (!keys.length || !box.clientWidth) return;
  const places = keys.map((key) => picture.marks.get(key));
  const side = (axis, sign) => sign * Math.max(...places.map((at) => sign * at[axis] + at.size));
  const [left, right, top, bottom] = [side("x", -1), side("x", 1), side("y", -1), side("y", 1)];
  const across = Math.max(box.clientWidth - 2 * MARGIN - 70, 120) / Math.max(right - left, 1);
  const down = Math.max(box.clientHeight - 2 * MARGIN - 16, 120) / Math.max(bottom - top, 1);
  look(rounded({ x: (left + right) / 2, y: (top + bottom) / 2 + 6 }, Math.max(0.05, Math.min(across, down, 1.15))), follow);
}

function keepCamera() {
  if (!stands) return; // the picture is that of another view
  const camera = rounded(network.getViewPosition(), network.getScale());
  look(camera);
  note({ camera });
}

function zoom(factor) {
  look(rounded(network.getViewPosition(), Math.min(4, Math.max(0.05, network.getScale() * factor))));
  keepCamera();
}

// Bring a mark into sight: the view moves only where it must.
function reveal(key) {
  if (!picture.marks.has(key) || box.hidden) return;
  const at = network.canvasToDOM(picture.marks.get(key));
  const edge = Math.min(60, 0.06 * box.clientWidth);
  const inside = at.x > edge && at.y > edge && at.x < box.clientWidth - edge && at.y < box.clientHeight - edge;
  if (inside && network.getScale() >= 0.35) return;
  look(rounded(picture.marks.get(key), Math.max(network.getScale(), 0.6)));
  keepCamera();
}

// The mark that an arrow key leads to from the chosen one: nearest on that side.
function markToward(dx, dy) {
  const start = chosen && picture.marks.has(chosen.node) ? picture.marks.get(chosen.node) : network.getViewPosition();
  let best = null;
  for (const [key, at] of picture.marks) {
    const along = (at.x - start.x) * dx + (at.y - start.y) * dy;
    const aside = Math.abs((at.x - start.x) * dy) + Math.abs((at.y - start.y) * dx);
    if (along > 1 && (best === null || along + 2 * aside < best.cost)) best = { key, cost: along + 2 * aside };
  }
  return best && best.key;
}

// What stands under a point of the canvas: {mark}, {edge}, {tie} or null.
function under(point) {
  const key = network.getNodeAt(point);
  if (key !== undefined) return { mark: key };
  const line = network.getEdgeAt(point);
  if (line === undefined) return null;
  if (typeof line === "number") return { edge: line };
  const tie = line.split("~").map(Number);
  return tie.some(Number.isNaN) ? null : { tie };
}
