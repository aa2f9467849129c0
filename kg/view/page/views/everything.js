// All of the graph as groups; one that is opened shows what it holds, the most linked of it at once.

const GROUP_AT_ONCE = 150; // nodes of a group

// An address names a portion of a group by a node of it: the first.
const openGroup = (group, first = group.nodes[0]) => navigate({ view: "everything", nodes: [graph.id[first]] });
const groupSize = (scene, k) => scene.facts.sizes[k];
const groupWords = (scene, k) => `${scene.groups[k].papers ? `${many(scene.groups[k].papers, "paper")} and ` : ""}${many(groupSize(scene, k) - scene.groups[k].papers, "thing")}`;

const groupTitles = new Map(); // node of an address → name of its group, once it was drawn

// The groups that a group shares most papers with: [[place, papers]].
function groupsBeside(scene, k) {
  const tied = scene.ties.filter(({ one, other }) => one === k || other === k).map(({ one, other, papers }) => [one === k ? other : one, papers]);
  return sortBy(tied, ([place, papers]) => [-papers, place]);
}

// Groups as buttons with what they hold; the way in for who does not see the map.
function groupList(scene) {
  const item = (group, k) => el("li", {}, el("button", { type: "button", class: "group", click: () => openGroup(group) }, el("bdi", {}, group.name), el("span", { class: "count" }, groupWords(scene, k))));
  return el("ul", { class: "groups" }, ...scene.groups.map(item));
}

// Items on as many ellipses as they need, at their angles or, `evenly`, in the order of these; returns the radius where the next band begins.
function groupBand(at, items, angleOf, radius, evenly) {
  if (!items.length) return radius;
  if (!radius && items.length === 1) {
    at.set(items[0], { x: 0, y: 0 });
    return RING - 45;
  }
  const first = Math.max(radius, 80);
  const room = (turn) => (Math.PI * (first + 66 * turn) * (1 + WIDE)) / ROOM;
  let turns = 1;
  while (Array.from({ length: turns }, (_, turn) => room(turn)).reduce((sum, n) => sum + n) < items.length) turns += 1;
  const sorted = sortBy(items, (i) => [angleOf(i), graph.type[i], graph.id[i]]);
  const even = (k) => (2 * Math.PI * k) / sorted.length;
  const turned = sorted.reduce((sum, i, k) => sum + angleOf(i) - even(k), 0) / sorted.length;
  sorted.forEach((i, k) => {
    const reach = first + 66 * (k % turns);
    const angle = evenly ? even(k) + turned : angleOf(i);
    at.set(i, { x: Math.round(reach * WIDE * Math.cos(angle)), y: Math.round(reach * Math.sin(angle)) });
  });
  return first + 66 * (turns - 1) + 78;
}

// Papers in the order in which each shares most with the one before it.
function groupChain(papers, things) {
  const waiting = new Set(papers);
  const chain = [];
  let here = papers[0];
  while (here !== undefined) {
    chain.push(here);
    waiting.delete(here);
    const common = (paper) => things.get(paper).filter((i) => things.get(chain[chain.length - 1]).includes(i)).length;
    here = sortBy([...waiting], (paper) => [-common(paper), papers.indexOf(paper)])[0];
  }
  return chain;
}

// Every paper in the middle of a sector as wide as what it alone names, which stands in it further out: node → angle.
function groupAngles(papers, ownOf) {
  const share = (paper) => 0.7 + ownOf.get(paper).length;
  const whole = papers.reduce((sum, paper) => sum + share(paper), 0);
  const angle = new Map();
  let from = 0;
  for (const paper of papers) {
    const wide = (2 * Math.PI * share(paper)) / whole;
    angle.set(paper, from + wide / 2);
    ownOf.get(paper).forEach((i, k, own) => angle.set(i, from + (wide * (k + 0.5)) / own.length));
    from += wide;
  }
  return angle;
}

// Rows, for what nothing links.
function groupRows(nodes) {
  const across = Math.ceil(Math.sqrt(nodes.length / 2.2));
  return new Map(nodes.map((i, k) => [i, { x: (k % across) * 150, y: Math.floor(k / across) * 62 }]));
}

// What several papers name in the middle, the papers round it, outside what one alone names.
function groupPlaces(nodes) {
  const papersOf = new Map(nodes.map((i) => [i, []]));
  const thingsOf = new Map(nodes.map((i) => [i, []]));
  const isPaper = (i) => graph.type[i] === "paper";
  for (const j of edgesAmong(nodes)) {
    const [from, to] = [graph.from[j], graph.to[j]];
    if (!isPaper(from) || isPaper(to) || papersOf.get(to).includes(from)) continue;
    papersOf.get(to).push(from);
    thingsOf.get(from).push(to);
  }
  const papers = groupChain(nodes.filter(isPaper), thingsOf);
  const things = nodes.filter((i) => !isPaper(i));
  if (!things.some((i) => papersOf.get(i).length)) return groupRows(nodes);
  const shared = things.filter((i) => papersOf.get(i).length > 1);
  const alone = things.filter((i) => papersOf.get(i).length < 2);
  const angle = groupAngles(papers, new Map(papers.map((paper) => [paper, sortBy(alone.filter((i) => papersOf.get(i)[0] === paper), (i) => [graph.type[i], graph.id[i]])])));
  const toward = (i) => {
    const [x, y] = papersOf.get(i).reduce(([across, down], paper) => [across + Math.cos(angle.get(paper)), down + Math.sin(angle.get(paper))], [0, 0]);
    return (Math.round(Math.atan2(y, x) * 1e6) / 1e6 + 2 * Math.PI) % (2 * Math.PI);
  };
  const at = new Map();
  let radius = groupBand(at, shared, toward, 0, true);
  radius = groupBand(at, papers, (i) => angle.get(i), radius, false);
  radius = groupBand(at, alone.filter((i) => angle.has(i)), (i) => angle.get(i), radius, false);
  groupBand(at, alone.filter((i) => !angle.has(i)), (i) => nodes.indexOf(i) / nodes.length, radius, true);
  return at;
}

