// Tables: nodes as rows that can be sorted and taken away as CSV. They are also the way in for who does not see the picture.

const COLUMNS = [
  { key: "name", words: "Name", of: (i) => [fold(graph.name[i])], cell: (i) => nodeButton(i), text: (i) => graph.name[i] },
  { key: "type", words: "Type", of: (i) => [graph.type[i]], cell: (i) => types[graph.type[i]].one, text: (i) => types[graph.type[i]].one },
  { key: "year", words: "Year", of: (i) => [graph.year[i]], cell: (i) => String(graph.year[i] || ""), text: (i) => String(graph.year[i] || "") },
  { key: "papers", words: "Papers", of: (i) => [graph.papers[i]], cell: (i) => graph.papers[i].toLocaleString("en"), text: (i) => String(graph.papers[i]) },
  { key: "relations", words: "Relations", of: (i) => [graph.degree[i]], cell: (i) => graph.degree[i].toLocaleString("en"), text: (i) => String(graph.degree[i]) },
];

// "papers-" of an address: by papers, falling. Names rise, numbers fall, unless it says otherwise.
function sortingOf(word) {
  const [, key, sign] = /^([a-z]+)([+-])$/.exec(word) || [];
  return COLUMNS.some((column) => column.key === key) ? { sort: key, up: sign === "+" } : { sort: "papers", up: false };
}

// A table of nodes; `resort` is told the word of another order.
function nodeTable(rows, sorting, caption, resort) {
  const head = COLUMNS.map(({ key, words }) => {
    const on = key === sorting.sort;
    const up = on ? !sorting.up : ["name", "type"].includes(key);
    return el("th", { scope: "col", "aria-sort": on ? (sorting.up ? "ascending" : "descending") : "none" }, el("button", { type: "button", "data-sort": key, click: () => resort(`${key}${up ? "+" : "-"}`) }, words));
  });
  const body = rows.map((i) => el("tr", {}, ...COLUMNS.map((column) => el("td", {}, column.cell(i)))));
  return el("table", { class: "nodes" }, el("caption", {}, caption), el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...body));
}

function sortRows(rows, { sort, up }) {
  const { of } = COLUMNS.find(({ key }) => key === sort);
  const sorted = sortBy(rows, (i) => [...of(i)]);
  return up ? sorted : sorted.reverse();
}

// One field as RFC 4180 has it; what a spreadsheet would run as a formula gets a quote before it (OWASP, "CSV injection").
function field(text) {
  const safe = /^[=+\-@\t\r\n]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

const csv = (lines) => `\ufeff${lines.map((line) => line.map((cell) => field(String(cell))).join(",")).join("\r\n")}\r\n`;

function nodesAsCsv(rows) {
  return csv([["id", ...COLUMNS.map(({ words }) => words.toLowerCase())], ...rows.map((i) => [graph.id[i], ...COLUMNS.map(({ text }) => text(i))])]);
}
