// Papers beside the things that they work with: two lists with lines between them, or a table where there are many.

const GRID_STEP = 30; // pixels of a row; 32 where a finger points
const GRID_GAP = 10; // between pieces that no line ties
const GRID_LETTERS = { introduces: "I", comparesWith: "C", evaluatesOn: "E", uses: "U", runsOn: "R" };

const gridLetter = (relation) => GRID_LETTERS[relation] || relations[relation].label.slice(0, 1).toUpperCase();
const gridWords = (j) => `${graph.name[graph.from[j]]} ${relations[graph.relation[j]].label} ${graph.name[graph.to[j]]}`;

// What the scene holds, without what the legend hides: papers and things in order of drawing, each with its piece, and a line for each role.
function gridParts({ nodes, facts }) {
  const side = (places, counts, k) => places.map((place, at) => ({ i: nodes[place], count: counts[at], piece: gridPiece(facts.pieces, at, k), lines: [] }));
  const papers = side(facts.papers, facts.ofPapers, 0);
  const things = side(facts.things, facts.ofThings, 1);
  const lines = [];
  for (const [row, column, roles] of facts.cells) {
    for (const role of roles) {
      const j = edgeBetween(papers[row].i, role, things[column].i);
      if (j < 0 || !edgeShown(j)) continue;
      const line = { j, paper: papers[row], thing: things[column] };
      lines.push(line);
      papers[row].lines.push(line);
      things[column].lines.push(line);
    }
  }
  return { papers: papers.filter(({ lines: own }) => own.length), things: things.filter(({ lines: own }) => own.length), lines };
}

// The piece that the row `at` of a side lies in.
function gridPiece(pieces, at, side) {
  let before = 0;
  return pieces.findIndex((size) => (before += size[side]) > at);
}

// Give every row its `y`: pieces under each other, in each the longer side row by row, the shorter beside what it is tied to. Returns the height.
function gridPlace({ papers, things }, step) {
  let top = 0;
  for (const piece of [...new Set(papers.map((row) => row.piece))]) {
    const [long, brief] = [papers, things].map((side) => side.filter((row) => row.piece === piece)).sort((a, b) => b.length - a.length);
    long.forEach((row, k) => { row.y = top + k * step; });
    const bottom = top + (long.length - 1) * step;
    const other = (row, line) => (line.paper === row ? line.thing : line.paper);
    brief.forEach((row, k) => {
      const mean = row.lines.reduce((sum, line) => sum + other(row, line).y, 0) / row.lines.length;
      row.y = Math.max(mean, k ? brief[k - 1].y + step : top);
    });
    for (let k = brief.length - 1, last = bottom; k >= 0; k--, last -= step) brief[k].y = Math.round(Math.min(brief[k].y, last));
    top = bottom + step + GRID_GAP;
  }
  return top;
}

// Where a line of several between the same two leaves them: they lie side by side.
function gridOffset(line) {
  const beside = line.paper.lines.filter((other) => other.thing === line.thing);
  return (beside.indexOf(line) - (beside.length - 1) / 2) * 4;
}

// What is pointed at, has the focus or is selected lights up with all that it is tied to; the rest steps back.
function gridLight(root, lines) {
  let pointed = null;
  const keyOfElement = (element) => (element ? (element.dataset.node !== undefined ? `n${element.dataset.node}` : `e${element.dataset.edge}`) : null);
  const touched = (line) => [`n${line.paper.i}`, `n${line.thing.i}`, `e${line.j}`];
  const relight = () => {
    const key = pointed ?? keyOfElement(root.querySelector("[aria-current='true']"));
    const lit = new Set(key === null ? [] : lines.map(touched).filter((keys) => keys.includes(key)).flat());
    root.classList.toggle("lighting", lit.size > 0);
    for (const element of root.querySelectorAll("[data-node], [data-edge]")) element.classList.toggle("lit", lit.has(keyOfElement(element)));
  };
  const point = (element) => { pointed = keyOfElement(element); relight(); };
  for (const event of ["pointerover", "focusin"]) root.addEventListener(event, ({ target }) => point(target.closest("[data-node], [data-edge]")));
  for (const event of ["pointerleave", "focusout"]) root.addEventListener(event, () => point(null));
  new MutationObserver(relight).observe(root, { attributes: true, subtree: true, attributeFilter: ["aria-current"] });
}

