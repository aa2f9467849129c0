// From a state to what is on the screen: the view draws, the shell adds what the reader drew, hid and pinned, and tells what is missing.

const AT_ONCE = 40; // neighbours that one expansion draws
let turn = 0; // drawings that were begun
let stands = false; // whether the view that the state names is on the screen
let made = { rows: [], notes: [] }; // what the view gave last
let left = []; // nodes of it that are not drawn

// Draw the state; what a newer drawing overtakes is dropped.
async function draw() {
  const mine = ++turn;
  const current = () => mine === turn;
  stands = false;
  delete document.documentElement.dataset.ready;
  try {
    await fetchNamed();
    const drawing = await views[state.view].draw(state);
    if (!current()) return;
    byId("problem").hidden = true;
    show(drawing);
    stands = true;
    await showPanel(current);
  } catch (error) {
    if (current()) {
      if (!stands) show({ element: el("div", { class: "empty" }) }); // nothing of another view under this address
      trouble(error);
    }
  }
  if (current()) await settle(current);
}

// What the address names must be known before it can be drawn.
async function fetchNamed() {
  const ids = [...state.nodes, ...state.expanded, ...(state.selected ? (state.selected.length === 3 ? [state.selected[0], state.selected[2]] : state.selected) : [])];
  const unknown = [...new Set(ids)].filter((id) => graph.number(id) < 0);
  if (unknown.length) await source.find(unknown);
  const near = [...state.expanded, ...(state.selected?.length === 3 ? [state.selected[0]] : [])].map(graph.number).filter((i) => i >= 0);
  if (near.length) await source.egos(near);
}

function settle(current) {
  const done = () => { if (current()) document.documentElement.dataset.ready = "yes"; };
  if (box.hidden) return done();
  return new Promise((resolve) => {
    network.once("afterDrawing", () => { done(); resolve(); });
    network.redraw();
  });
}

function show(drawing) {
  made = { rows: [], notes: [], ...drawing };
  const onCanvas = Boolean(made.marks) && !made.empty && !state.listed;
  chosen = selection();
  byId("title").textContent = views[state.view].title?.(state) || views[state.view].label;
  left = Array.isArray(made.left) ? made.left : [];
  const composed = made.marks && !made.empty ? compose(made) : null;
  if (composed) made.rows = [...composed.marks.keys()].filter((key) => typeof key === "number");
  picture = onCanvas ? composed : { marks: new Map(), edges: [], ties: [] };
  box.hidden = !onCanvas;
  byId("sheet").hidden = onCanvas;
  const held = byId("sheet").contains(document.activeElement) || byId("chips").contains(document.activeElement);
  byId("sheet").replaceChildren(...(onCanvas ? [] : [made.empty ? emptyState(made.empty) : state.listed ? listing() : made.element]));
  byId("chips").replaceChildren(...(made.chips || []));
  byId("chips").hidden = !made.chips?.length;
  if (held && document.activeElement === document.body) (onCanvas ? box : byId("sheet")).focus({ preventScroll: true });
  fillLegend();
  fillMenu();
  if (onCanvas) state.camera ? look(state.camera, false) : fit(false);
  sync();
  tell();
  markChosen();
}

// The marks and lines of a canvas view with what the reader changed: expanded, taken out, pinned.
function compose({ marks: wanted, edges, ties = [] }) {
  const out = new Set(state.out.map(graph.number));
  const marks = new Map();
  for (const mark of wanted) {
    if (mark.i !== undefined && (out.has(mark.i) || !(shown(mark.i) || mark.focus))) continue; // what a view is of stays
    if (marks.size === DRAWN_AT_MOST) {
      if (mark.i !== undefined) left.push(mark.i);
      continue;
    }
    marks.set(mark.key ?? mark.i, { size: mark.i === undefined ? 12 : sizeOf(mark.i), ...mark });
  }
  const added = state.expanded.flatMap((id) => expandInto(marks, graph.number(id), out));
  for (const [id, at] of state.pins) if (marks.has(graph.number(id))) Object.assign(marks.get(graph.number(id)), at);
  const nodes = [...marks.keys()].filter((key) => typeof key === "number");
  const all = edgesAmong(nodes).filter(relationShown);
  const given = edges && new Set(edges);
  const fresh = new Set(added);
  left = [...new Set(left)].filter((i) => !marks.has(i) && !out.has(i));
  const drawn = given ? all.filter((j) => given.has(j) || fresh.has(graph.from[j]) || fresh.has(graph.to[j])) : all;
  return { marks, edges: drawn.sort((a, b) => a - b), ties: ties.filter(({ a, b }) => marks.has(a) && marks.has(b)) };
}