// What a group holds, where the rest of it is, and the portions beside this one by name.
function groupLeft(scene, k, drawnHere, [first, last], beside) {
  const words = `${scene.groups[k].name} holds ${groupWords(scene, k)}, those of most links first; drawn are numbers ${first} to ${last}. The buttons above the picture lead to the others.`;
  return { count: groupSize(scene, k) - drawnHere, words, nodes: beside.filter(([, nodes]) => nodes.length) };
}

async function drawGroup(scene, k, from) {
  const group = scene.groups[k];
  const size = groupSize(scene, k);
  const portion = (start) => (start < 0 || start >= size ? [] : source.members(k, start, GROUP_AT_ONCE));
  const [before, nodes, next] = await Promise.all([from - GROUP_AT_ONCE, from, from + GROUP_AT_ONCE].map(portion));
  await source.find(nodes.map((i) => graph.id[i]));
  const at = groupPlaces(nodes);
  const chip = (words, does) => el("button", { type: "button", class: "chip", click: does }, el("bdi", {}, words));
  const chips = [chip("← All groups", () => navigate({ nodes: [] }))];
  const [wordsBefore, wordsNext] = [`${before.length} before`, `Next ${next.length}`];
  const range = [from + 1, from + nodes.length].map((n) => n.toLocaleString("en"));
  if (before.length) chips.push(chip(wordsBefore, () => openGroup(group, before[0])));
  if (nodes.length < size) chips.push(el("span", { class: "count" }, `${range.join("–")} of ${size.toLocaleString("en")}`));
  if (next.length) chips.push(chip(wordsNext, () => openGroup(group, next[0])));
  const beside = groupsBeside(scene, k).slice(0, 3);
  if (beside.length) chips.push(el("span", { class: "count" }, "shares papers with:"));
  for (const [place, papers] of beside) chips.push(el("button", { type: "button", class: "chip", click: () => openGroup(scene.groups[place]) }, el("bdi", {}, short(scene.groups[place].name, 30)), el("span", { class: "count" }, String(papers))));
  return {
    marks: nodes.map((i) => ({ i, ...at.get(i) })), rows: nodes, chips,
    left: groupLeft(scene, k, nodes.length, range, [[wordsNext, next], [wordsBefore, before]]),
    method: `What ${many(group.papers, "paper")} of a group name: in the middle what several of them share, round it the papers, outside what one alone names.`,
    notes: [scene.method],
  };
}

views.everything = {
  label: "Everything",
  hint: "The whole graph as groups of papers and of what they name. A click opens a group.",
  title: ({ nodes: [id] }) => groupTitles.get(id) || "Everything in groups",
  async draw({ nodes: [id], word }) {
    const scene = await source.scene("everything");
    if (scene.empty) return { empty: scene.empty, rows: [] };
    const wanted = id === undefined ? -1 : graph.number(id);
    const found = wanted < 0 ? null : await source.groupOf(wanted);
    if (found) {
      groupTitles.set(id, scene.groups[found.group].name);
      return drawGroup(scene, found.group, found.place - (found.place % GROUP_AT_ONCE));
    }
    const told = {
      rows: [], method: scene.method, notes: scene.notes,
      csv: () => csv([["group", "papers", "papers and things"], ...scene.groups.map(({ name, papers }, place) => [name, papers, groupSize(scene, place)])]),
      chips: [el("button", { type: "button", class: "chip", "aria-pressed": String(word === "list"), click: () => navigate({ word: word === "list" ? "" : "list" }) }, "list of the groups")],
    };
    if (word === "list") return { ...told, element: groupList(scene) };
    return {
      ...told, edges: [], whole: true,
      marks: scene.groups.map((group, place) => ({ key: `group ${place}`, name: group.name, note: group.papers === 1 ? "" : group.papers ? many(group.papers, "paper") : many(groupSize(scene, place), "thing"), x: group.x, y: group.y, size: scene.facts.radii[place], open: () => openGroup(group) })),
      ties: scene.ties.map(({ one, other, papers }) => ({ a: `group ${one}`, b: `group ${other}`, width: Math.min(1 + Math.log2(papers), 7) })),
    };
  },
};
