// What papers use together: a map of pairs, and the pairs that are never together.

const COUSE_CHIPS = 4; // communities that a button leads to

// Pairs that no paper names together, each with its numbers.
async function couseGaps({ gaps, gaps_papers: papers, gaps_notes: notes }) {
  await source.find(gaps.flatMap((gap) => [gap.method, gap.other]));
  const thing = (id, name, n) => el("td", {}, graph.number(id) >= 0 ? nodeButton(graph.number(id)) : el("bdi", {}, name), el("span", { class: "count" }, ` ${many(n, "paper")}`));
  const row = (gap) => el("tr", {}, thing(gap.method, gap.names[0], gap.method_papers), thing(gap.other, gap.names[1], gap.other_papers),
    el("td", {}, gap.expected.toFixed(1)), el("td", {}, couseChance(gap.probability)), el("td", {}, gap.surprising ? "surprising" : "may be chance"),
    el("td", {}, el("button", { type: "button", click: () => navigate({ view: "path", nodes: [gap.method, gap.other] }) }, "Path between")));
  const heads = ["Method", "Data set or task", "Papers expected", "Probability of none", "Verdict", ""];
  return el("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "Pairs that no paper names together" },
    gaps.length ? el("table", { class: "gaps" }, el("caption", {}, `Common and never named together, least probable first; over ${many(papers, "paper")} that work with both kinds`),
      el("thead", {}, el("tr", {}, ...heads.map((words) => (words ? el("th", { scope: "col" }, words) : el("td", {}))))), el("tbody", {}, ...gaps.map(row))) : "",
    ...(gaps.length ? [] : notes).map((words) => el("p", {}, words)));
}

const couseChance = (p) => (p >= 0.001 ? p.toFixed(3) : p.toExponential(1));

// Papers that tie communities which few others tie.
async function couseBridges({ bridges, bridges_papers: papers, bridges_notes: notes }) {
  await source.find(bridges.map(({ paper }) => paper));
  const row = ({ paper, name, ties, alone, communities }) => el("tr", {}, el("td", {}, graph.number(paper) >= 0 ? nodeButton(graph.number(paper)) : el("bdi", {}, name)),
    el("td", {}, ties.toFixed(2)), el("td", {}, String(alone)), el("td", {}, el("bdi", {}, communities.join(" · "))));
  const heads = ["Paper", "Ties", "Pairs it alone ties", "Communities"];
  return el("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "Papers that tie communities" },
    bridges.length ? el("table", { class: "gaps" }, el("caption", {}, `Papers that tie communities which few others tie, over ${many(papers, "paper")}; a pair of communities counts 1 divided by the papers that tie it`),
      el("thead", {}, el("tr", {}, ...heads.map((words) => el("th", { scope: "col" }, words)))), el("tbody", {}, ...bridges.map(row))) : "",
    ...(bridges.length ? [] : notes).map((words) => el("p", {}, words)));
}

// A button for each of the largest communities that brings it before the camera.
function couseChips(scene) {
  const reach = (group) => Math.max(...group.nodes.map((i) => scene.nodes.indexOf(i)).map((k) => Math.max(Math.abs(scene.at[k][0] - group.x) + 90, 1.3 * Math.abs(scene.at[k][1] - group.y) + 60)));
  const look_ = (group) => navigate({ camera: { x: group.x, y: group.y, scale: Math.round(1000 * Math.min(1.6, Math.max(0.4, box.clientWidth / (2 * reach(group) + 40)))) / 1000 } }, { replace: true });
  return scene.groups.slice(0, COUSE_CHIPS).map((group) => el("button", { type: "button", class: "chip", click: () => look_(group) }, el("bdi", {}, short(group.name, 32)), el("span", { class: "count" }, many(group.papers, "paper"))));
}

views["co-use"] = {
  label: "Used together",
  hint: "Which methods and data sets papers use together, and which never. A click on a line shows the papers that use both.",
  title: ({ word }) => ({ gaps: "Never together", bridges: "Bridge papers" })[word] || "Used together",
  async draw({ word }) {
    const scene = await source.scene("co-use");
    const { gaps = [], bridges = [] } = scene.facts;
    const toggle = (key, words, n) => el("button", { type: "button", class: "chip", "aria-pressed": String(word === key), click: () => navigate({ word: word === key ? "" : key }) }, words, el("span", { class: "count" }, n ? ` ${n}` : ""));
    const toggles = [toggle("gaps", "never together", gaps.length), toggle("bridges", "bridge papers", bridges.length)];
    const known = (ids) => [...new Set(ids.map(graph.number))].filter((i) => i >= 0);
    if (word === "bridges" && scene.facts.bridges_method) {
      const element = await couseBridges(scene.facts);
      return { element, rows: known(bridges.map(({ paper }) => paper)), chips: toggles, method: scene.facts.bridges_method, notes: scene.facts.bridges_notes };
    }
    if (word === "gaps" && scene.facts.gaps_method) {
      const element = await couseGaps(scene.facts);
      return { element, rows: known(gaps.flatMap((gap) => [gap.method, gap.other])), chips: toggles, method: scene.facts.gaps_method, notes: scene.facts.gaps_notes };
    }
    if (scene.empty) return { empty: scene.empty, rows: [], chips: gaps.length || bridges.length ? toggles : [], method: scene.method };
    return {
      marks: scene.nodes.map((i, k) => ({ i, x: scene.at[k][0], y: scene.at[k][1] })), edges: [], rows: scene.nodes,
      ties: scene.ties.map(({ one, other, papers }) => ({ a: scene.nodes[one], b: scene.nodes[other], width: Math.min(1 + 1.5 * Math.log2(papers), 9) })),
      chips: [...toggles, ...couseChips(scene)],
      left: { count: scene.total - scene.nodes.length, words: "Things whose pairs are weaker: the panel of each thing and the search lead to them." },
      method: scene.method, notes: [...scene.notes, `${many(scene.papers, "paper")} work with methods or data sets. Lines are the wider the more papers use both.`],
    };
  },
};
