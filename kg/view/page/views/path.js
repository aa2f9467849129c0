// How two nodes are tied: the shortest ways between them, with the sentences of each step.

const hubOfPaths = () => Math.max(10, 0.05 * source.counts.papers); // papers: through what so many name, everything is near
const LEVELS = 6; // steps of the longest path looked for
const LOOKED_AT = 4000; // nodes that one search may visit

// One level further from one side; returns the nodes reached, by id, each with all nodes that lead to it.
async function further(side, avoid) {
  await source.egos(side.edge);
  const next = new Map();
  for (const i of side.edge) {
    for (const n of neighbours(i)) {
      if (side.from.has(n) || avoid(n)) continue;
      next.set(n, [...(next.get(n) || []), i]);
    }
  }
  for (const [n, before] of next) side.from.set(n, before);
  side.edge = sortBy([...next.keys()], (n) => [graph.id[n]]);
}

// Breadth first from both ends, the smaller edge first; the nodes where the two meet, [] where they do not.
async function meeting(a, b, avoid) {
  const sides = [{ from: new Map([[a, []]]), edge: [a] }, { from: new Map([[b, []]]), edge: [b] }];
  for (let level = 0; level < LEVELS; level++) {
    const side = sides[0].edge.length <= sides[1].edge.length ? sides[0] : sides[1];
    await further(side, (n) => n !== a && n !== b && avoid(n));
    const other = side === sides[0] ? sides[1] : sides[0];
    const met = side.edge.filter((n) => other.from.has(n));
    if (met.length) return { met, sides };
    if (!side.edge.length || sides[0].from.size + sides[1].from.size > LOOKED_AT) break;
  }
  return { met: [], sides };
}

// Ways back from a node to where a side began, at most `most`, each as nodes from the beginning on.
function ways(side, n, most) {
  const before = side.from.get(n);
  if (!before.length) return [[n]];
  const found = [];
  for (const i of sortBy(before, (k) => [graph.id[k]])) {
    found.push(...ways(side, i, most - found.length).map((way) => [...way, n]));
    if (found.length >= most) break;
  }
  return found;
}

// How many ways there are; `known` holds what was counted so far.
function countWays(side, n, known = new Map()) {
  if (!known.has(n)) known.set(n, side.from.get(n).reduce((sum, i) => sum + countWays(side, i, known), 0) || 1);
  return known.get(n);
}

async function paths(a, b) {
  const isHub = (n) => graph.papers[n] >= hubOfPaths() && graph.type[n] !== "paper";
  for (const around of [true, false]) {
    const avoid = (n) => around && isHub(n);
    const { met, sides } = await meeting(a, b, avoid);
    const found = met.flatMap((n) => ways(sides[0], n, 5).flatMap((head) => ways(sides[1], n, 5).map((tail) => [...head, ...tail.reverse().slice(1)])));
    const total = met.reduce((sum, n) => sum + countWays(sides[0], n) * countWays(sides[1], n), 0);
    if (found.length) return { found, total, throughHubs: !around };
  }
  return { found: [], total: 0, throughHubs: false };
}

// The strongest edge between two neighbours.
const edgesOfStep = (i, n) => sortBy(graph.edgesOf[i].filter((j) => graph.other(j, i) === n && relationShown(j)), (j) => [relations[graph.relation[j]].rank, -graph.score[j]]);

async function pathElement(way) {
  const steps = way.slice(1).map((n, k) => ({ from: way[k], to: n, edges: edgesOfStep(way[k], n) }));
  const claims = await source.claims(steps.map(({ edges }) => edges[0]));
  const list = el("ol", { class: "way" }, el("li", {}, nodeButton(way[0])));
  steps.forEach(({ from, to, edges: [best, ...more] }, k) => list.append(el("li", {},
    el("button", { type: "button", class: "step", "data-edge": best, click: () => select({ edge: best }) }, reads(best, from)),
    ...more.slice(0, 3).map((j) => el("button", { type: "button", class: "step", "data-edge": j, click: () => select({ edge: j }) }, reads(j, from))),
    nodeButton(to), claims[k].length ? claimView(claims[k][0]) : "")));
  return list;
}

function pathForm(a, b) {
  const put = (k) => (i) => navigate({ nodes: k ? [a >= 0 ? graph.id[a] : "", graph.id[i]].filter(Boolean) : [graph.id[i], ...(b >= 0 ? [graph.id[b]] : [])], selected: null });
  const swap = el("button", { type: "button", click: () => navigate({ nodes: [graph.id[b], graph.id[a]] }) }, "Turn round");
  return el("div", { class: "form" }, picker("From", put(0), graph.name[a] || "").element, picker("To", put(1), graph.name[b] || "").element, a >= 0 && b >= 0 ? swap : "");
}

views.path = {
  label: "Path",
  hint: "How two papers or things are tied, step by step, each step with its sentence.",
  async draw({ nodes, word }) {
    const [a, b] = [...nodes.map(graph.number).filter((i) => i >= 0), -1, -1];
    const element = el("div", { class: "paths" }, pathForm(a, b));
    if (a < 0 || b < 0 || a === b) {
      const unknown = nodes.find((id) => graph.number(id) < 0);
      if (unknown) element.append(el("p", { class: "note" }, "The graph of this page does not hold ", el("code", {}, unknown), "."));
      element.append(el("p", { class: "none" }, a >= 0 && a === b ? "These are the same. Name another for one of them." : "Name both ends. The shortest ways between them are shown, with the sentence behind each step."));
      return { element, rows: [] };
    }
    const { found, total, throughHubs } = await paths(a, b);
    const ranked = sortBy(found, (way) => [way.length, way.slice(1, -1).reduce((sum, i) => sum + graph.papers[i], 0), way.map((i) => graph.id[i]).join(" ")]);
    const most = word === "all" ? 20 : 3;
    const shownNow = ranked.slice(0, most);
    if (!found.length) element.append(el("p", { class: "none" }, `No way of at most ${LEVELS} steps was found between them. Relations that the legend hides are not walked.`));
    else element.append(el("h2", {}, `${many(total, "shortest way")} of ${many(found[0].length - 1, "step")}`));
    if (throughHubs) element.append(el("p", { class: "note" }, `There is no way round the things that ${Math.ceil(hubOfPaths())} papers or more name, so these lead through one.`));
    for (const way of shownNow) element.append(await pathElement(way));
    if (ranked.length > most && word !== "all") element.append(el("button", { type: "button", class: "more", click: () => navigate({ word: "all" }) }, `${Math.min(ranked.length, 20) - most} more ways`));
    return {
      element, rows: [...new Set(shownNow.flat())], left: { count: Math.max(0, total - most), words: "Further ways of the same length." },
      method: `Breadth first from both ends over ${many(source.counts.papers, "paper")}; things that ${Math.ceil(hubOfPaths())} papers or more name are gone round where that is possible. Fewest steps first, then rarer things between.`,
    };
  },
};
