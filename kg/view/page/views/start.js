// Where to begin: a search, the newest papers, what most papers work with, and a map of what the graph is about.

const START_LABEL = 12; // pixels

// "uses 19, compares with 2"
const startRoles = (roles) => Object.entries(roles).sort((a, b) => b[1] - a[1]).map(([role, n]) => `${relations[role].label} ${n.toLocaleString("en")}`).join(", ");

function startNewest(newest, all) {
  const item = ({ id, year }) => el("li", {}, nodeButton(graph.number(id), openNode), el("span", { class: "count" }, year ? String(year) : "no year"));
  const rest = el("button", { type: "button", class: "more", click: () => navigate({ view: "table", word: "year-", hidden: { ...state.hidden, types: new Set(Object.keys(types).filter((type) => type !== "paper")) } }) }, `All ${many(all, "paper")}`);
  return el("section", {}, el("h2", {}, newest.some(({ year }) => year) ? "Newest papers" : "Papers"), el("ol", { class: "begin" }, ...newest.filter(({ id }) => graph.number(id) >= 0).map(item)), all > newest.length ? rest : "");
}

// The things of one type with how many papers work with each, and as what.
function startType(type, facts, hubs) {
  const item = ({ id, papers, roles }) => el("li", {}, nodeButton(graph.number(id), openNode), el("span", { class: "count", title: startRoles(roles) }, `${many(papers, "paper")}: ${startRoles(roles)}`));
  const wide = hubs.length ? el("p", { class: "count" }, "named by more than a fifth of the papers: ", ...hubs.map(({ id, papers }) => el("span", {}, nodeButton(graph.number(id), openNode), ` ${papers}  `))) : "";
  return el("section", {}, el("h3", {}, types[type].label), facts.length ? el("ol", { class: "begin" }, ...facts.map(item)) : "", wide);
}

// Groups as circles, as large as the page is wide; a name stands where it meets nothing, the list beside it has them all.
function startMap(scene, across) {
  const { radii, others } = scene.facts;
  const reach = Math.max(...scene.groups.map(({ x }, k) => Math.abs(x) + Math.max(radii[k], 78)));
  const high = Math.max(...scene.groups.map(({ y }, k) => Math.abs(y) + radii[k]));
  const scale = Math.min(1, Math.max(across / (2 * reach), 0.56));
  const [width, height] = [Math.round(2 * reach * scale), Math.round(2 * high * scale) + 44];
  const at = scene.groups.map(({ x, y }) => ({ x: width / 2 + x * scale, y: high * scale + 4 + y * scale }));
  const root = svg("svg", { class: "groupmap", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `Map of ${many(scene.groups.length, "group")}; the list below names them` });
  for (const { one, other, papers } of scene.ties) root.append(svg("line", { x1: at[one].x, y1: at[one].y, x2: at[other].x, y2: at[other].y, "stroke-width": Math.min(1 + Math.log2(papers), 6) }));
  const circles = at.map(({ x, y }, k) => ({ x: x - radii[k] * scale, y: y - radii[k] * scale, width: 2 * radii[k] * scale, height: 2 * radii[k] * scale }));
  scene.groups.forEach((group, k) => {
    const circle = svg("circle", { cx: at[k].x, cy: at[k].y, r: Math.max(radii[k] * scale, 9), class: k >= scene.groups.length - others ? "others" : "group", click: () => openGroup(group) });
    circle.append(svg("title", {}, `${group.name}: ${groupWords(scene, k)}`));
    root.append(circle);
  });
  const taken = [];
  scene.groups.forEach((group, k) => {
    const lines = startLines(group.name);
    const wide = Math.max(...lines.map((line) => startWidth(line)));
    const spots = [[at[k].x - wide / 2, circles[k].y + circles[k].height + 1], [at[k].x - wide / 2, circles[k].y - lines.length * 14 - 3]];
    const boxes = spots.map(([x, y]) => ({ x, y, width: wide, height: lines.length * 14 + 2 }));
    const spot = boxes.find((box) => box.x >= 0 && box.x + wide <= width && box.y >= 0 && box.y + box.height <= height && !taken.some((other) => overlaps(box, other)) && !circles.some((other, n) => n !== k && overlaps(box, other)));
    if (!spot) return;
    taken.push(spot);
    lines.forEach((line, n) => root.append(svg("text", { x: at[k].x, y: spot.y + 12 + n * 14 }, line)));
  });
  return el("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "Map of groups" }, root);
}

const startLines = (name) => linesOf(name, true);

function startWidth(line) {
  const ctx = startWidth.ctx ??= document.createElement("canvas").getContext("2d");
  ctx.font = `600 ${START_LABEL}px ${ink("--font")}`;
  return ctx.measureText(line).width + 4;
}

function startGroups(scene) {
  const room = (byId("stage").clientWidth || 640) - 40;
  return el("section", {}, el("h2", {}, "What it is about"), el("p", { class: "method" }, "Papers and things in groups; lines where papers name things of both. A click opens a group."), startMap(scene, room), groupList(scene));
}

views.start = {
  label: "Start",
  hint: "Where to begin: search, the newest papers, what most papers work with, and what the graph is about.",
  title: () => source.words.title,
  async draw() {
    const scene = await source.scene("start");
    if (scene.empty) return { empty: scene.empty, rows: [] };
    const { counts, newest, starting, hubs } = scene.facts;
    const { element: search } = picker("Which paper, method, dataset, device, organisation or task?", openNode);
    const told = Object.entries(counts).filter(([, n]) => n).map(([type, n]) => el("li", {}, glyph(type), el("strong", {}, n.toLocaleString("en")), ` ${(n === 1 ? types[type].one : types[type].label).toLowerCase()}`));
    const kinds = Object.keys(starting).filter((type) => shown(scene.nodes[0]) && !state.hidden.types.has(type) && (starting[type].length || hubs[type].length));
    const element = el("div", { class: "start" }, el("ul", { class: "tally" }, ...told), search,
      el("div", { class: "two" }, startNewest(newest, counts.paper), el("section", {}, el("h2", {}, "Most worked with"), ...kinds.map((type) => startType(type, starting[type], hubs[type])))),
      scene.groups.length ? startGroups(scene) : "");
    return { element, rows: scene.nodes, method: scene.method, notes: scene.notes };
  },
};