// Add the undrawn neighbours of a mark beside it, same types side by side; returns those added.
function expandInto(marks, i, out) {
  if (!marks.has(i)) return [];
  const waiting = neighbours(i).filter((n) => !marks.has(n) && !out.has(n) && shown(n));
  const adding = waiting.slice(0, Math.max(0, Math.min(AT_ONCE, DRAWN_AT_MOST - marks.size)));
  left.push(...waiting.slice(adding.length));
  const order = Object.keys(types);
  const sectors = sortBy(adding, (n) => [order.indexOf(graph.type[n]), adding.indexOf(n)]);
  const taken = [...marks.values()];
  sectors.forEach((n, k) => {
    const place = freePlace(taken, marks.get(i), (2 * Math.PI * k) / sectors.length - Math.PI / 2);
    marks.set(n, { i: n, size: sizeOf(n), ...place });
    taken.push(place);
  });
  return adding;
}

// What stands between backticks is something to type.
const emptyState = (words) => el("div", { class: "empty" }, el("p", {}, ...words.split("\u0060").map((part, k) => (k % 2 ? el("code", {}, part) : part))), el("p", {}, "Or search above ( / )."));

// The nodes of this view as a table.
function listing() {
  const sorting = sortingOf(state.listed);
  const rows = sortRows(made.marks ? made.rows : made.rows.filter(shown), sorting);
  const told = `${many(rows.length, "row")} of this view${missing() ? `, ${missing().toLocaleString("en")} more are not drawn` : ""}`;
  return el("div", {}, nodeTable(rows, sorting, told, (listed) => navigate({ listed }, { replace: true })));
}

async function showPanel(current) {
  chosen = selection();
  const held = document.activeElement;
  const inside = panel.contains(held) ? held.id : null;
  const scroll = panel.dataset.shows === String(state.selected) ? panel.scrollTop : 0;
  if (!chosen) showNothing(made);
  else if (chosen.node !== undefined) await showNode(chosen.node, current);
  else if (chosen.edge !== undefined) await showEdge(chosen.edge, current);
  else await showTie(chosen.tie, current);
  if (!current()) return;
  if (inside !== null && document.activeElement === document.body) (inside && panel.querySelector(`#${inside}`) || panel).focus({ preventScroll: true });
  panel.dataset.shows = String(state.selected);
  panel.scrollTop = scroll;
}

// Select {node}, {edge}, {tie} or nothing: picture and panel follow, the view stays.
async function select(what) {
  state = { ...state, selected: keyOf(what) };
  writeAddress(false);
  if (what) side(true);
  if (!stands) return draw(); // else this would overtake the drawing of the view
  const mine = ++turn;
  const current = () => mine === turn;
  delete document.documentElement.dataset.ready;
  chosen = what;
  sync();
  markChosen();
  if (what?.node !== undefined) reveal(what.node);
  if (what) bringPanel();
  try {
    await showPanel(current);
  } catch (error) {
    if (current()) trouble(error);
  }
  if (current()) await settle(current);
}

// On a phone the panel is under the picture: bring its beginning up to the middle.
function bringPanel() {
  const top = panel.getBoundingClientRect().top;
  if (narrow.matches && top > innerHeight / 2) scrollBy({ top: top - innerHeight / 2, behavior: "instant" });
}

function markChosen() {
  for (const element of byId("sheet").querySelectorAll("[aria-current]")) element.removeAttribute("aria-current");
  if (chosen?.node !== undefined) for (const element of byId("sheet").querySelectorAll(`[data-node="${chosen.node}"]`)) element.setAttribute("aria-current", "true");
  if (chosen?.edge !== undefined) for (const element of byId("sheet").querySelectorAll(`[data-edge="${chosen.edge}"]`)) element.setAttribute("aria-current", "true");
}

