// What the reader does, and what it leads to.

// Select {node}, {edge} or nothing (null): the picture and the panel follow.
function choose(what) {
  selected = what;
  if (what !== null) side(true);
  if (what === null) showStart();
  else if (what.node !== undefined) showNode(what.node);
  else showEdge(what.edge);
  panel.scrollTop = 0;
  sync();
}

// Show or fold the side panel.
function side(open) {
  if (panel.hidden !== open) return;
  panel.hidden = !open;
  byId("side").setAttribute("aria-expanded", String(open));
}

// A node from the panel, the search or the table: it is drawn if it was not, and brought into sight.
function goTo(i) {
  if (hidden.types.delete(nodes[i].group)) fillLegend();
  bring(i);
  choose({ node: i });
  reveal(i);
}

function chooseNode(i) {
  goTo(i);
  panel.focus({ preventScroll: true });
}

function chooseEdge(j) {
  for (const i of [edges[j].from, edges[j].to]) {
    hidden.types.delete(nodes[i].group);
    bring(i);
  }
  hidden.relations.delete(edges[j].relation);
  fillLegend();
  choose({ edge: j });
  fit([edges[j].from, edges[j].to]);
  panel.focus({ preventScroll: true });
}

function expandAt(i) {
  const { added, left } = expand(i);
  choose({ node: i });
  if (added.length) fit([i, ...neighbours(i).filter((n) => drawn.has(n))]);
  tell(left ? `No room for ${many(left, "neighbour")}: ${start.most} are drawn at most. “Only its neighbours” makes room.` : "");
}

function drawAlone(i) {
  const { left } = alone(i);
  choose({ node: i });
  fit();
  tell(left ? `${many(left, "neighbour")} more than can be drawn are in the panel.` : "");
}

function home() {
  hidden.types.clear();
  hidden.relations.clear();
  showPicture();
  restart();
  fillLegend();
  choose(null);
  if (start.focus.length === 1) showNode(start.focus[0]);
  said = "";
  fit();
}

// The line under the picture: what is drawn, what is not, and where the rest is.
let said = "";
function tell(words) {
  said = words;
  status();
}

function status() {
  const [n, m] = [shown.nodes.length, shown.edges.length];
  const missing = facts.length - n;
  const counts = `${n.toLocaleString("en")} of ${many(facts.length, "node")} and ${m.toLocaleString("en")} of ${many(edges.length, "relation")} drawn.`;
  const rest = missing ? (drawn.size > n ? " The legend hides some; search finds all." : " Search or double-click finds the rest.") : "";
  byId("status").textContent = [counts + rest, said].filter(Boolean).join(" ");
}

// The legend

function toggle(set, key, mark, words, count) {
  const check = el("input", { type: "checkbox", checked: !set.has(key), change: () => { if (check.checked) set.delete(key); else set.add(key); afterToggle(); } });
  return el("div", { class: "row" }, el("label", { "data-key": key }, check, mark, el("span", {}, words), el("span", { class: "count" }, count.toLocaleString("en"))),
    el("button", { type: "button", class: "only", "aria-label": `Only ${words}`, click: () => only(set, key) }, "only"));
}

function only(set, key) {
  const all = set === hidden.types ? Object.keys(types) : Object.keys(relations);
  const alone = set.size === all.length - 1 && !set.has(key);
  set.clear();
  if (!alone) all.filter((other) => other !== key && !(set === hidden.types && other === "paper" && key !== "paper")).forEach((other) => set.add(other));
  fillLegend();
  afterToggle();
}

function afterToggle() {
  if (selected && selected.node !== undefined && !visible(selected.node)) selected = null;
  if (selected && selected.edge !== undefined && !edgeVisible(selected.edge)) selected = null;
  choose(selected);
  if (!table.hidden) fillTable();
}

function line(relation) {
  const dash = relations[relation].dash.join(" ");
  const stroke = svg("line", { x1: 0, y1: 5, x2: 30, y2: 5, "stroke-width": relations[relation].width + 0.4, ...(dash ? { "stroke-dasharray": dash } : {}) });
  return svg("svg", { class: "line", "data-relation": relation, viewBox: "0 0 30 10", width: 30, height: 10, "aria-hidden": "true" }, stroke);
}

