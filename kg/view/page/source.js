// What the page knows of the graph so far. `source`, in embedded.js or fetched.js, fills it; nothing here touches the picture.

const graph = {
  id: [], name: [], type: [], year: [], papers: [], degree: [], // of node i; year 0 is unknown
  from: [], to: [], relation: [], score: [], // of edge j
  edgesOf: [], // node → edges at it, as far as they are known
  places: new Map(), // id → node
  number: (id) => graph.places.get(id) ?? -1,
  other: (j, i) => (graph.from[j] === i ? graph.to[j] : graph.from[j]),
};

// The words of an edge as read from one of its ends.
function reads(j, from) {
  const { label, inverse } = relations[graph.relation[j]];
  return graph.from[j] === from ? label : inverse;
}

// The edge between two nodes, -1 where none is known.
function edgeBetween(from, relation, to) {
  const near = graph.edgesOf[from].length < graph.edgesOf[to].length ? graph.edgesOf[from] : graph.edgesOf[to];
  return near.find((j) => graph.from[j] === from && graph.to[j] === to && graph.relation[j] === relation) ?? -1;
}

// Add a part of the graph, in columns; returns the numbers of its nodes and edges here. What is known already stays as it is; in a part that is
// the `whole`, nothing is.
function merge({ nodes, edges }, whole = false) {
  const at = nodes.id.map((id, k) => {
    const there = graph.places.get(id);
    if (there !== undefined) return there;
    const i = graph.id.push(id) - 1;
    graph.places.set(id, i);
    graph.name.push(nodes.name[k]);
    graph.type.push(nodes.type[k]);
    graph.year.push(nodes.year[k]);
    graph.papers.push(nodes.papers[k]);
    graph.degree.push(nodes.degree[k]);
    graph.edgesOf.push([]);
    return i;
  });
  const made = edges.from.map((_, k) => {
    const [from, to] = [at[edges.from[k]], at[edges.to[k]]];
    const there = whole ? -1 : edgeBetween(from, edges.relation[k], to);
    if (there >= 0) return there;
    const j = graph.from.push(from) - 1;
    graph.to.push(to);
    graph.relation.push(edges.relation[k]);
    graph.score.push(edges.score[k]);
    graph.edgesOf[from].push(j);
    if (to !== from) graph.edgesOf[to].push(j);
    return j;
  });
  return { nodes: at, edges: made };
}

// A scene with numbers for ids. Nodes that the page does not hold are left out.
function numbered(scene) {
  const here = (ids) => ids.map(graph.number).filter((i) => i >= 0);
  return { ...scene, nodes: here(scene.nodes), groups: scene.groups.map((group) => ({ ...group, nodes: here(group.nodes) })) };
}

// Neighbours of a node that the legend shows, as far as they are known, each once: strongest relation first, then best score, then by id.
function neighbours(i) {
  const best = new Map();
  for (const j of graph.edgesOf[i]) {
    const there = graph.other(j, i);
    const rank = [relations[graph.relation[j]].rank, -graph.score[j], graph.id[there]];
    if (there !== i && relationShown(j) && shown(there) && (!best.has(there) || earlier(rank, best.get(there)) < 0)) best.set(there, rank);
  }
  return [...best].sort((a, b) => earlier(a[1], b[1])).map(([there]) => there);
}

// All known edges between some nodes.
function edgesAmong(nodes) {
  const inside = new Set(nodes);
  return [...new Set(nodes.flatMap((i) => graph.edgesOf[i]))].filter((j) => inside.has(graph.from[j]) && inside.has(graph.to[j]));
}
