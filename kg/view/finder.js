// Search over every node, drawn or not, and the table of all nodes.

const HITS = 12; // shown at once
const ROWS = 200; // of the table, at once

// Lower case without diacritics and punctuation: "Grönland" is found by "gronland", "Megatron-LM" by "megatron lm".
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}+#]+/gu, " ").trim();

const index = facts.map(({ name, aliases = [], identifiers = [] }) => [name, ...aliases, ...identifiers.map(([scheme, value]) => `${scheme}:${value}`)].map(fold).join("\n"));

// Nodes whose names hold every word of the query: exact names first, then names that begin so, then those of most papers.
function search(query) {
  const whole = fold(query);
  const words = whole.split(" ");
  if (!whole) return [];
  const found = [];
  index.forEach((text, i) => {
    if (!words.every((word) => text.includes(word))) return;
    const names = text.split("\n");
    const rank = names.includes(whole) ? 0 : names[0].startsWith(whole) ? 1 : names.some((name) => name.startsWith(whole)) ? 2 : words.every((word) => names[0].includes(word)) ? 3 : 4;
    found.push([rank, -edgesOf[i].length, names[0].length, i]);
  });
  return found.sort(earlier).map((hit) => hit[3]);
}

const input = byId("search");
const hits = byId("hits");
let active = -1;

function openHits() {
  const query = input.value.trim();
  const found = search(query);
  const best = found.slice(0, HITS);
  active = best.length ? 0 : -1;
  hits.replaceChildren(...best.map(hitRow));
  if (query && !found.length) hits.append(el("p", { class: "none" }, "Nothing found. Try fewer letters, another name, or the table."));
  if (found.length > HITS) hits.append(el("p", { class: "none" }, `${found.length - HITS} more: add a word, or open the table`));
  byId("found").textContent = query ? (found.length ? `${found.length} found` : "nothing found") : "";
  hits.hidden = !query;
  input.setAttribute("aria-expanded", String(!hits.hidden));
  markActive();
}

function hitRow(i, k) {
  const where = drawn.has(i) ? "" : " · not drawn";
  return el("div", { role: "option", id: `hit-${k}`, "data-node": i, "aria-selected": "false", mousedown: (event) => { event.preventDefault(); takeHit(i); } },
    glyph(nodes[i].group), el("bdi", {}, facts[i].name), el("span", { class: "count" }, ` ${many(edgesOf[i].length, "relation")}${where}`));
}

function markActive() {
  [...hits.querySelectorAll("[role=option]")].forEach((row, k) => {
    row.setAttribute("aria-selected", String(k === active));
    if (k === active) row.scrollIntoView({ block: "nearest" });
  });
  if (active >= 0) input.setAttribute("aria-activedescendant", `hit-${active}`);
  else input.removeAttribute("aria-activedescendant");
}

function closeHits() {
  hits.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function takeHit(i) {
  closeHits();
  showPicture();
  goTo(i);
}

function searchKey(event) {
  const rows = hits.querySelectorAll("[role=option]").length;
  if (event.key === "Escape") {
    if (hits.hidden) input.value = "";
    closeHits();
    event.stopPropagation();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (hits.hidden) openHits();
    else if (rows) active = (active + (event.key === "ArrowDown" ? 1 : rows - 1)) % rows;
    markActive();
    event.preventDefault();
  } else if (event.key === "Enter" && active >= 0 && !hits.hidden) {
    takeHit(Number(hits.querySelectorAll("[role=option]")[active].dataset.node));
    event.preventDefault();
  }
  event.stopPropagation();
}

input.addEventListener("input", openHits);
input.addEventListener("focus", () => { if (input.value.trim()) openHits(); });
input.addEventListener("blur", closeHits);
input.addEventListener("keydown", searchKey);

// The table

const COLUMNS = [
  { words: "Name", of: (i) => fold(facts[i].name), cell: (i) => nodeButton(i, (n) => { showPicture(); goTo(n); }) },
  { words: "Type", of: (i) => nodes[i].group, cell: (i) => types[nodes[i].group].one },
  { words: "Papers", of: (i) => -papersOf(i), cell: (i) => String(papersOf(i)) },
  { words: "Relations", of: (i) => -edgesOf[i].length, cell: (i) => String(edgesOf[i].length) },
];
const table = byId("table");
let sorting = { column: 0, up: true };

function fillTable(rows = ROWS) {
  const { column, up } = sorting;
  const key = facts.map((_, i) => COLUMNS[column].of(i));
  const order = facts.map((_, i) => i).filter((i) => !hidden.types.has(nodes[i].group));
  order.sort((a, b) => (key[a] < key[b] ? -1 : key[a] > key[b] ? 1 : a - b) * (up ? 1 : -1));
  const head = el("tr", {}, ...COLUMNS.map((c, k) => el("th", { scope: "col", "aria-sort": k === column ? (up ? "ascending" : "descending") : "none" },
    el("button", { type: "button", click: () => { sorting = { column: k, up: k === sorting.column ? !sorting.up : true }; fillTable(rows); table.querySelectorAll("th button")[k].focus(); } }, c.words))));
  const body = el("tbody", {}, ...order.slice(0, rows).map((i) => el("tr", {}, ...COLUMNS.map((c) => el("td", {}, c.cell(i))))));
  const caption = el("caption", {}, `${many(order.length, "row")} of ${facts.length}; types that the legend hides are left out`);
  table.replaceChildren(el("table", {}, caption, el("thead", {}, head), body));
  if (order.length > rows) table.append(el("button", { type: "button", class: "more", click: () => fillTable(order.length) }, `${order.length - rows} more rows`));
}

function showTable() {
  fillTable();
  table.hidden = false;
  box.hidden = true;
  byId("list").setAttribute("aria-pressed", "true");
}

function showPicture() {
  if (table.hidden) return;
  table.hidden = true;
  box.hidden = false;
  byId("list").setAttribute("aria-pressed", "false");
  network.redraw();
}
