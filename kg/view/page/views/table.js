// Every paper and thing as rows.

const ROWS = 200; // at once

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
    const all = [...wanted].reduce((sum, type) => sum + (source.counts.types[type] || 0), 0);
    const table = nodeTable(nodes, sorting, `${many(total ?? all, "row")}; types that the legend hides are left out`, (order) => navigate({ word: order }, { replace: true }));
    const more = el("button", { type: "button", class: "more", click: () => next().catch(trouble) });
    const label = () => { more.textContent = `${(total - rows.length).toLocaleString("en")} more rows`; more.hidden = rows.length >= total; };
    async function next() {
      const part = await source.list({ ...sorting, types: wanted, from: rows.length, limit: ROWS });
      const first = nodeTable(part.nodes, sorting, "", () => {}).querySelector("tbody");
      rows.push(...part.nodes);
      table.querySelector("tbody").append(...first.children);
      label();
    }
    label();
    element.append(table, more);
    return {
      element, rows, left: { count: Math.max(0, total - rows.length), words: "The button under the table shows more rows; the search finds each." },
      csv: () => nodesAsCsv(rows), method: `All ${total.toLocaleString("en")} papers and things of this page.`,
    };
  },
};
