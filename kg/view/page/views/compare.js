// Two to five papers (or things) as columns: what they share and what only one has, relation by relation.

const MOST_COMPARED = 5;

// Relation as read from a node → what it leads to, best first.
function factsOf(i) {
  const found = new Map();
  for (const j of sortBy(graph.edgesOf[i].filter(edgeShown), (k) => [-graph.score[k], graph.id[graph.other(k, i)]])) {
    const words = reads(j, i);
    if (!found.has(words)) found.set(words, { rank: relations[graph.relation[j]].rank, edges: [] });
    found.get(words).edges.push(j);
  }
  return found;
}

// One cell: what is shared with another column comes first and is marked.
function comparedCell(i, edges, sharedBy) {
  const times = (j) => sharedBy.get(graph.other(j, i)) || 1;
  const list = el("ul", { class: "names" });
  return el("td", {}, inPortions(list, sortBy(edges, (j) => [-times(j), graph.name[graph.other(j, i)]]), (j) => {
    const n = graph.other(j, i);
    const name = el("button", { type: "button", class: "node", "data-edge": j, click: () => select({ edge: j }) }, glyph(graph.type[n]), el("bdi", {}, graph.name[n]));
    return el("li", times(j) > 1 ? { class: "shared" } : {}, name, times(j) > 1 ? el("span", { class: "count" }, ` in ${times(j)}`) : null);
  }, 12));
}

function columnHead(i) {
  const rest = state.nodes.filter((id) => id !== graph.id[i]);
  return el("th", { scope: "col" }, nodeButton(i), el("span", { class: "count" }, graph.year[i] ? ` ${graph.year[i]}` : ""),
    el("button", { type: "button", class: "edge", "aria-label": `Take ${graph.name[i]} out`, title: "Take out", click: () => navigate({ nodes: rest }, { replace: false }) }, "×"));
}

function comparedTable(columns) {
  const facts = columns.map(factsOf);
  const relationsHere = sortBy([...new Set(facts.flatMap((found) => [...found.keys()]))], (words) => [Math.min(...facts.map((found) => found.get(words)?.rank ?? 99)), words]);
  const sharedBy = new Map(); // node → columns that lead to it, whatever the relation
  columns.forEach((i) => { for (const n of new Set(graph.edgesOf[i].filter(edgeShown).map((j) => graph.other(j, i)))) sharedBy.set(n, (sharedBy.get(n) || 0) + 1); });
  const rows = relationsHere.map((words) => el("tr", {}, el("th", { scope: "row" }, words), ...columns.map((i, k) => comparedCell(i, facts[k].get(words)?.edges || [], sharedBy))));
  const shared = [...sharedBy].filter(([, times]) => times > 1).length;
  const caption = el("caption", {}, `${many(shared, "thing")} shared by two columns or more; a name opens the sentence that says it.`);
  return el("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "Comparison" }, el("table", { class: "compared" }, caption, el("thead", {}, el("tr", {}, el("td", {}), ...columns.map(columnHead))), el("tbody", {}, ...rows)));
}

function comparedCsv(columns) {
  const facts = columns.map(factsOf);
  const lines = [...new Set(facts.flatMap((found) => [...found.keys()]))].sort();
  return csv([["relation", ...columns.map((i) => graph.name[i])], ...lines.map((words) => [words, ...columns.map((i, k) => (facts[k].get(words)?.edges || []).map((j) => graph.name[graph.other(j, i)]).join("; "))])]);
}

views.compare = {
  label: "Compare",
  hint: "Two to five papers side by side: what they share, and what only one of them has.",
  async draw({ nodes }) {
    const columns = nodes.map(graph.number).filter((i) => i >= 0).slice(0, MOST_COMPARED);
    await source.egos(columns);
    const add = (i) => navigate({ nodes: [...new Set([...columns.map((n) => graph.id[n]), graph.id[i]])].slice(0, MOST_COMPARED) });
    const element = el("div", { class: "comparison" }, columns.length < MOST_COMPARED ? el("div", { class: "form" }, picker(columns.length ? "Add another" : "Which papers or things?", add).element) : el("p", { class: "none" }, `${MOST_COMPARED} columns are the most that can be read.`));
    const unknown = nodes.find((id) => graph.number(id) < 0);
    if (unknown) element.append(el("p", { class: "note" }, "The graph of this page does not hold ", el("code", {}, unknown), "."));
    if (!columns.length) element.append(el("p", { class: "none" }, "Name two papers or more. Methods and data sets can be compared too."));
    else element.append(comparedTable(columns));
    return { element, rows: columns, csv: columns.length ? () => comparedCsv(columns) : undefined, method: "Columns hold every relation of each; what two columns or more lead to comes first, with the number of columns." };
  },
};