// Arrow keys move the focus to what `next` says; one stop of the Tab key for each list. `next` is told the element and the key.
function gridKeys(root, next) {
  root.addEventListener("keydown", (event) => {
    if (!event.key.startsWith("Arrow") || event.ctrlKey || event.metaKey || event.altKey) return;
    const there = next(event.target.closest("[data-node], [data-edge]"), event.key.slice(5).toLowerCase());
    if (!there) return;
    event.preventDefault();
    const list = there.closest("[data-list]");
    for (const element of list?.querySelectorAll("[tabindex='0']") ?? []) element.setAttribute("tabindex", "-1");
    if (list) there.setAttribute("tabindex", "0");
    there.focus();
  });
}

// Two lists and the lines between them.
function gridLists(parts, { noun, nouns }) {
  const step = matchMedia("(max-width: 819px), (pointer: coarse)").matches ? 32 : GRID_STEP;
  const height = gridPlace(parts, step);
  const list = (rows, words) => el("ul", { "data-list": words, "aria-label": words }, ...rows.map((row, k) => {
    row.element = nodeButton(row.i, undefined, { title: graph.name[row.i], tabindex: k ? -1 : 0 });
    const item = el("li", {}, row.element, el("span", { class: "count", title: words === "papers" ? `works with ${many(row.count, noun, nouns)}` : `in ${many(row.count, "paper")}` }, String(row.count)));
    item.style.setProperty("top", `${row.y}px`);
    return item;
  }));
  const middle = svg("svg", { class: "lines", viewBox: `0 0 100 ${height}`, preserveAspectRatio: "none", role: "group", "aria-label": "Relations" });
  const sorted = sortBy(parts.lines, (line) => [line.paper.y, line.thing.y, line.j]);
  for (const line of sorted) middle.append(gridLine(line, step));
  const root = el("div", { class: "grid" },
    el("p", { class: "grid-head" }, el("span", {}, many(parts.papers.length, "paper")), el("span", {}, many(parts.things.length, noun, nouns))),
    el("div", { class: "grid-body" }, list(parts.papers, "papers"), middle, list(parts.things, nouns)));
  root.style.setProperty("--high", `${height}px`);
  root.style.setProperty("--step", `${step}px`);
  gridLight(root, parts.lines);
  gridKeys(root, (element, key) => gridNext(parts, sorted, element, key));
  return root;
}

function gridLine(line, step) {
  const [a, b] = [line.paper.y, line.thing.y].map((y) => y + step / 2 + gridOffset(line));
  const { width, dash } = relations[graph.relation[line.j]];
  const d = `M0 ${a}C45 ${a} 55 ${b} 100 ${b}`;
  const stroke = svg("path", { d, class: "stroke", "vector-effect": "non-scaling-stroke", "stroke-width": width, ...(dash.length ? { "stroke-dasharray": dash.join(" ") } : {}) });
  stroke.style.setProperty("stroke", `var(--r-${graph.relation[line.j]})`);
  const pick = () => select({ edge: line.j });
  line.element = svg("g", { role: "button", tabindex: -1, "data-edge": line.j, "aria-label": gridWords(line.j), click: pick, keydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(); } } },
    svg("path", { d, class: "reach", "vector-effect": "non-scaling-stroke" }), stroke);
  return line.element;
}

// What an arrow key leads to: up and down within a list, left and right from a paper along its first line to the thing.
function gridNext({ papers, things }, lines, element, key) {
  const step = { up: -1, down: 1 }[key];
  for (const [rows, along] of [[papers, "right"], [things, "left"]]) {
    const k = rows.findIndex((row) => row.element === element);
    if (k >= 0) return step ? rows[k + step]?.element : key === along ? lines.find((line) => rows[k].lines.includes(line)).element : null;
  }
  const k = lines.findIndex((line) => line.element === element);
  if (k < 0) return null;
  return step ? lines[k + step]?.element : (key === "left" ? lines[k].paper : lines[k].thing).element;
}

// What the letters of a table mean: "E evaluates on, U uses".
function gridKey(parts) {
  const used = Object.keys(relations).filter((relation) => parts.lines.some(({ j }) => graph.relation[j] === relation));
  return used.map((relation) => `${gridLetter(relation)} ${relations[relation].label}`).join(", ");
}

