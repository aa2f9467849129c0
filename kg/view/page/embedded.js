// The source of a page that carries its graph: blocks of deflated JSON, opened when they are first needed.

function embedded() {
  const opened = new Map(); // block → promise of its data
  const open = (name) => {
    if (!opened.has(name)) opened.set(name, inflate(byId(name).textContent));
    return opened.get(name);
  };
  let joined = null; // promise of the nodes of every group of the view everything
  let index = null; // folded names of every node, made at the first search

  async function start() {
    const part = await open("graph");
    const named = part.nodes.type.map((k) => part.types[k]);
    const related = part.edges.relation.map((k) => part.relations[k]);
    let from = 0; // edges come by subject: steps, not numbers
    merge({ nodes: { ...part.nodes, type: named }, edges: { ...part.edges, from: part.edges.from.map((step) => (from += step)), relation: related } }, true);
    opened.delete("graph");
  }

  // Names, other names and identifiers of every node, folded; words[i] are [aliases, identifiers] of a node, or 0.
  async function fill() {
    const words = await open("words");
    const values = (pairs) => pairs.map(([scheme, value]) => `${scheme}:${value}`);
    index = graph.name.map((name, i) => [name, ...(words[i] ? [...words[i][0], ...values(words[i][1])] : [])].map(fold).join("\n"));
  }

  // Nodes whose names hold every word: exact names first, then names that begin so, then those of most papers.
  async function search(text, limit) {
    if (!index) await fill();
    const whole = fold(text);
    const parts = whole.split(" ");
    const ranked = [[], [], [], [], []];
    if (whole) index.forEach((names, i) => { if (parts.every((part) => names.includes(part))) ranked[rankOf(names, whole, parts)].push(i); });
    const hits = [];
    for (const same of ranked) if (hits.length < limit) hits.push(...mostPapers(same, limit - hits.length));
    return { hits, total: ranked.reduce((sum, same) => sum + same.length, 0) };
  }

  // The first of some nodes by papers, then by the shorter name, then by id; of very many only those of most papers are put in order.
  function mostPapers(nodes, limit) {
    let some = nodes;
    if (nodes.length > 20 * limit) {
      const counts = Float64Array.from(nodes, (i) => -graph.papers[i]).sort();
      some = nodes.filter((i) => -graph.papers[i] <= counts[limit - 1]).slice(0, 20 * limit);
    }
    return sortBy(some, (i) => [-graph.papers[i], graph.name[i].length, graph.id[i]]).slice(0, limit);
  }

  function rankOf(names, whole, parts) {
    const first = names.split("\n", 1)[0];
    if (first === whole || `\n${names}\n`.includes(`\n${whole}\n`)) return 0;
    if (first.startsWith(whole)) return 1;
    if (names.includes(`\n${whole}`)) return 2;
    return parts.every((part) => first.includes(part)) ? 3 : 4;
  }

  async function about(i) {
    const block = await open(`about-${Math.floor(i / head.portions.nodes)}`);
    const { abstract = "", issued = "", links = [] } = block.nodes[i % head.portions.nodes] || {};
    const [aliases, identifiers] = (await open("words"))[i] || [[], []];
    return { aliases, identifiers, abstract, issued, links: links.map(([relation, url, said]) => ({ relation, url, claims: said.map((claim) => spoken(claim, block)) })) };
  }

  // Claims of edges: portions of the graph's order, each with the sentences that it quotes.
  async function claims(edges) {
    return Promise.all(edges.map(async (j) => {
      const block = await open(`claims-${Math.floor(j / head.portions.edges)}`);
      return block.claims[j % head.portions.edges].map((claim) => spoken(claim, block));
    }));
  }

  function spoken([paper, score, rule, count, quotes], { rules, sentences, sections = [], stated = [] }) {
    const quote = ([number, ...ranges]) => ({ text: sentences[number], marks: marksOf(ranges), section: sections[number] || "", stated: stated.includes(number) });
    return { paper, score, rule: rules[rule], count, quotes: quotes.map(quote) };
  }

  function marksOf([from, to, subjectFrom, subjectTo]) {
    const object = { from, to, kind: "object" };
    return subjectFrom === undefined ? [object] : [object, { from: subjectFrom, to: subjectTo, kind: "subject" }];
  }

  async function list({ sort, up, types: wanted, from, limit }) {
    const column = { name: (i) => fold(graph.name[i]), type: (i) => graph.type[i], year: (i) => graph.year[i], papers: (i) => graph.papers[i], relations: (i) => graph.degree[i] }[sort];
    const rows = graph.id.map((_, i) => i).filter((i) => wanted.has(graph.type[i]));
    const key = rows.map(column);
    const order = rows.map((_, k) => k).sort((a, b) => (key[a] < key[b] ? -1 : key[a] > key[b] ? 1 : 0) * (up ? 1 : -1) || rows[a] - rows[b]);
    return { nodes: order.slice(from, from + limit).map((k) => rows[k]), total: rows.length };
  }

  // Nodes come by steps.
  function groups() {
    joined ??= open("members").then((all) => {
      opened.delete("members");
      return all.map((steps) => {
        let at = 0;
        return steps.map((step) => (at += step));
      });
    });
    return joined;
  }

  const members = async (group, from, limit) => (await groups())[group].slice(from, from + limit);

  async function groupOf(i) {
    const all = await groups();
    const group = all.findIndex((nodes) => nodes.includes(i));
    return group < 0 ? null : { group, place: all[group].indexOf(i) };
  }

  return {
    start, search, about, claims, list, members, groupOf, words: head.words, counts: head.counts,
    cut: () => 0,
    scene: async (name) => numbered(head.scenes[name] || { view: name, nodes: [], groups: [], ties: [], facts: {}, total: 0, notes: [], empty: "This page was made without this view." }),
    egos: async () => {},
    find: async (ids) => ids.map(graph.number),
    result: async () => numbered(head.scenes.result || { view: "result", nodes: [], groups: [], ties: [], facts: {}, total: 0, notes: [], empty: "This page was made without a query. `kg view --query NAME` makes one with its result." }),
  };
}

// Deflated JSON in base64 (RFC 1951, RFC 4648), as data.
async function inflate(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
}
