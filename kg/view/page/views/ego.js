// A paper, or a thing, in the middle of what it is linked to.

const EGO = head.limit ?? 40; // nodes drawn
const hubFrom = () => (source.counts.papers < 50 ? Infinity : 0.2 * source.counts.papers); // papers: what so many name ties nothing together
const isHub = (i) => graph.type[i] !== "paper" && graph.papers[i] >= hubFrom();

// Where a view needs a node and the address names none that there is.
function askFor(label, hint, accept) {
  const unknown = state.nodes.find((id) => graph.number(id) < 0);
  const { element } = picker(label, accept);
  return el("div", { class: "empty" }, unknown ? el("p", {}, "The graph of this page does not hold ", el("code", {}, unknown), ".") : "", el("p", {}, hint), element);
}

// The neighbours that are drawn, best first: hubs are told as chips, what is too much is left.
function chosenNeighbours(i) {
  const near = neighbours(i);
  const hubs = near.filter(isHub);
  const rest = near.filter((n) => !isHub(n));
  return { hubs, drawn: rest.slice(0, EGO - 1), left: rest.slice(EGO - 1) };
}

// Neighbours of the neighbours, one ring out, where the address asks for two steps; `told` are neighbours that are not drawn.
async function outer(inner, told, room) {
  await source.egos(inner.slice(1));
  const seen = new Set([...inner, ...told]);
  const found = [];
  for (const i of inner.slice(1)) {
    for (const n of neighbours(i)) {
      if (seen.has(n)) continue;
      seen.add(n);
      found.push({ i: n, by: i });
    }
  }
  const rest = found.filter(({ i }) => !isHub(i));
  return { drawn: rest.slice(0, Math.max(0, room)), left: rest.slice(Math.max(0, room)).map(({ i }) => i), hubs: found.map(({ i }) => i).filter(isHub) };
}

const chip = (i) => el("button", { type: "button", class: "chip", "data-node": i, click: () => select({ node: i }) }, glyph(graph.type[i]), el("bdi", {}, short(graph.name[i], 30)), el("span", { class: "count" }, ` ${graph.papers[i].toLocaleString("en")}`));

// By type in sectors; papers round a thing by year, so that the ring reads like a clock.
function inSectors(nodes, isPaper) {
  const order = Object.keys(types);
  return sortBy(nodes, (i) => [isPaper ? order.indexOf(graph.type[i]) : graph.type[i] === "paper" ? 0 : order.indexOf(graph.type[i]), graph.type[i] === "paper" ? graph.year[i] : 0, graph.name[i]]);
}

async function drawEgo(wanted) {
  const i = state.nodes.map(graph.number).find((n) => n >= 0);
  if (i === undefined) return { element: askFor(wanted.asks, wanted.hint, openNode), rows: [] };
  await source.egos([i]);
  const { hubs, drawn, left: over } = chosenNeighbours(i);
  const isPaper = graph.type[i] === "paper";
  const inner = [i, ...drawn];
  const at = rings(i, inSectors(drawn, isPaper));
  const further = state.depth > 1 ? await outer(inner, [...hubs, ...over], (head.limit ?? 80) - inner.length) : { drawn: [], left: [], hubs: [] };
  const taken = [...at.values()];
  for (const { i: n, by } of further.drawn) {
    const from = at.get(by);
    at.set(n, freePlace(taken, from, Math.atan2(from.y * WIDE, from.x)));
    taken.push(at.get(n));
  }
  const nodes = [...inner, ...further.drawn.map(({ i: n }) => n)];
  const folded = [...hubs, ...sortBy(further.hubs, (n) => [-graph.papers[n], graph.id[n]])];
  const steps = el("button", { type: "button", class: "chip", "aria-pressed": String(state.depth > 1), click: () => navigate({ depth: state.depth > 1 ? 1 : 2, camera: null }) }, "two steps");
  return {
    marks: nodes.map((n) => ({ i: n, ...at.get(n), focus: n === i })), rows: nodes, left: [...over, ...further.left, ...folded.slice(12)], cut: source.cut(i),
    chips: [steps, ...(folded.length ? [el("span", { class: "count" }, "linked to many papers, so not drawn:"), ...folded.slice(0, 12).map(chip)] : [])],
    method: `${graph.name[i]} and its ${drawn.length} strongest neighbours: strongest relation first, then best score.${folded.length ? ` Things that ${Math.ceil(hubFrom())} papers or more name stand above the picture.` : ""}`,
  };
}

const named = (words) => ({ nodes: [id] }) => (graph.number(id) >= 0 ? graph.name[graph.number(id)] : words);
const egoView = (label, asks, hint) => ({ label, hint, title: (now) => named(label)({ nodes: now.nodes.length ? now.nodes : [""] }), draw: () => drawEgo({ asks, hint }) });
views.paper = egoView("Paper", "Which paper?", "What a paper introduces, uses, compares with and runs on.");
views.entity = egoView("Method or thing", "Which method, data set, device, organisation or task?", "Which papers work with a thing, and how.");
