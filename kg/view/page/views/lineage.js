// What builds on what, from left to right: of all things as the scene has it, or of one thing what it builds on and what builds on it.

const BUILDS = ["basedOn", "derivedFrom"];
const LINEAGE_STEPS = 12; // that are followed from one thing
const LINEAGE_DRAWN = 150;
const LINEAGE_ACROSS = 190; // pixels of a column
const LINEAGE_DOWN = 52; // and of a row

const buildsEdge = (j) => BUILDS.includes(graph.relation[j]) && graph.from[j] !== graph.to[j];
const basesOf = (i) => [...new Set(graph.edgesOf[i].filter((j) => buildsEdge(j) && edgeShown(j) && graph.from[j] === i).map((j) => graph.to[j]))];
const buildersOf = (i) => [...new Set(graph.edgesOf[i].filter((j) => buildsEdge(j) && edgeShown(j) && graph.to[j] === i).map((j) => graph.from[j]))];

// Everything that `next` reaches from a thing, nearest first, with the steps to it.
async function lineageReached(start, next) {
  const steps = new Map([[start, 0]]);
  let level = [start];
  for (let step = 1; level.length && step <= LINEAGE_STEPS && steps.size <= 2 * LINEAGE_DRAWN; step++) {
    await source.egos(level, BUILDS);
    const found = sortBy([...new Set(level.flatMap(next))].filter((i) => !steps.has(i)), (i) => [-graph.papers[i], graph.id[i]]);
    for (const i of found) steps.set(i, step);
    level = found;
  }
  steps.delete(start);
  return steps;
}

// Column of each node: after all that it builds on; of a ring, the line that closes it has no say.
function lineageColumns(nodes) {
  const inside = new Set(nodes);
  const column = new Map();
  const open = new Set();
  const visit = (i) => {
    if (column.has(i)) return column.get(i);
    open.add(i);
    const below = basesOf(i).filter((base) => inside.has(base) && !open.has(base));
    const at = Math.max(-1, ...below.map(visit)) + 1;
    open.delete(i);
    column.set(i, at);
    return at;
  };
  for (const i of sortBy(nodes, (n) => [graph.id[n]])) visit(i);
  const builders = new Map(nodes.map((i) => [i, buildersOf(i).filter((n) => inside.has(n) && column.get(n) > column.get(i)).map((n) => column.get(n))]));
  for (const i of nodes) if (!column.get(i) && builders.get(i).length) column.set(i, Math.min(...builders.get(i)) - 1);
  return column;
}

// Places by column; within one, in the order in which lines cross little (barycentre), around the middle.
function lineagePlaces(nodes) {
  const column = lineageColumns(nodes);
  const layers = [];
  for (const i of sortBy(nodes, (n) => [graph.id[n]])) (layers[column.get(i)] ??= []).push(i); // every column up to the last has one: each stands just right of what it builds on
  const row = new Map();
  const spread = (layer) => layer.forEach((i, k) => row.set(i, k - (layer.length - 1) / 2));
  layers.forEach(spread);
  for (let sweep = 0; sweep < 12; sweep++) {
    const order = sweep % 2 ? [...layers.keys()].reverse() : [...layers.keys()];
    for (const k of order) {
      const mean = (i) => { const near = [...basesOf(i), ...buildersOf(i)].filter((n) => row.has(n)); return near.length ? near.reduce((sum, n) => sum + row.get(n), 0) / near.length : row.get(i); };
      layers[k] = sortBy(layers[k], (i) => [Math.round(1e6 * mean(i)), graph.id[i]]);
      spread(layers[k]);
    }
  }
  const down = Math.min(3 * LINEAGE_DOWN, Math.max(LINEAGE_DOWN, (layers.length * LINEAGE_ACROSS) / 1.25 / Math.max(...layers.map((layer) => layer.length))));
  return new Map(nodes.map((i) => [i, { x: column.get(i) * LINEAGE_ACROSS, y: Math.round(row.get(i) * down) }]));
}

