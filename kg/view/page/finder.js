// Search: an ARIA combobox over every node, drawn or not; the header has one, and the views that ask for a node have their own.

const HITS = 12; // shown at once
let boxes = 0;

// Make an input and its list a combobox; `take` is told the node that is chosen.
function combobox(input, hits, found, take) {
  const prefix = `hit${boxes++}`;
  let active = -1;
  let asked = 0;
  let settled = Promise.resolve();

  async function open() {
    const query = input.value.trim();
    const mine = ++asked;
    const { hits: best, total } = query ? await source.search(query, HITS) : { hits: [], total: 0 };
    if (mine !== asked) return;
    active = best.length ? 0 : -1;
    hits.replaceChildren(...best.map(row));
    if (query && !best.length) hits.append(el("p", { class: "none" }, "Nothing found. Try fewer letters, another name, or the table."));
    if (total > best.length) hits.append(el("p", { class: "none" }, `${(total - best.length).toLocaleString("en")} more: add a word, or open the table`));
    found.textContent = query ? (best.length ? `${total} found` : "nothing found") : "";
    hits.hidden = !query;
    input.setAttribute("aria-expanded", String(!hits.hidden));
    mark();
  }

  function row(i, k) {
    return el("div", { role: "option", id: `${prefix}-${k}`, "data-hit": i, "aria-selected": "false", mousedown: (event) => { event.preventDefault(); choose(i); } },
      glyph(graph.type[i]), el("bdi", {}, graph.name[i]), el("span", { class: "count" }, ` ${graph.type[i] === "paper" ? graph.year[i] || "" : many(graph.papers[i], "paper")} · ${many(graph.degree[i], "relation")}`));
  }

  function mark() {
    [...hits.querySelectorAll("[role=option]")].forEach((option, k) => {
      option.setAttribute("aria-selected", String(k === active));
      if (k === active) option.scrollIntoView({ block: "nearest" });
    });
    if (active >= 0) input.setAttribute("aria-activedescendant", `${prefix}-${active}`);
    else input.removeAttribute("aria-activedescendant");
  }

  function close() {
    asked += 1;
    hits.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(i) {
    close();
    take(i);
  }

  async function key(event) {
    event.stopPropagation();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      if (hits.hidden) input.value = "";
      close();
    } else if (step) {
      event.preventDefault();
      if (hits.hidden) return opened();
      const rows = hits.querySelectorAll("[role=option]").length;
      if (rows) active = (active + step + rows) % rows;
      mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      await settled;
      const option = hits.querySelectorAll("[role=option]")[active];
      if (option && !hits.hidden) choose(Number(option.dataset.hit));
    }
  }

  const opened = () => { settled = open().catch(trouble); };
  input.addEventListener("input", opened);
  input.addEventListener("focus", () => { if (input.value.trim()) opened(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", key);
}

// A labelled input that asks for a node, for a view: {element, input}.
function picker(label, take, value = "") {
  const id = `picker${boxes}`;
  const hits = el("div", { id: `${id}-hits`, class: "hits", role: "listbox", "aria-label": "Found", hidden: true });
  const found = el("p", { class: "unseen", role: "status" });
  const input = el("input", { id, type: "search", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-expanded": "false", "aria-controls": `${id}-hits`, "aria-autocomplete": "list", placeholder: "Name of a paper or thing", value });
  combobox(input, hits, found, take);
  return { element: el("div", { class: "search picker" }, el("label", { for: id }, label), input, hits, found), input };
}
