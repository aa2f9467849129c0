// Where to begin: a search, the newest papers, what most papers work with, and a map of what the graph is about.

const START_LABEL = 12; // pixels, of a name on the map
const START_LINE = 14;
const START_MARKS = 300; // nodes that the map shows inside its circles
const START_REACH = 0.8; // of a circle's place, so that names have room beside it

// "21 papers: uses 19, compares with 2"; "19 papers: uses"
function startNumbers({ papers, roles }) {
  const told = Object.entries(roles).sort((a, b) => b[1] - a[1]);
  return `${many(papers, "paper")}: ${told.length === 1 ? relations[told[0][0]].label : told.map(([role, n]) => `${relations[role].label} ${n.toLocaleString("en")}`).join(", ")}`;
}

function startNewest(newest, all) {
  const dated = newest.some(({ year }) => year);
  const item = ({ id, year }) => el("li", {}, nodeButton(graph.number(id), openNode), el("span", { class: "count" }, year ? String(year) : dated ? "no year" : ""));
  const rest = el("button", { type: "button", class: "more", click: () => navigate({ view: "table", word: "year-", hidden: { ...state.hidden, types: new Set(Object.keys(types).filter((type) => type !== "paper")) } }) }, `All ${many(all, "paper")}`);
  return el("section", {}, el("h2", {}, dated ? "Newest papers" : "Papers"), el("ol", { class: "begin" }, ...newest.filter(({ id }) => graph.number(id) >= 0).map(item)), all > newest.length ? rest : "");
}

// The things of one type with how many papers work with each, and as what.
function startType(type, facts, hubs) {
  const item = (fact) => el("li", {}, nodeButton(graph.number(fact.id), openNode), el("span", { class: "count" }, startNumbers(fact)));
  const wide = hubs.length ? el("p", { class: "count" }, "named by more than a fifth of the papers: ", ...hubs.map(({ id, papers }) => el("span", {}, nodeButton(graph.number(id), openNode), ` ${papers}  `))) : "";
  return el("section", {}, el("h3", {}, types[type].label), facts.length ? el("ol", { class: "begin" }, ...facts.map(item)) : "", wide);
}

// Where the names of circles stand: on two lines or the first of them, under, over or beside; a name that would meet something waits for the list.
function startLabels(scene, circles, width, height) {
  const taken = [];
  const clear = (spot, k) => spot.x >= 0 && spot.x + spot.width <= width && spot.y >= 0 && spot.y + spot.height <= height && !taken.some((other) => overlaps(spot, other)) && !circles.some((other, n) => n !== k && overlaps(spot, other));
  return circles.flatMap((circle, k) => {
    const lines = linesOf(scene.groups[k].name, true, LETTERS);
    for (const form of lines.length > 1 ? [lines, [`${lines[0].replace(/[\s:,;]+$/, "")}…`]] : [lines]) {
      const [wide, high] = [Math.max(...form.map(startWidth)), form.length * START_LINE + 2];
      const [middle, centre] = [circle.x + circle.width / 2 - wide / 2, circle.y + circle.height / 2 - high / 2];
      const corners = [[middle, circle.y + circle.height + 1], [middle, circle.y - high - 1], [circle.x + circle.width + 3, centre], [circle.x - wide - 3, centre]];
      const spot = corners.map(([x, y]) => ({ x, y, width: wide, height: high })).find((corner) => clear(corner, k));
      if (!spot) continue;
      taken.push(spot);
      return form.map((line, n) => svg("text", { x: spot.x + wide / 2, y: spot.y + START_LABEL + n * START_LINE }, line));
    }
    return [];
  });
}

// The first nodes of a group inside its circle: papers in the middle, the others by type round them, on a sunflower's spiral (Vogel 1979).
function startMarks(nodes, { x, y }, reach) {
  const order = Object.keys(types);
  const apart = (reach - 5) / Math.sqrt(Math.max(nodes.length, 3));
  const size = Math.min(7, Math.max(2.6, 0.8 * apart));
  return sortBy(nodes, (i) => [order.indexOf(graph.type[i]), graph.id[i]]).map((i, k) => {
    const [turn, out] = [k * Math.PI * (3 - Math.sqrt(5)), apart * Math.sqrt(nodes.length > 1 ? k + 0.3 : 0)];
    const place = `translate(${(x + out * Math.cos(turn) - size).toFixed(1)} ${(y + out * Math.sin(turn) - size).toFixed(1)}) scale(${(size / 8).toFixed(3)})`;
    const points = OUTLINES[types[graph.type[i]].shape];
    return svg("g", { class: `glyph ${graph.type[i]}`, transform: place, click: () => select({ node: i }) }, svg("title", {}, graph.name[i]), points ? svg("polygon", { points }) : svg("circle", { cx: 8, cy: 8, r: 7 }));
  });
}

// Groups as circles, as large as the page is wide; the list beside it names them all.
function startMap(scene, across) {
  const { radii, others } = scene.facts;
  const reach = Math.max(...scene.groups.map(({ x }, k) => Math.abs(x) + Math.max(radii[k], 64)));
  const low = Math.min(...scene.groups.map(({ y }, k) => y - radii[k]));
  const deep = Math.max(...scene.groups.map(({ y }, k) => y + radii[k]));
  const scale = Math.min(1.1, Math.max(across / (2 * reach), 0.56));
  const [width, height] = [Math.round(2 * reach * scale), Math.round((deep - low) * scale) + 64];
  const at = scene.groups.map(({ x, y }) => ({ x: Math.round(width / 2 + x * scale), y: Math.round(32 + (y - low) * scale) }));
  const root = svg("svg", { class: "groupmap", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `Map of ${many(scene.groups.length, "group")}; the list below names them` });
  for (const { one, other, papers } of scene.ties) root.append(svg("line", { x1: at[one].x, y1: at[one].y, x2: at[other].x, y2: at[other].y, "stroke-width": Math.min(0.7 + 0.6 * Math.log2(papers), 4).toFixed(1) }));
  const reaches = radii.map((radius) => Math.max(Math.round(radius * scale * START_REACH), 9));
  const each = Math.floor(START_MARKS / scene.groups.length);
  scene.groups.forEach((group, k) => {
    const circle = svg("circle", { cx: at[k].x, cy: at[k].y, r: reaches[k], class: k >= scene.groups.length - others ? "others" : "group", click: () => openGroup(group) });
    circle.append(svg("title", {}, `${group.name}: ${groupWords(scene, k)}`));
    root.append(circle, ...startMarks(group.nodes.filter(shown).slice(0, each), at[k], reaches[k]));
  });
  root.append(...startLabels(scene, at.map(({ x, y }, k) => ({ x: x - reaches[k], y: y - reaches[k], width: 2 * reaches[k], height: 2 * reaches[k] })), width, height));
  return el("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "Map of groups" }, root);
}

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
    const kinds = Object.keys(starting).filter((type) => !state.hidden.types.has(type) && (starting[type].length || hubs[type].length));
    const element = el("div", { class: "start" }, el("ul", { class: "tally" }, ...told), search, scene.groups.length ? startGroups(scene) : "");
    const aside = el("div", { class: "start" }, startNewest(newest, counts.paper), el("section", {}, el("h2", {}, "Most worked with"), ...kinds.map((type) => startType(type, starting[type], hubs[type]))));
    return { element, aside, rows: scene.nodes, method: scene.method, notes: scene.notes };
  },
};
