// What the reader does, and the first drawing.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function press(key) {
  const mark = picture.marks.get(key);
  if (mark?.open) mark.open();
  else if (mark?.i !== undefined) openNode(mark.i);
}

// Keys of the picture; true where the key meant something.
function canvasKey(key) {
  const here = chosen?.node !== undefined && picture.marks.has(chosen.node) ? chosen.node : null;
  const changes = typeof here === "number" ? { e: () => expandAt(here), h: () => hide(here), p: () => pin(here) } : {};
  const does = {
    "+": () => zoom(1.3), "=": () => zoom(1.3), "-": () => zoom(1 / 1.3), 0: () => { fit(); note({ camera: null }); },
    ...(here === null ? {} : { ...changes, Enter: () => press(here), c: () => { look(rounded(picture.marks.get(here), network.getScale())); keepCamera(); } }),
  }[key];
  if (does) does();
  else if (ARROWS[key]) walk(markToward(...ARROWS[key]));
  else return false;
  return true;
}

function walk(key) {
  if (key === null) return;
  if (typeof key === "number") select({ node: key });
  else {
    chosen = { node: key };
    sync();
    reveal(key);
  }
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  if (event.key === "/") {
    byId("search").focus();
    byId("search").select();
  } else if (event.key === "Escape") select(null);
  else if (event.key === "Backspace") goBack();
  else if (event.target !== box || !canvasKey(event.key)) return;
  event.preventDefault();
}

function listen() {
  network.on("afterDrawing", drawLabels);
  network.on("click", ({ pointer }) => {
    const at = under(pointer.DOM);
    if (at?.mark !== undefined) {
      if (picture.marks.get(at.mark).open) press(at.mark);
      else select(typeof at.mark === "number" ? { node: at.mark } : null);
    } else select(at);
  });
  network.on("doubleClick", ({ pointer }) => {
    const at = under(pointer.DOM);
    if (typeof at?.mark === "number") openNode(at.mark);
  });
  network.on("dragEnd", ({ nodes: held }) => {
    const places = network.getPositions(held);
    const pins = new Map(state.pins);
    for (const key of held.filter((k) => typeof k === "number")) pins.set(graph.id[key], { x: Math.round(places[key].x), y: Math.round(places[key].y) });
    if (held.length) navigate({ pins }, { replace: true });
    else keepCamera();
  });
  let wheel = 0;
  network.on("zoom", () => {
    clearTimeout(wheel);
    const turned = made;
    wheel = setTimeout(() => { if (made === turned) keepCamera(); }, 150);
  });
  // Our own hovering: vis-network's keeps its look when the pointer leaves the canvas.
  const over = (at) => {
    box.style.cursor = at ? "pointer" : "";
    const key = at?.mark ?? null;
    if (key === hovered) return;
    hovered = key;
    network.redraw();
  };
  box.addEventListener("pointermove", (event) => { if (!event.buttons) over(under({ x: event.offsetX, y: event.offsetY })); });
  box.addEventListener("pointerleave", () => over(null));
  network.on("resize", () => setTimeout(() => (state.camera ? look(state.camera) : fit())));
}

async function savePicture(kind) {
  const text = box.hidden ? made.svg() : kind === "svg" ? canvasAsSvg() : null;
  if (kind === "svg") save(fileName("svg"), [text], "image/svg+xml");
  else save(fileName("png"), [text ? await svgAsPng(text) : await canvasAsPng()], "image/png");
}

async function saveRows() {
  save(fileName("csv"), [await (made.csv ? made.csv() : nodesAsCsv(made.rows))], "text/csv;charset=utf-8");
}

function copyAddress() {
  const done = (words) => { byId("status").textContent = words; };
  const failed = () => done("The address bar holds the link to what you see.");
  if (navigator.clipboard) navigator.clipboard.writeText(location.href).then(() => done("Link copied."), failed);
  else failed();
}

function wire() {
  const on = (id, does) => byId(id).addEventListener("click", does);
  for (const [name, view] of Object.entries(views).filter(([, { menu = true }]) => menu)) {
    byId("menu").append(el("button", { type: "button", "data-view": name, title: view.hint, click: () => navigate({ view: name, nodes: keptNodes(name) }) }, view.label));
  }
  on("home", () => navigate({ ...fromAddress(head.start), hidden: { types: new Set(), relations: new Set() } }));
  on("back", goBack);
  on("side", () => side(panel.hidden));
  on("skip-menu", (event) => {
    event.preventDefault(); // the address says what is shown
    (box.hidden ? byId("sheet") : box).focus();
  });
  on("skip", (event) => {
    event.preventDefault();
    side(true);
    panel.focus();
  });
  on("closer", () => zoom(1.3));
  on("further", () => zoom(1 / 1.3));
  on("whole", () => { fit(); note({ camera: null }); });
  on("more", showLeft);
  on("unhide", () => navigate({ out: [] }));
  on("rows", () => navigate({ listed: state.listed ? "" : "1" }));
  on("png", () => savePicture("png").catch(trouble));
  on("svg", () => savePicture("svg").catch(trouble));
  on("csv", () => saveRows().catch(trouble));
  on("link", copyAddress);
  document.addEventListener("keydown", pressed);
  dark.addEventListener("change", () => { paint(); sync(); });
  for (const event of ["popstate", "hashchange"]) window.addEventListener(event, readAddress);
  const settleLegend = () => byId("legend").toggleAttribute("open", !narrow.matches);
  narrow.addEventListener("change", settleLegend);
  settleLegend();
}

// Nodes that go along into another view: those of its kind.
function keptNodes(name) {
  const things = Object.keys(types).filter((type) => type !== "paper");
  const kind = { paper: ["paper"], entity: things, lineage: things }[name];
  const from = [...(state.selected?.length === 1 ? state.selected : []), ...state.nodes];
  if (kind) return from.filter((id) => kind.includes(graph.type[graph.number(id)])).slice(0, 1);
  return ["path", "compare"].includes(name) ? [...new Set(from)].slice(0, 2) : [];
}

async function begin() {
  try {
    await source.start();
    combobox(byId("search"), byId("hits"), byId("found"), (i) => openNode(i).then(() => box.focus({ preventScroll: true })));
    wire();
    listen();
    readAddress();
    writeAddress(true);
  } catch (error) {
    trouble(error);
  }
}

begin();

// For tests: where things are, and what is drawn. Nothing on the page uses it.
window.__view = {
  graph, source, network, views, state: () => state, made: () => made, picture: () => picture, labels: () => labelBoxes, chosen: () => chosen, address: () => toAddress(state),
  names: () => [...picture.marks.keys()].map((key) => (typeof key === "number" ? graph.name[key] : picture.marks.get(key).name)),
  find: (name) => graph.name.indexOf(name), edge: edgeBetween, navigate, select, open: openNode, expand: expandAt, csv: () => (made.csv ? made.csv() : nodesAsCsv(made.rows)), svg: () => (box.hidden ? made.svg() : canvasAsSvg()),
  at: (key) => { const { x, y } = network.canvasToDOM(picture.marks.get(key)), { left: across, top } = box.getBoundingClientRect(); return { x: x + across, y: y + top }; },
};
