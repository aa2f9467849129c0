// The side panel: facts about what is selected, each with the sentences that say it.

const panel = byId("panel");

// A sentence with marks in it, one inside the other where they are so; where two cross, the sentence stands twice.
function sentence(text, marks) {
  const crosses = (a, b) => a.from < b.from && b.from < a.to && a.to < b.to;
  const layers = [];
  for (const mark of marks.filter((m) => m.to > m.from).sort((a, b) => a.from - b.from || b.to - a.to)) {
    const layer = layers.find((placed) => !placed.some((other) => crosses(other, mark))) || layers[layers.push([]) - 1];
    if (!layer.some((other) => other.from === mark.from && other.to === mark.to && other.kind === mark.kind)) layer.push(mark);
  }
  return (layers.length ? layers : [[]]).map((layer) => el("blockquote", {}, fill(el("bdi"), text, layer, 0, text.length)));
}

// Put text[from, to) into an element with the marks that lie in it; `marks` are sorted, and used up.
function fill(element, text, marks, from, to) {
  let at = from;
  while (marks.length && marks[0].from < to) {
    const mark = marks.shift();
    element.append(text.slice(at, mark.from), fill(el("mark", { class: mark.kind }), text, marks, mark.from, mark.to));
    at = mark.to;
  }
  element.append(text.slice(at, to));
  return element;
}

// Where a quote stands, where that is not title or abstract.
const placeOf = ({ section = "", stated = false }) => (stated ? "stated by the source, not extracted" : section && `in ${section}`);

// One paper's claim: its sentences, each once with its place, then paper, score and rule. `named` are nodes named beside it already.
function claimView(claim, ...named) {
  const told = new Map();
  for (const quote of claim.quotes) {
    const key = `${placeOf(quote)}\n${quote.text}`;
    if (!told.has(key)) told.set(key, { text: quote.text, place: placeOf(quote), marks: [] });
    told.get(key).marks.push(...quote.marks);
  }
  const said = el("div", { class: "claim" });
  for (const { text, place, marks } of told.values()) said.append(...sentence(text, marks), place ? el("p", { class: "source place" }, el("bdi", {}, place)) : "");
  if (!claim.quotes.length) said.append(el("p", { class: "none" }, "No sentence is stored for this."));
  if (!named.includes(claim.paper)) said.append(el("p", { class: "source" }, nodeButton(claim.paper)));
  const origin = el("p", { class: "source" });
  if (claim.count !== undefined && claim.count !== null) origin.append(`${many(claim.count, "device")} · `);
  origin.append(`score ${claim.score.toFixed(2)} · rule `, el("code", {}, claim.rule));
  said.append(origin);
  return said;
}

// An edge as seen from a node, with room for its claims.
function factView(j, i) {
  const whole = el("button", { type: "button", class: "edge", "data-edge": j, "aria-label": "Show this relation alone", title: "Show this relation alone", click: () => select({ edge: j }) }, "⟷");
  return el("div", { class: "fact" }, el("div", { class: "fact-head" }, nodeButton(graph.other(j, i)), whole), el("div", { class: "claims" }));
}

// Fill the claims of some facts; returns when they are there.
async function fillClaims(edges, facts, i) {
  const found = await source.claims(edges);
  facts.forEach((fact, k) => fact.lastChild.replaceChildren(...found[k].map((claim) => claimView(claim, i, graph.other(edges[k], i)))));
}

// Facts of a node by relation, as read from its side: "introduces", "used by" …; [sections, promise that their first portions are filled]
function factGroups(i) {
  const groups = new Map();
  for (const j of graph.edgesOf[i]) {
    const words = reads(j, i);
    if (!groups.has(words)) groups.set(words, { words, rank: relations[graph.relation[j]].rank, edges: [] });
    groups.get(words).edges.push(j);
  }
  const filling = [];
  const sections = sortBy([...groups.values()], ({ rank, words }) => [rank, words]).map(({ words, edges }) => {
    const sorted = sortBy(edges, (j) => [-graph.score[j], graph.id[graph.other(j, i)]]);
    const section = el("section", { class: "facts" }, el("h3", {}, words, el("span", { class: "count" }, ` ${edges.length.toLocaleString("en")}`)));
    return inPortions(section, sorted, (j) => factView(j, i), 25, (js, facts) => filling.push(fillClaims(js, facts, i).catch(trouble)));
  });
  return [sections, Promise.all(filling)];
}