function fillLegend() {
  const focused = document.activeElement?.closest?.("#legend .row")?.querySelector("label").dataset.key;
  const counts = Object.fromEntries(Object.keys(types).map((type) => [type, nodes.filter((node) => node.group === type).length]));
  const rows = Object.keys(types).filter((type) => counts[type]).map((type) => toggle(hidden.types, type, glyph(type), types[type].label, counts[type]));
  byId("types").replaceChildren(byId("types").firstElementChild, ...rows);
  const used = Object.keys(relations).map((r) => [r, edges.filter((edge) => edge.relation === r).length]).filter(([, n]) => n);
  byId("relations").replaceChildren(byId("relations").firstElementChild, ...used.map(([r, n]) => toggle(hidden.relations, r, line(r), relations[r].label, n)));
  paint();
  if (focused) byId("legend").querySelector(`label[data-key="${CSS.escape(focused)}"]`)?.parentElement.querySelector(".only").focus();
}

// Colours that come with the data: set one by one, as the page's policy allows no styles in markup.
function paint() {
  for (const mark of document.querySelectorAll("svg.line")) mark.firstChild.style.stroke = relations[mark.dataset.relation][theme()];
  for (const [type, style] of Object.entries(types)) document.documentElement.style.setProperty(`--${type}`, style[theme()]);
}

// Keys

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    input.focus();
    input.select();
  } else if (event.key === "Escape") choose(null);
  else if (event.target !== box) return;
  else if (event.key === "+" || event.key === "=") zoom(1.3);
  else if (event.key === "-") zoom(1 / 1.3);
  else if (event.key === "0") fit();
  else if (event.key === "Enter") {
    if (selected && selected.node !== undefined) expandAt(selected.node);
  }
  else if (ARROWS[event.key]) {
    const next = nodeToward(...ARROWS[event.key]);
    if (next !== null) { choose({ node: next }); reveal(next); }
  } else return;
  event.preventDefault();
}

// Start

let started = false;
network.on("afterDrawing", (ctx) => {
  drawLabels(ctx);
  if (started) document.documentElement.dataset.ready = "yes";
});
network.on("click", ({ pointer }) => {
  const i = network.getNodeAt(pointer.DOM);
  const j = i === undefined ? network.getEdgeAt(pointer.DOM) : undefined;
  choose(i !== undefined ? { node: i } : j !== undefined ? { edge: j } : null);
});
network.on("doubleClick", ({ pointer }) => {
  const i = network.getNodeAt(pointer.DOM);
  if (i !== undefined) expandAt(i);
});
network.on("dragging", ({ nodes: held }) => {
  if (held.length) untouched = false;
  for (const [i, { x, y }] of Object.entries(network.getPositions(held))) drawn.set(Number(i), { x, y });
});
for (const [event, i] of [["hoverNode", true], ["blurNode", false]]) network.on(event, ({ node }) => { hovered = i ? node : null; box.style.cursor = i ? "pointer" : ""; network.redraw(); });
network.on("hoverEdge", () => { box.style.cursor = "pointer"; });
network.on("blurEdge", () => { box.style.cursor = ""; });
function suit() {
  if (untouched) restart();
  sync();
  fit();
}

let across = box.clientWidth; // a phone's bars change the height all the time: only a new width fits anew
network.on("resize", () => {
  if (box.clientWidth && Math.abs(box.clientWidth - across) > 40) setTimeout(suit);
  across = box.clientWidth;
});
document.addEventListener("drawn", status);
document.addEventListener("keydown", key);
dark.addEventListener("change", () => { paint(); sync(); });
byId("home").addEventListener("click", home);
byId("side").addEventListener("click", () => side(panel.hidden));
byId("list").addEventListener("click", () => (table.hidden ? showTable() : showPicture()));
byId("closer").addEventListener("click", () => zoom(1.3));
byId("further").addEventListener("click", () => zoom(1 / 1.3));
byId("whole").addEventListener("click", () => fit());
const narrow = matchMedia("(max-width: 819px)");
const settleLegend = () => byId("legend").toggleAttribute("open", !narrow.matches);
narrow.addEventListener("change", settleLegend);
settleLegend();
home();
started = true;
network.redraw();

// For tests: where things are, and what is drawn. Nothing on the page uses it.
window.__view = {
  data, network, drawn: () => shown.nodes.getIds(), drawnEdges: () => shown.edges.getIds(), labels: () => labelBoxes, selected: () => selected,
  node: (id) => facts.findIndex((fact) => fact.id === id),
  at: (i) => { const { x, y } = network.canvasToDOM(drawn.get(i)), { left, top } = box.getBoundingClientRect(); return { x: x + left, y: y + top }; },
  choose, goTo, expand: expandAt,
};
