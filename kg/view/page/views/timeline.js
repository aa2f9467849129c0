// Years from left to right, a lane for each type: a table whose cells hold what came up in that year.

const timelineYear = ({ year }) => (year === null ? "no date" : String(year));

// Column → lane → nodes in order of their slots, without what the legend hides.
function timelineCells({ nodes, facts }) {
  const cells = facts.years.map(() => facts.lanes.map(() => []));
  nodes.forEach((i, k) => { if (shown(i)) cells[facts.column[k]][facts.lane[k]][facts.slot[k]] = i; });
  return cells.map((lanes) => lanes.map((found) => found.filter((i) => i !== undefined)));
}

// Years that are drawn, each with its nodes by lane and whether years without anything lie before it.
function timelineColumns(scene) {
  const cells = timelineCells(scene);
  const all = scene.facts.years.map((at, column) => ({ ...at, column, cells: cells[column] })).filter(({ cells: lanes }) => lanes.some((found) => found.length));
  return all.map((at, k) => ({ ...at, gap: k > 0 && at.year !== null && at.year > all[k - 1].year + 1 }));
}

function timelineTable(scene, columnsDrawn, lanes) {
  const left = new Map(scene.facts.left.map(([column, lane, n]) => [`${column} ${lane}`, n]));
  const heading = (at) => el("th", { scope: "col", class: at.gap ? "gap" : null }, timelineYear(at), el("span", { class: "count" }, ` ${many(at.papers, "paper")}`));
  const cell = (at, lane) => {
    const more = left.get(`${at.column} ${lane}`);
    const items = at.cells[lane].map((i) => el("li", {}, nodeButton(i, undefined, { title: graph.name[i] })));
    if (more) items.push(el("li", {}, el("button", { type: "button", class: "more", "aria-label": `${more} more ${types[scene.facts.lanes[lane]].label.toLowerCase()} of ${timelineYear(at)}: open the table`, click: () => timelineAll(scene.facts.lanes[lane]) }, `${more.toLocaleString("en")} more`)));
    return el("td", { class: at.gap ? "gap" : null }, items.length ? el("ul", {}, ...items) : null);
  };
  const body = lanes.map((lane) => el("tr", {}, el("th", { scope: "row" }, glyph(scene.facts.lanes[lane]), ` ${types[scene.facts.lanes[lane]].label}`), ...columnsDrawn.map((at) => cell(at, lane))));
  const table = el("table", { class: "timeline" }, el("caption", { class: "unseen" }, "What came up in which year, by type"), el("thead", {}, el("tr", {}, el("td", {}), ...columnsDrawn.map(heading))), el("tbody", {}, ...body));
  table.style.setProperty("--years", columnsDrawn.length);
  const scroller = el("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "Timeline" }, table);
  requestAnimationFrame(() => { scroller.scrollLeft = scroller.scrollWidth; }); // the newest years first
  return scroller;
}

// All of one type as rows, by year where it has one.
function timelineAll(type) {
  const others = new Set(Object.keys(types).filter((other) => other !== type));
  return navigate({ view: "table", word: type === "paper" ? "year-" : "papers-", hidden: { ...state.hidden, types: others } });
}

// What rises and falls, each with its share of the papers over the years.
function timelineTrends({ rising, falling, few, method, papers, tested }) {
  const row = ({ id, papers: n, later, adjusted, years }) => {
    const i = graph.number(id);
    return el("li", {}, i >= 0 ? nodeButton(i) : el("bdi", {}, id), timelineSpark(years),
      el("span", { class: "count", title: `share of false alarms among things as clear: ${adjusted}` }, `${many(n, "paper")}, later than others in ${Math.round(100 * later)} % of pairs`));
  };
  const part = (words, rows) => (rows.length ? el("div", {}, el("h2", {}, words), el("ul", {}, ...rows.map(row))) : null);
  const section = el("section", { class: "trends", "aria-label": "What rises and falls" });
  if (few) section.append(el("p", { class: "method" }, `What rises or falls cannot be told: ${few}.`));
  else section.append(el("div", { class: "sides" }, part("Rising", rising), part("Falling", falling)), el("details", {}, el("summary", {}, `How this was found, over ${many(papers, "paper")} and ${many(tested, "thing")}`), el("p", { class: "method" }, method)));
  return section;
}

// A small chart of shares: [year, papers with it, papers of the year] each.
function timelineSpark(years) {
  const most = Math.max(...years.map(([, n, all]) => (all ? n / all : 0)), 0.01);
  const wide = Math.max(2, Math.min(8, 96 / years.length));
  const bars = years.map(([, n, all], k) => { const high = all ? (20 * n) / all / most : 0; return svg("rect", { x: k * wide, y: 20 - high, width: Math.max(1, wide - 1), height: high }); });
  const words = `from ${years[0][0]} to ${years[years.length - 1][0]}, at most ${Math.round(100 * most)} % of a year's papers`;
  return svg("svg", { class: "spark", role: "img", "aria-label": words, viewBox: `0 0 ${wide * years.length} 20`, width: wide * years.length, height: 20 }, ...bars);
}

// The nodes that light up with one: what its paper introduces, what introduces it, what it builds on and what builds on it.
function timelineLight(root, drawn) {
  const told = ["introduces", "basedOn", "derivedFrom"];
  let pointed = null;
  const relight = () => {
    const chosenHere = root.querySelector("[aria-current='true']");
    const i = pointed ?? (chosenHere ? Number(chosenHere.dataset.node) : null);
    const lit = new Set(i === null ? [] : [i, ...graph.edgesOf[i].filter((j) => told.includes(graph.relation[j]) && edgeShown(j)).map((j) => graph.other(j, i)).filter((other) => drawn.has(other))]);
    root.classList.toggle("lighting", lit.size > 1);
    for (const element of root.querySelectorAll("[data-node]")) element.classList.toggle("lit", lit.has(Number(element.dataset.node)));
  };
  const point = (element) => { pointed = element ? Number(element.dataset.node) : null; relight(); };
  for (const event of ["pointerover", "focusin"]) root.addEventListener(event, ({ target }) => point(target.closest(".timeline [data-node]")));
  for (const event of ["pointerleave", "focusout"]) root.addEventListener(event, () => point(null));
  new MutationObserver(relight).observe(root, { attributes: true, subtree: true, attributeFilter: ["aria-current"] });
}

// What an arrow key leads to: up and down in a year, left and right the nearest of the same type.
function timelineNext(columnsDrawn, lanes, i, key) {
  const here = columnsDrawn.findIndex((at) => at.cells.some((found) => found.includes(i)));
  if (here < 0) return undefined;
  const all = lanes.flatMap((lane) => columnsDrawn[here].cells[lane]);
  if (key === "up" || key === "down") return all[all.indexOf(i) + (key === "up" ? -1 : 1)];
  const lane = lanes.find((k) => columnsDrawn[here].cells[k].includes(i));
  const slot = columnsDrawn[here].cells[lane].indexOf(i);
  const beside = (key === "left" ? columnsDrawn.slice(0, here).reverse() : columnsDrawn.slice(here + 1)).find((at) => at.cells[lane].length);
  return beside?.cells[lane][Math.min(slot, beside.cells[lane].length - 1)];
}

// The table as a standalone SVG: lanes as bands, a column for each year.
function timelineSvg(scene, columnsDrawn, lanes, title) {
  const [wide, high, side, top] = [190, 22, 120, 70];
  const rowsOf = lanes.map((lane) => Math.max(...columnsDrawn.map((at) => at.cells[lane].length)));
  const [width, height] = [side + columnsDrawn.length * wide + 10, top + rowsOf.reduce((sum, n) => sum + n * high + 14, 0)];
  const root = svg("svg", { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}`, "font-family": "system-ui, 'Noto Sans', 'DejaVu Sans', sans-serif", "font-size": 12, fill: ink("--text") }, svg("rect", { width, height, fill: ink("--canvas") }), svg("text", { x: 12, y: 24, "font-size": 16, "font-weight": 700 }, title));
  columnsDrawn.forEach((at, k) => root.append(svg("text", { x: side + k * wide, y: top - 14, "font-weight": 700, "font-size": 13 }, timelineYear(at))));
  let y = top;
  lanes.forEach((lane, n) => {
    root.append(svg("line", { x1: 0, x2: width, y1: y - 4, y2: y - 4, stroke: ink("--line") }), svg("text", { x: 12, y: y + 14, "font-weight": 700 }, types[scene.facts.lanes[lane]].label));
    columnsDrawn.forEach((at, k) => at.cells[lane].forEach((i, slot) => root.append(svgMark(graph.type[i], side + k * wide + 8, y + slot * high + 10), svg("text", { x: side + k * wide + 20, y: y + slot * high + 14 }, fitted(graph.name[i], wide - 28, 12)))));
    y += rowsOf[n] * high + 14;
  });
  return new XMLSerializer().serializeToString(root);
}

views.timeline = {
  label: "Timeline",
  title: () => "When things came up",
  hint: "What came up in which year: papers at their year, things at the year of the first paper that introduces or names them; and what rises or falls.",
  async draw() {
    const scene = await source.scene("timeline");
    if (scene.empty) return { empty: scene.empty, rows: [] };
    const columnsDrawn = timelineColumns(scene);
    const lanes = scene.facts.lanes.map((_, lane) => lane).filter((lane) => columnsDrawn.some((at) => at.cells[lane].length));
    const rows = scene.nodes.filter(shown);
    const element = el("div", { class: "times" });
    if (rows.length) element.append(timelineTable(scene, columnsDrawn, lanes));
    else element.append(el("p", { class: "none" }, "The legend hides all that this view draws: show a type of things."));
    element.append(timelineTrends(scene.facts.trends));
    timelineLight(element, new Set(rows));
    gridKeys(element, (from, key) => {
      const there = from ? timelineNext(columnsDrawn, lanes, Number(from.dataset.node), key) : undefined;
      return there === undefined ? null : element.querySelector(`.timeline [data-node="${there}"]`);
    });
    return {
      element, rows, method: scene.method, notes: scene.notes, left: { count: scene.total - scene.nodes.length, words: "Each cell says how many more its year and type hold, and leads to the table with all of them." },
      ...(rows.length ? { svg: () => timelineSvg(scene, columnsDrawn, lanes, views.timeline.title()) } : {}),
    };
  },
};