// How many papers of each year speak of a thing, of those that are loaded.
function byYear(i) {
  const papers = [...new Set(graph.edgesOf[i].map((j) => graph.other(j, i)).filter((n) => graph.type[n] === "paper" && graph.year[n]))];
  const years = new Map();
  for (const paper of sortBy(papers, (n) => [graph.year[n]])) years.set(graph.year[paper], (years.get(graph.year[paper]) || 0) + 1);
  if (years.size < 2) return [];
  return [el("p", { class: "count" }, `papers by year: ${[...years].map(([year, n]) => `${year} ${n}`).join(" · ")}`)];
}

function linkGroup(links, i) {
  if (!links.length) return null;
  const rows = links.map(({ relation, url, claims }) =>
    el("div", { class: "fact" }, el("div", { class: "fact-head" }, el("span", {}, `${relations[relation]?.label ?? relation}: `, outward(url, url))), ...claims.map((claim) => claimView(claim, i))));
  return el("section", { class: "facts" }, el("h3", {}, "code and links", el("span", { class: "count" }, ` ${rows.length}`)), ...rows);
}

const action = (id, words, key, does) => el("button", { type: "button", id, title: key ? `Key: ${key}` : null, click: does }, words);

function nodeActions(i) {
  const row = el("div", { class: "actions" });
  const drawn = picture.marks.has(i) && !box.hidden;
  if (!(["paper", "entity"].includes(state.view) && state.nodes[0] === graph.id[i])) row.append(action("open", "Put in the centre", "Enter", () => openNode(i)));
  if (drawn && !state.expanded.includes(graph.id[i])) {
    const waiting = neighbours(i).filter((n) => !picture.marks.has(n) && !state.out.includes(graph.id[n])).length + source.cut(i);
    if (waiting) row.append(action("expand", `Draw ${waiting > AT_ONCE ? `${AT_ONCE} of ` : ""}${many(waiting, "more neighbour")}`, "e", () => expandAt(i)));
  }
  if (drawn && picture.marks.size > 1) row.append(action("hide", "Hide", "h", () => hide(i)));
  if (drawn) row.append(action("pin", state.pins.has(graph.id[i]) ? "Unpin" : "Pin", "p", () => pin(i)));
  row.append(action("path", "Path to…", "", () => navigate({ view: "path", nodes: [graph.id[i]] })));
  row.append(action("compare", "Compare…", "", () => compareWith(i)));
  row.append(action("release", "Close", "Esc", () => select(null)));
  return row;
}

async function showNode(i, still) {
  await source.egos([i]);
  const about = await source.about(i);
  if (!still()) return;
  const { aliases, abstract, issued, identifiers, links, page } = about;
  const isPaper = graph.type[i] === "paper";
  const told = isPaper ? (issued ? ` · ${issued}` : "") : ` · in ${many(graph.papers[i], "paper")}`;
  const top = el("div", { class: "about" }, el("p", { class: "kind" }, glyph(graph.type[i]), ` ${types[graph.type[i]].one}`, told), el("h2", {}, el("bdi", {}, graph.name[i])));
  if (aliases.length) top.append(el("p", { class: "aliases" }, "also ", ...aliases.flatMap((alias, k) => [k ? ", " : "", el("bdi", {}, alias)])));
  if (identifiers.length) top.append(el("p", { class: "aliases" }, ...identifiers.flatMap(([scheme, value, url], k) => [k ? " · " : "", outward(url || "", `${scheme}: ${value}`)])));
  top.append(el("p", { class: "id" }, page ? el("a", { href: page }, el("bdi", {}, graph.id[i])) : el("bdi", {}, graph.id[i])), nodeActions(i));
  if (abstract) top.append(el("details", {}, el("summary", {}, "Abstract"), el("p", {}, el("bdi", {}, abstract))));
  if (!isPaper) top.append(...byYear(i));
  const [sections, filled] = factGroups(i);
  if (source.cut(i)) top.append(el("p", { class: "note" }, `${many(source.cut(i), "weaker neighbour")} not loaded; the page of this ${types[graph.type[i]].one} lists all.`));
  const groups = [...sections, linkGroup(links, i)].filter(Boolean);
  if (!groups.length) groups.push(el("p", { class: "none" }, "Nothing else in the graph is linked to this. It may lie below the asked score, or no rule found a role for it."));
  panel.replaceChildren(top, ...groups);
  await filled;
}

