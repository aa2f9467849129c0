// The source of a page that a server gives: parts of the graph are asked for when they are needed, of the same server alone.

const PATIENCE = 30000; // milliseconds that an answer may take
const FIRST_TIME = 120000; // that a view of the whole graph may take: it is made once for each state of the graph
const CENTRES = 20; // nodes of one request for neighbours, and the neighbours of one and of all that the server gives
const OF_ONE = 200;
const OF_ALL = 1000;
const AT_HAND = 300; // nodes of one request by id
const QUOTED = 100; // edges of one request for sentences
const KEPT = 300; // answers that are not asked for again

const inParts = (items, size) => Array.from({ length: Math.ceil(items.length / size) }, (_, k) => items.slice(k * size, (k + 1) * size));

// A failure in words for people; `gone` where something newer is wanted and nobody reads them.
const failure = (words, gone = false) => Object.assign(new Error(words), { gone });

// What a server says that refuses, with what to do.
async function refusal(answer) {
  const { error, hint } = await answer.json().catch(() => ({}));
  const said = [error, hint].filter((words) => typeof words === "string" && words).map((words) => `${words[0].toUpperCase()}${words.slice(1)}.`);
  return failure(said.join(" ") || (answer.status === 503 ? "The server is busy. Wait a moment." : `The server answered with an error (${answer.status}).`));
}

// The JSON at an address below /explore/; `stop` takes the request back.
async function ask(path, parameters, { patience = PATIENCE, stop } = {}) {
  const query = new URLSearchParams(parameters).toString();
  const ending = new AbortController();
  const end = () => ending.abort();
  const timer = setTimeout(end, patience);
  stop?.addEventListener("abort", end);
  try {
    const answer = await fetch(`/explore/${path}${query ? `?${query}` : ""}`, { signal: ending.signal, mode: "same-origin", redirect: "error" });
    if (!answer.ok) throw await refusal(answer);
    return await answer.json();
  } catch (error) {
    if (error.gone !== undefined) throw error;
    if (stop?.aborted) throw failure("Something newer was asked for.", true);
    if (ending.signal.aborted) throw failure(`The server did not answer within ${Math.round(patience / 1000)} seconds. It may be busy.`);
    throw failure("The server does not answer. It may have been stopped, or the connection is gone.");
  } finally {
    clearTimeout(timer);
    stop?.removeEventListener("abort", end);
  }
}

