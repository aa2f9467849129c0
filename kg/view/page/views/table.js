// Every paper and thing as rows.

const ROWS = 200; // at once

// Every row of the table, also those that are not shown.
async function everyRow(sorting, wanted, total) {
  const rows = [];
  while (rows.length < total) {
    const { nodes } = await source.list({ ...sorting, types: wanted, from: rows.length, limit: ROWS });
    if (!nodes.length) break;
    rows.push(...nodes);
  }
  return rows;
}

views.table = {
  label: "Table",
  hint: "Every paper and thing as rows to sort, and to take away as CSV.",
  async draw({ word }) {
    const sorting = sortingOf(word);
    const wanted = new Set(Object.keys(types).filter((type) => !state.hidden.types.has(type)));
    const element = el("div", {});
    const rows = [];
    const { nodes, total } = await source.list({ ...sorting, types: wanted, from: 0, limit: ROWS });
    rows.push(...nodes);
    const left = { count: 0, words: "The button under the table shows more rows; the search finds each." };
    const table = nodeTable(nodes, sorting, `${many(total, "row")}; types that the legend hides are left out`, (order) => navigate({ word: order }, { replace: true }));
    const more = el("button", { type: "button", class: "more", click: () => { more.disabled = true; next().catch(trouble).finally(() => { more.disabled = false; }); } });
    const label = () => {
      left.count = Math.max(0, total - rows.length);
      more.textContent = `${left.count.toLocaleString("en")} more rows`;
      more.hidden = !left.count;
    };
    async function next() {
      const part = await source.list({ ...sorting, types: wanted, from: rows.length, limit: ROWS });
      const first = nodeTable(part.nodes, sorting, "", () => {}).querySelector("tbody");
      rows.push(...part.nodes);
      table.querySelector("tbody").append(...first.children);
      label();
      tell();
    }
    label();
    element.append(table, more);
    return {
      element, rows, left,
      csv: async () => nodesAsCsv(await everyRow(sorting, wanted, total)), method: `All ${total.toLocaleString("en")} papers and things of this page.`,
    };
  },
};