// A table with a button for each role in which a paper works with a thing.
function gridMatrix(parts, { noun, nouns }) {
  const heading = (row, scope) => {
    row.element = nodeButton(row.i, undefined, { title: graph.name[row.i], tabindex: -1 });
    return el("th", { scope }, row.element);
  };
  const cell = (line) => {
    const relation = graph.relation[line.j];
    line.element = el("button", { type: "button", class: "cell", "data-edge": line.j, tabindex: -1, title: gridWords(line.j), "aria-label": gridWords(line.j), click: () => select({ edge: line.j }) }, gridLetter(relation));
    line.element.style.setProperty("--role", `var(--r-${relation})`);
    return line.element;
  };
  const table = el("table", { class: "matrix", "data-list": "cells" },
    el("caption", {}, el("span", {}, `${many(parts.papers.length, "paper")} by ${many(parts.things.length, noun, nouns)}. `, gridKey(parts))),
    el("thead", {}, el("tr", {}, el("td", {}), ...parts.things.map((thing) => heading(thing, "col")))),
    el("tbody", {}, ...parts.papers.map((paper) => el("tr", {}, heading(paper, "row"), ...parts.things.map((thing) => {
      const own = paper.lines.filter((line) => line.thing === thing);
      return own.length ? el("td", {}, el("span", {}, ...own.map(cell))) : el("td", {});
    })))));
  table.querySelector("button.cell").setAttribute("tabindex", "0");
  const root = el("div", { class: "grid scroller", role: "region", "aria-label": `Papers by ${nouns}` }, table);
  gridLight(root, parts.lines);
  gridKeys(root, (element, key) => gridNextCell(parts, element, key));
  return root;
}

// The next button on one side: among the cells of the row or column, and beyond the first one its heading.
function gridNextCell({ papers, things, lines }, element, key) {
  const forward = key === "right" || key === "down";
  const across = key === "left" || key === "right";
  const place = ({ paper, thing }) => (across ? things.indexOf(thing) : papers.indexOf(paper));
  const step = (own, k) => own[k + (forward ? 1 : -1)];
  const line = lines.find((other) => other.element === element);
  if (line) {
    const own = sortBy(across ? line.paper.lines : line.thing.lines, (other) => [place(other), lines.indexOf(other)]);
    return step(own, own.indexOf(line))?.element ?? (forward ? null : (across ? line.paper : line.thing).element);
  }
  const headings = papers.some((row) => row.element === element) ? papers : things;
  const k = headings.findIndex((row) => row.element === element);
  if (k < 0) return null;
  if ((headings === papers) !== across) return step(headings, k)?.element;
  return forward ? sortBy(headings[k].lines, (other) => [place(other)])[0].element : null;
}