function fetched() {
  const kept = new Map(); // what was asked → promise of the answer; the oldest are forgotten
  const near = new Map(); // "node relations" → how many of its neighbours were asked for
  const missing = new Map(); // the same → how many of them were not loaded
  const running = new Map(); // kind of request of which the newest alone is wanted → what ends it
  const counts = { ...head.counts };

  // The answer of `make`, which is called once for each key; what failed is asked for again.
  function once(key, make) {
    if (!kept.has(key)) {
      const answer = make();
      kept.set(key, answer);
      answer.catch(() => kept.delete(key));
      if (kept.size > KEPT) kept.delete(kept.keys().next().value);
    }
    return kept.get(key);
  }

  // A signal that ends when the next of the kind is asked for.
  function newest(kind) {
    running.get(kind)?.abort();
    running.set(kind, new AbortController());
    return running.get(kind).signal;
  }

  // Counts are good to have; what is drawn says what is wrong where the server does not answer.
  async function start() {
    Object.assign(counts, await ask("start", []).catch(() => ({})));
  }

  function scene(view) {
    newest("drawing");
    return once(`scene ${view}`, async () => {
      const told = await ask(`scene/${encodeURIComponent(view)}`, [], { patience: FIRST_TIME });
      merge(told);
      return numbered(told.scene);
    });
  }

  function result(word) {
    const key = `result ${word}`;
    if (kept.has(key)) return kept.get(key);
    const stop = newest("drawing");
    const parameters = word.startsWith("name=") ? [...new URLSearchParams(word)] : [["query", word]];
    return once(key, async () => {
      const told = await ask("result", parameters, { stop });
      merge(told);
      return numbered(told.scene);
    });
  }

  // Neighbours of nodes: of few all that the server gives, of many the strongest; by some relations alone where these are named.
  // What was loaded so far is not asked for again.
  async function egos(nodes, only = []) {
    const limit = Math.min(OF_ONE, Math.floor(OF_ALL / Math.min(Math.max(nodes.length, 1), CENTRES)));
    const named = (i) => `${i} ${only.join()}`;
    const enough = (key) => near.has(key) && (!missing.get(key) || near.get(key) >= limit);
    const wanted = [...new Set(nodes)].filter((i) => !enough(named(i)) && !(near.has(`${i} `) && !missing.get(`${i} `)));
    await Promise.all(inParts(wanted, CENTRES).map(async (centres) => {
      const told = await ask("ego", [...centres.map((i) => ["n", graph.id[i]]), ...only.map((relation) => ["r", relation]), ["limit", limit]]);
      merge(told);
      for (const i of centres) {
        near.set(named(i), limit);
        missing.set(named(i), told.cut[graph.id[i]] ?? 0);
      }
    }));
  }

  // Nodes by id, and the edges between those that are asked for together.
  async function find(ids) {
    await Promise.all(inParts([...new Set(ids)], AT_HAND).map((some) => once(`find ${some.map(encode).join()}`, async () => { merge(await ask("find", some.map((id) => ["n", id]))); })));
    return ids.map(graph.number);
  }

  async function search(text, limit) {
    try {
      const told = await ask("search", [["q", text], ["limit", limit]], { stop: newest("search") });
      const { nodes } = merge(told);
      return { hits: told.hits.map((place) => nodes[place]), total: told.total };
    } catch (error) {
      if (error.gone) return { hits: [], total: 0 }; // who asked asks for something else by now
      throw error;
    }
  }

  // Claims whose papers have the numbers of this page.
  const spoken = (claims, nodes) => claims.map((claim) => ({ ...claim, paper: nodes[claim.paper] }));

  function about(i) {
    return once(`about ${i}`, async () => {
      const told = await ask("about", [["n", graph.id[i]]]);
      const { nodes } = merge(told);
      return { ...told.about, links: told.about.links.map((link) => ({ ...link, claims: spoken(link.claims, nodes) })) };
    });
  }

  async function claims(edges) {
    const named = (j) => [graph.id[graph.from[j]], graph.relation[j], graph.id[graph.to[j]]].map(encode).join("~");
    const told = await Promise.all(inParts(edges, QUOTED).map((some) => once(`claims ${some.join()}`, async () => {
      const answer = await ask("claims", some.map((j) => ["e", named(j)]));
      const { nodes } = merge(answer);
      return answer.claims.map((said) => spoken(said, nodes));
    })));
    return told.flat();
  }

  async function list({ sort, up, types: wanted, from, limit }) {
    if (!wanted.size) return { nodes: [], total: 0 };
    const parameters = [["sort", sort], ["up", up ? 1 : 0], ["from", from], ["limit", limit], ...[...wanted].map((type) => ["type", type])];
    const told = await ask("list", parameters, { patience: FIRST_TIME, stop: from ? undefined : newest("drawing") });
    return { nodes: merge(told).nodes, total: told.total };
  }

  // Some nodes of a group as the server has it now; where the graph is another by now, the map of groups is asked for again.
  async function portion(parameters) {
    const { facts } = await scene("everything");
    const told = await once(`members ${parameters.map(([, value]) => value).join(" ")} ${facts.sizes.join()}`, () => ask("members", [["view", "everything"], ...parameters], { patience: FIRST_TIME }));
    if (told.total === facts.sizes[told.group]) return { ...told, nodes: merge(told).nodes };
    kept.delete("scene everything");
    throw failure("The graph has changed since its groups were loaded.");
  }

  async function members(group, from, limit) {
    const { groups, facts } = await scene("everything");
    const { nodes } = groups[group];
    if (Math.min(from + limit, facts.sizes[group]) <= nodes.length) return nodes.slice(from, from + limit);
    return (await portion([["group", group], ["from", from], ["limit", limit]])).nodes;
  }

  async function groupOf(i) {
    const { groups } = await scene("everything");
    const group = groups.findIndex(({ nodes }) => nodes.includes(i));
    if (group >= 0) return { group, place: groups[group].nodes.indexOf(i) };
    const told = await portion([["n", graph.id[i]], ["limit", 1]]);
    return { group: told.group, place: told.from };
  }

  return { start, scene, result, egos, find, search, about, claims, list, members, groupOf, words: head.words, counts, cut: (i) => missing.get(`${i} `) ?? 0 };
}