async function showEdge(j, still) {
  const [claims] = await source.claims([j]);
  if (!still()) return;
  panel.replaceChildren(
    el("div", { class: "about" },
      el("p", { class: "kind" }, `Relation · said by ${many(new Set(claims.map(({ paper }) => paper)).size, "paper")}`),
      el("h2", { class: "triple" }, nodeButton(graph.from[j]), el("span", {}, relations[graph.relation[j]].label), nodeButton(graph.to[j])),
      el("div", { class: "actions" }, action("release", "Close", "Esc", () => select(null)))),
    el("section", { class: "facts" }, el("h3", {}, "evidence"), ...claims.map((claim) => claimView(claim))),
  );
}

// The papers that work with both of two things, with the sentences for each.
async function showTie([a, b], still) {
  await source.egos([a, b]);
  const toPaper = (i) => new Map(graph.edgesOf[i].filter((j) => graph.type[graph.other(j, i)] === "paper" && graph.relation[j] !== "mentions").map((j) => [graph.other(j, i), j]));
  const [one, other] = [toPaper(a), toPaper(b)];
  const both = sortBy([...one.keys()].filter((paper) => other.has(paper)), (paper) => [-graph.year[paper], graph.name[paper]]);
  const shownNow = both.slice(0, 25);
  const claims = await source.claims(shownNow.flatMap((paper) => [one.get(paper), other.get(paper)]));
  if (!still()) return;
  panel.replaceChildren(
    el("div", { class: "about" }, el("p", { class: "kind" }, `Used together · in ${source.cut(a) || source.cut(b) ? "at least " : ""}${many(both.length, "paper")}`), el("h2", { class: "triple" }, nodeButton(a), el("span", {}, "together with"), nodeButton(b)),
      el("div", { class: "actions" }, action("release", "Close", "Esc", () => select(null)))),
    ...shownNow.map((paper, k) => el("section", { class: "facts" }, el("h3", {}, nodeButton(paper)),
      ...[a, b].map((i, side) => el("div", { class: "fact" }, el("div", { class: "fact-head" }, nodeButton(i)), ...claims[2 * k + side].map((claim) => claimView(claim, paper)))))),
    both.length > shownNow.length ? el("p", { class: "none" }, `${both.length - shownNow.length} more papers: open one of the two to see all.`) : "",
  );
}

// With nothing selected: what this view answers and how to use it.
function showNothing(made) {
  const { title, subtitle, notes } = source.words;
  const first = made.aside ? [made.aside] : [];
  panel.replaceChildren(...first, el("div", { class: "about" }, el("h2", {}, made.aside ? "How it was chosen" : views[state.view].label), el("p", {}, views[state.view].hint || ""),
    made.method ? el("p", { class: "method" }, made.method) : "", ...(made.notes || []).map((words) => el("p", { class: "method" }, words)),
    ...(notes || []).map((words) => el("p", { class: "note" }, words)),
    el("p", {}, "Click a mark, a name or a line to read the sentences that say it."),
    el("p", { class: "count" }, el("bdi", {}, `${title}: ${subtitle}`))));
  if (made.rows?.length && !made.aside) panel.append(inPortions(el("section", {}, el("h3", {}, "Drawn here", el("span", { class: "count" }, ` ${made.rows.length}`))), made.rows, (i) => el("div", { class: "names" }, nodeButton(i)), 30));
}