// The drawing as a standalone SVG; names are cut to their room.
function gridSvg(parts, rows, title) {
  const [left, middle, right, top] = rows ? [420, 220, 340, 40] : [320, 0, 0, 200];
  const height = top + (rows ? gridPlace(parts, GRID_STEP) : parts.papers.length * GRID_STEP) + 10;
  const width = rows ? left + middle + right : left + parts.things.length * GRID_STEP + 60;
  const root = svg("svg", { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}`, "font-family": "system-ui, 'Noto Sans', 'DejaVu Sans', sans-serif", "font-size": 12, fill: ink("--text") }, svg("rect", { width, height, fill: ink("--canvas") }));
  root.append(svg("text", { x: 12, y: 24, "font-size": 16, "font-weight": 700 }, title));
  const mid = (y) => top + y + GRID_STEP / 2;
  if (rows) {
    for (const line of parts.lines) root.append(gridStroke(line, left, left + middle, mid));
    for (const { i, y } of parts.papers) root.append(svgMark(graph.type[i], left - 10, mid(y)), svg("text", { x: left - 22, y: mid(y) + 4, "text-anchor": "end" }, fitted(graph.name[i], left - 34, 12)));
    for (const { i, y } of parts.things) root.append(svgMark(graph.type[i], left + middle + 10, mid(y)), svg("text", { x: left + middle + 22, y: mid(y) + 4 }, fitted(graph.name[i], right - 34, 12)));
    return new XMLSerializer().serializeToString(root);
  }
  root.append(svg("text", { x: 12, y: 44, "font-size": 12 }, gridKey(parts)));
  parts.papers.forEach((paper, k) => root.append(svg("text", { x: left - 8, y: mid(k * GRID_STEP) + 4, "text-anchor": "end" }, fitted(graph.name[paper.i], left - 20, 12))));
  parts.things.forEach((thing, k) => root.append(svg("text", { transform: `translate(${left + k * GRID_STEP + 16} ${top - 6}) rotate(-60)` }, fitted(graph.name[thing.i], 170, 12))));
  for (const { j, paper, thing } of parts.lines) {
    const own = paper.lines.filter((line) => line.thing === thing);
    const wide = (GRID_STEP - 2) / own.length;
    const at = own.findIndex((line) => line.j === j);
    const [x, y] = [left + parts.things.indexOf(thing) * GRID_STEP + 1 + at * wide, top + parts.papers.indexOf(paper) * GRID_STEP + 1];
    root.append(svg("rect", { x, y, width: wide, height: GRID_STEP - 2, fill: relations[graph.relation[j]][theme()], "fill-opacity": 0.35 }), svg("text", { x: x + wide / 2, y: y + 16, "font-size": 11, "text-anchor": "middle" }, gridLetter(graph.relation[j])));
  }
  return new XMLSerializer().serializeToString(root);
}

function gridStroke(line, from, to, mid) {
  const [a, b] = [line.paper.y, line.thing.y].map((y) => mid(y) + gridOffset(line));
  const { width, dash, ...colour } = relations[graph.relation[line.j]];
  const half = (from + to) / 2;
  return svg("path", { d: `M${from} ${a}C${half} ${a} ${half} ${b} ${to} ${b}`, fill: "none", stroke: colour[theme()], "stroke-width": width, ...(dash.length ? { "stroke-dasharray": dash.join(" ") } : {}) });
}

// The mark of a type in a standalone SVG.
function svgMark(type, x, y) {
  const look = { fill: types[type][theme()], stroke: ink("--text"), "stroke-width": 0.7 };
  const points = OUTLINES[types[type].shape];
  return points ? svg("polygon", { points, transform: `translate(${x - 7} ${y - 7}) scale(0.875)`, ...look }) : svg("circle", { cx: x, cy: y, r: 5.5, ...look });
}

// A text cut with an ellipsis to so many pixels at a size.
function fitted(text, room, size) {
  const ctx = fitted.ctx ??= document.createElement("canvas").getContext("2d");
  ctx.font = `${size}px ${ink("--font")}`;
  const letters = [...text];
  if (ctx.measureText(text).width <= room) return text;
  while (letters.length && ctx.measureText(`${letters.join("")}…`).width > room) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}

// The papers that work with nothing of the kind.
async function gridWithout(ids, all, words, chips) {
  const papers = (await source.find(ids)).filter((i) => i >= 0);
  const list = inPortions(el("ul", { class: "names" }), papers, (i) => el("li", {}, nodeButton(i)), 100);
  return { element: list, rows: papers, chips, left: { count: all - papers.length, words: "The table holds all papers." }, method: `Papers that state no ${words.noun} that was found: they may have one that no rule or model saw.` };
}

// Every line as a row: which paper works with which thing, and as what.
const gridCsv = (lines, words) => csv([["paper", "role", words.noun, "paper id", `${words.noun} id`],
  ...lines.map(({ j, paper, thing }) => [graph.name[paper.i], relations[graph.relation[j]].label, graph.name[thing.i], graph.id[paper.i], graph.id[thing.i]])]);

function gridView(name, label, words, hint) {
  return {
    label, hint: `${hint} Hover or focus a row to light its lines; arrow keys go along rows and lines.`,
    title: () => `Papers and their ${words.nouns}`,
    async draw({ word }) {
      const scene = await source.scene(name);
      if (scene.empty) return { empty: scene.empty, rows: [] };
      const { without, withoutAll } = scene.facts;
      const chips = withoutAll ? [el("button", { type: "button", class: "chip", "aria-pressed": String(word === "without"), click: () => navigate({ word: word === "without" ? "" : "without" }) }, `${many(withoutAll, "paper")} with no ${words.noun}`)] : [];
      if (word === "without" && withoutAll) return gridWithout(without, withoutAll, words, chips);
      const parts = gridParts(scene);
      const told = { rows: [...parts.papers, ...parts.things].map(({ i }) => i), method: scene.method, notes: scene.notes, chips, left: { count: scene.total - scene.nodes.length, words: `${scene.notes[0] || ""}. The table and the search hold all.` } };
      if (!parts.lines.length) return { ...told, element: el("div", { class: "empty" }, el("p", {}, "The legend hides all that this view draws: show papers, these things and a relation between them.")) };
      const element = scene.facts.rows ? gridLists(parts, words) : gridMatrix(parts, words);
      return { ...told, element, csv: () => gridCsv(parts.lines, words), svg: () => gridSvg(parts, scene.facts.rows, views[name].title()) };
    },
  };
}

views["grid-dataset"] = gridView("grid-dataset", "Datasets", { noun: "dataset", nouns: "datasets" }, "Which paper introduces, uses or evaluates on which dataset.");
views["grid-method"] = gridView("grid-method", "Methods", { noun: "method", nouns: "methods" }, "Which paper introduces, uses or compares with which method.");
views["grid-hardware"] = gridView("grid-hardware", "Hardware", { noun: "device", nouns: "devices" }, "Which paper ran on which hardware.");