// Headings over the columns: words at places that no node has.
function lineageHeadings(columnsTold, places) {
  const rows = [...places.values()].map(({ y }) => y);
  const top = Math.round(Math.min(...rows) - Math.max(76, 0.1 * (Math.max(...rows) - Math.min(...rows))));
  return columnsTold.map(({ year, x }) => ({ key: `year ${year}`, name: year === null ? "no date" : String(year), x, y: top, size: 2 }));
}

// How much larger marks may be where rows lie far apart: a wide drawing is seen from far.
function lineageSize(places) {
  const rows = new Map();
  for (const { x, y } of places.values()) rows.set(x, [...(rows.get(x) || []), y]);
  const gaps = [...rows.values()].flatMap((column) => { const sorted = column.sort((a, b) => a - b); return sorted.slice(1).map((y, k) => y - sorted[k]); });
  return Math.min(2.4, Math.max(1, Math.min(...gaps, 3 * LINEAGE_DOWN, ([...rows.keys()].length * LINEAGE_ACROSS) / 6) / LINEAGE_DOWN));
}

function lineageMarks(nodes, places, focus = -1) {
  const times = lineageSize(places);
  return nodes.map((i) => ({ i, ...places.get(i), size: Math.round(10 * sizeOf(i) * times) / 10, focus: i === focus }));
}

const lineagePicker = () => picker("Of one thing", (i) => navigate({ view: "lineage", nodes: [graph.id[i]] })).element;

async function lineageOf(focus) {
  const [below, above] = [await lineageReached(focus, basesOf), await lineageReached(focus, buildersOf)];
  const all = [focus, ...sortBy([...new Set([...below.keys(), ...above.keys()])], (i) => [Math.min(below.get(i) ?? Infinity, above.get(i) ?? Infinity), -graph.papers[i], graph.id[i]])];
  const nodes = all.slice(0, LINEAGE_DRAWN);
  const places = lineagePlaces(nodes);
  const whole = el("button", { type: "button", class: "chip", click: () => navigate({ view: "lineage", nodes: [] }) }, "What builds on what, of all things");
  const told = { rows: nodes, left: all.slice(LINEAGE_DRAWN), chips: [whole, lineagePicker()], method: `basedOn and derivedFrom, followed both ways: ${many(below.size, "thing")} it builds on, ${many(above.size, "thing")} that build on it. Each stands right of all that it builds on.` };
  if (all.length === 1) {
    const element = el("div", { class: "empty" }, el("p", {}, "No paper says what ", nodeButton(focus), " is based on or derived from, or what is based on it."), el("p", {}, whole));
    return { rows: [focus], element };
  }
  return { ...told, marks: lineageMarks(nodes, places, focus), edges: lineageEdges(nodes) };
}

const lineageEdges = (nodes) => edgesAmong(nodes).filter(buildsEdge);

views.lineage = {
  label: "Lineage",
  hint: "What builds on what: arrows point to what a thing is based on, which stands left of it; with the sentences that say so.",
  title: ({ nodes }) => (graph.number(nodes[0] || "") >= 0 ? `What ${graph.name[graph.number(nodes[0])]} builds on, and what builds on it` : "What builds on what"),
  async draw({ nodes: [id] }) {
    const focus = graph.number(id || "");
    if (focus >= 0) return lineageOf(focus);
    const scene = await source.scene("lineage");
    if (scene.empty) return { empty: scene.empty, rows: [] };
    const places = new Map(scene.nodes.map((i, k) => [i, { x: scene.at[k][0], y: scene.at[k][1] }]));
    const marks = lineageMarks(scene.nodes, places);
    return {
      marks: [...lineageHeadings(scene.facts.columns, places), ...marks], edges: lineageEdges(scene.nodes), rows: scene.nodes, chips: [lineagePicker()],
      left: { count: scene.total - scene.nodes.length, words: "Things with fewer descendants and ancestors. Name one above to draw what it builds on and what builds on it." },
      method: scene.method, notes: scene.notes,
    };
  },
};