const viewOf = (i) => (graph.type[i] === "paper" ? "paper" : "entity");
const openNode = (i) => navigate({ view: viewOf(i), nodes: [graph.id[i]], selected: [graph.id[i]] });
const hide = (i) => navigate({ out: [...state.out, graph.id[i]].slice(-MOST_LISTED), selected: null });
const compareWith = (i) => navigate({ view: "compare", nodes: [...new Set([...(state.view === "compare" ? state.nodes : []), graph.id[i]])].slice(0, MOST_COMPARED) });
const expandAt = (i) => navigate({ expanded: [...new Set([...state.expanded, graph.id[i]])].slice(-MOST_LISTED), camera: null });

function pin(i) {
  const pins = new Map(state.pins);
  const { x, y } = picture.marks.get(i);
  if (!pins.delete(graph.id[i])) pins.set(graph.id[i], { x: Math.round(x), y: Math.round(y) });
  return navigate({ pins });
}

// How many nodes that belong to the view are not drawn; what the legend or the reader hides is not counted.
const missing = () => left.length + (Array.isArray(made.left) ? 0 : made.left?.count || 0) + (made.cut || 0);

// The line under the picture: what is drawn, what is not, and where the rest is.
function tell() {
  const nodes = box.hidden ? made.rows.length : [...picture.marks.keys()].filter((key) => typeof key === "number").length;
  const groups = [...picture.marks.values()].filter((mark) => mark.open).length;
  const parts = [];
  if (nodes || !box.hidden) parts.push(box.hidden ? `${many(nodes, "thing")} here` : `${many(nodes, "node")}, ${many(picture.edges.length, "relation")}${groups ? `, ${many(groups, "group")}` : ""}${picture.ties.length ? `, ${many(picture.ties.length, "tie")}` : ""} drawn`);
  const hidden = state.hidden.types.size + state.hidden.relations.size;
  if (hidden) parts.push(made.whole ? "groups hold all types, whatever the legend hides" : "the legend hides some");
  byId("status").textContent = `${parts.join("; ")}${parts.length ? "." : ""}`;
  byId("more").hidden = !missing();
  byId("more").textContent = `${missing().toLocaleString("en")} more not drawn`;
  byId("unhide").hidden = !state.out.length;
  byId("unhide").textContent = `Show ${state.out.length} hidden`;
  byId("png").disabled = box.hidden && (!made.svg || state.listed);
  byId("svg").disabled = byId("png").disabled;
  byId("csv").disabled = !made.rows.length && !made.csv;
  byId("rows").disabled = !made.rows.length || state.view === "table";
  byId("rows").setAttribute("aria-pressed", String(Boolean(state.listed)));
  for (const id of ["closer", "further", "whole"]) byId(id).hidden = box.hidden;
}

// What a view left out, in the panel: one click from the picture.
function showLeft() {
  side(true);
  const words = made.cut ? `${made.cut.toLocaleString("en")} weaker neighbours are not loaded: the page of this thing lists all.` : made.left?.words;
  const list = (nodes) => inPortions(el("div", {}), nodes, (i) => el("div", { class: "names" }, nodeButton(i, openNode)), 50);
  const parts = (made.left?.nodes || []).map(([heading, nodes]) => el("section", {}, el("h3", {}, heading), list(nodes)));
  panel.replaceChildren(el("div", { class: "about" }, el("h2", {}, "Not drawn here"), words ? el("p", {}, el("bdi", {}, words)) : "", el("div", { class: "actions" }, action("release", "Close", "Esc", () => select(null)))), ...parts, left.length ? list(left) : "");
  panel.scrollTop = 0;
  panel.focus({ preventScroll: true });
}

function fillMenu() {
  for (const button of byId("menu").querySelectorAll("button")) {
    const on = button.dataset.view === state.view;
    if (on) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
    if (on) button.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

// Show or fold the side panel.
function side(open) {
  if (panel.hidden !== open) return;
  panel.hidden = !open;
  byId("side").setAttribute("aria-expanded", String(open));
}

// Tell what went wrong, and how to go on.
function trouble(error) {
  console.info(error); // the words below are for people; this is for who looks into it
  byId("problem").replaceChildren(el("p", {}, error.message || "Something went wrong."), el("button", { type: "button", click: () => draw() }, "Try again"));
  byId("problem").hidden = false;
}
