// What a query answered, or one type of things, as a picture and as the table it is.

// The cells of an answer; those that are nodes are buttons.
function answerTable({ columns = [], rows = [], cut = 0 }) {
  const cell = (value) => {
    const i = typeof value === "string" ? -1 : graph.number(value?.node ?? "");
    return el("td", {}, i >= 0 ? nodeButton(i) : el("bdi", {}, typeof value === "string" ? value : value?.node ?? ""));
  };
  const caption = `${many(rows.length, "row")}${cut ? `; ${cut.toLocaleString("en")} more are not shown` : ""}`;
  return el("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "Answer" }, el("table", { class: "answer" }, el("caption", {}, caption),
    el("thead", {}, el("tr", {}, ...columns.map((name) => el("th", { scope: "col" }, name)))), el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map(cell))))));
}

const answerCsv = ({ columns = [], rows = [] }) => csv([columns, ...rows.map((row) => row.map((value) => (typeof value === "string" ? value : value?.node ?? "")))]);

let answered = ""; // what was asked, of the scene that was drawn last

async function drawScene(scene, asTable) {
  answered = scene.facts.title || "";
  if (scene.empty) return { empty: scene.empty, rows: [] };
  const drawnNodes = scene.nodes.filter(shown);
  const toggle = scene.facts.columns ? [el("button", { type: "button", class: "chip", "aria-pressed": String(asTable), click: () => navigate({ listed: "", depth: asTable ? 2 : 1 }) }, "table of the answer")] : [];
  const told = { rows: drawnNodes, method: scene.method, notes: scene.notes, left: { count: Math.max(0, scene.total - scene.nodes.length), words: "More than can be read at once; the search finds each." }, chips: toggle };
  if (asTable) return { ...told, element: answerTable(scene.facts), csv: () => answerCsv(scene.facts) };
  const at = scene.at.length === scene.nodes.length ? new Map(scene.nodes.map((i, k) => [i, { x: scene.at[k][0], y: scene.at[k][1] }])) : columns(drawnNodes, (i) => Object.keys(types).indexOf(graph.type[i]), { across: 230 });
  return { ...told, marks: drawnNodes.map((i) => ({ i, ...at.get(i) })) };
}

views.result = {
  label: "Answer",
  title: () => short(answered, 120) || "Answer",
  hint: "What the query answered, as a table and as a picture.",
  menu: head.start.includes("v=result"),
  async draw({ word, depth }) {
    const scene = await source.result(word);
    return drawScene(scene, Boolean(scene.facts.columns) && (depth === 1 || scene.nodes.length < 2));
  },
};

views.kind = {
  label: "One type",
  title: () => answered || "One type",
  hint: "The things of one type that most papers name, and these papers.",
  menu: head.start.includes("v=kind"),
  async draw() {
    if (!head.scenes?.kind) return { empty: "This page does not begin with one type. `kg view --kind TYPE` makes one that does; the table sorts by type.", rows: [] };
    return drawScene(await source.scene("kind"), false);
  },
};
