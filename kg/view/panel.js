// The side panel: facts about what is selected, each with the sentences that say it.

const panel = byId("panel");
const AT_ONCE = 25; // facts of one relation shown before "more"

// The marks of one evidence: the words that name the object and, between two entities, the subject.
function marksOf([, from, to, ...subject]) {
  const marks = [{ from, to, kind: "object" }];
  if (subject.length) marks.push({ from: subject[0], to: subject[1], kind: "subject" });
  return marks;
}

// A sentence with marks in it, one inside the other where they are so; where two cross, the sentence stands twice.
function sentence(number, marks) {
  const text = sentences[number][1];
  const crosses = (a, b) => a.from < b.from && b.from < a.to && a.to < b.to;
  const layers = [];
  for (const mark of marks.filter((m) => m.to > m.from).sort((a, b) => a.from - b.from || b.to - a.to)) {
    const layer = layers.find((placed) => !placed.some((other) => crosses(other, mark))) || layers[layers.push([]) - 1];
    if (!layer.some((other) => other.from === mark.from && other.to === mark.to && other.kind === mark.kind)) layer.push(mark);
  }
  return (layers.length ? layers : [[]]).map((layer) => el("blockquote", { "data-sentence": number }, fill(el("bdi"), text, layer, 0, text.length)));
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

// One paper's claim: its sentences, each once, then paper, score and rule. `known` are nodes named beside it already.
function claimView(claim, ...known) {
  const marks = new Map();
  for (const quote of claim.quotes) marks.set(quote[0], [...(marks.get(quote[0]) || []), ...marksOf(quote)]);
  const said = el("div", { class: "claim" }, ...[...marks].flatMap(([number, places]) => sentence(number, places)));
  if (!claim.quotes.length) said.append(el("p", { class: "none" }, "No sentence is stored for this."));
  if (!known.includes(claim.paper)) said.append(el("p", { class: "source" }, nodeButton(claim.paper, chooseNode)));
  const source = el("p", { class: "source" });
  if (claim.count !== undefined) source.append(`${many(claim.count, "device")} · `);
  source.append(`score ${claim.score.toFixed(2)} · rule `, el("code", {}, claim.rule));
  said.append(source);
  return said;
}

// Children made of `items`, the first AT_ONCE at once and the rest behind a button.
function inPortions(list, items, make) {
  const add = (from) => {
    list.append(...items.slice(from, from + AT_ONCE).map(make));
    const left = items.length - from - AT_ONCE;
    if (left <= 0) return;
    const more = el("button", { type: "button", class: "more", click: () => { more.remove(); add(from + AT_ONCE); list.querySelectorAll(":scope > *")[from + AT_ONCE].querySelector("button")?.focus(); } }, `${left} more`);
    list.append(more);
  };
  add(0);
  return list;
}

function factView(j, i) {
  const whole = el("button", { type: "button", class: "edge", "data-edge": j, "aria-label": "Show this relation alone", title: "Show this relation alone", click: () => chooseEdge(j) }, "⟷");
  const head = el("div", { class: "fact-head" }, nodeButton(otherEnd(j, i), chooseNode), whole);
  return el("div", { class: "fact" }, head, ...data.claims[j].map((claim) => claimView(claim, i, otherEnd(j, i))));
}

// Facts of a node by relation, as read from its side: "introduces", "used by" …
function factGroups(i) {
  const groups = new Map();
  for (const j of edgesOf[i]) {
    const { label, inverse, rank } = relations[edges[j].relation];
    const words = edges[j].from === i ? label : inverse;
    if (!groups.has(words)) groups.set(words, { words, rank, edges: [] });
    groups.get(words).edges.push(j);
  }
  const sorted = [...groups.values()].sort((a, b) => a.rank - b.rank || (a.words < b.words ? -1 : 1));
  return sorted.map(({ words, edges: js }) => {
    js.sort((a, b) => bestScore(b) - bestScore(a) || a - b);
    return inPortions(el("section", { class: "facts" }, el("h3", {}, words, el("span", { class: "count" }, ` ${js.length}`))), js, (j) => factView(j, i));
  });
}

function linkGroup(i) {
  if (!linksOf[i].length) return null;
  const rows = linksOf[i].map((k) => {
    const { url, relation, claims } = data.links[k];
    return el("div", { class: "fact" }, el("div", { class: "fact-head" }, el("span", {}, `${relations[relation].label}: `, outward(url, url))), ...claims.map((claim) => claimView(claim, i)));
  });
  return el("section", { class: "facts" }, el("h3", {}, "code and links", el("span", { class: "count" }, ` ${rows.length}`)), ...rows);
}

function nodeActions(i) {
  const waiting = undrawn(i).length;
  const row = el("div", { class: "actions" });
  if (waiting) row.append(el("button", { type: "button", id: "expand", click: () => expandAt(i) }, `Draw ${many(waiting, "more neighbour")}`));
  row.append(el("button", { type: "button", id: "alone", click: () => drawAlone(i) }, "Only its neighbours"));
  row.append(el("button", { type: "button", id: "release", click: () => choose(null) }, "Close"));
  return row;
}

function aboutNode(i) {
  const { name, id, aliases = [], abstract, issued, identifiers = [] } = facts[i];
  const type = types[nodes[i].group];
  const about = el("div", { class: "about" }, el("p", { class: "kind" }, glyph(nodes[i].group), ` ${type.one}`, issued ? ` · ${issued}` : "", nodes[i].group === "paper" ? "" : ` · in ${many(papersOf(i), "paper")}`));
  about.append(el("h2", {}, el("bdi", {}, name)));
  if (aliases.length) about.append(el("p", { class: "aliases" }, "also ", ...aliases.flatMap((alias, k) => [k ? ", " : "", el("bdi", {}, alias)])));
  if (identifiers.length) about.append(el("p", { class: "aliases" }, ...identifiers.flatMap(([scheme, value, url], k) => [k ? " · " : "", outward(url, `${scheme}: ${value}`)])));
  about.append(el("p", { class: "id" }, el("bdi", {}, id)), nodeActions(i));
  if (abstract) about.append(el("details", {}, el("summary", {}, "Abstract"), el("p", {}, el("bdi", {}, abstract))));
  return about;
}

function showNode(i) {
  const groups = [...factGroups(i), linkGroup(i)].filter(Boolean);
  if (!groups.length) groups.push(el("p", { class: "none" }, "Nothing else in the graph is linked to this. It may lie below the asked score, or no rule found a role for it."));
  panel.replaceChildren(aboutNode(i), ...groups);
}

function showEdge(j) {
  const { from, to, relation } = edges[j];
  const claims = data.claims[j];
  panel.replaceChildren(
    el("div", { class: "about" },
      el("p", { class: "kind" }, `Relation · said by ${many(claims.length, "paper")}`),
      el("h2", { class: "triple" }, nodeButton(from, chooseNode), el("span", {}, relations[relation].label), nodeButton(to, chooseNode)),
      el("div", { class: "actions" }, el("button", { type: "button", id: "release", click: () => choose(null) }, "Close"))),
    el("section", { class: "facts" }, el("h3", {}, "evidence"), ...claims.map((claim) => claimView(claim))),
  );
}

// With nothing selected: what this is, how to use it, and two ways in.
function showStart() {
  const { subtitle, rule, notes } = data.words;
  const papers = nodes.map((_, i) => i).filter((i) => nodes[i].group === "paper");
  const shared = nodes.map((_, i) => i).filter((i) => nodes[i].group !== "paper").map((i) => [papersOf(i), i]).filter(([n]) => n > 1).sort((a, b) => b[0] - a[0] || a[1] - b[1]).slice(0, 12);
  const newest = (i) => facts[i].issued || "";
  papers.sort((a, b) => (newest(a) < newest(b) ? 1 : newest(a) > newest(b) ? -1 : a - b));
  panel.replaceChildren(el("div", { class: "about" }, el("h2", {}, "What this shows"), el("p", {}, `${subtitle}.`), el("p", {}, rule), ...notes.map((note) => el("p", { class: "note" }, note)),
    el("p", {}, "Click a mark or a line to read the sentences that say it. Double-click a mark to draw what it is linked to.")));
  if (!facts.length) panel.append(el("p", { class: "none" }, "The graph is empty. `kg build PATH…` reads papers into it."));
  else if (!start.drawn.length) panel.append(el("p", { class: "none" }, "Nothing that was asked for can be drawn: it holds no paper and no thing of the graph. Search finds what there is."));
  if (shared.length) panel.append(el("section", {}, el("h3", {}, "In most papers"), el("ul", { class: "names" }, ...shared.map(([n, i]) => el("li", {}, nodeButton(i, chooseNode), el("span", { class: "count" }, ` ${n}`))))));
  if (papers.length) panel.append(el("section", {}, el("h3", {}, "Papers", el("span", { class: "count" }, ` ${papers.length}`)), inPortions(el("div", { class: "names" }), papers, (i) => el("div", {}, nodeButton(i, chooseNode)))));
}
