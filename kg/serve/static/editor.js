// Puts YASGUI's editor and result view in the place of the plain form. They are made without its tabs, its list of endpoints and its
// autocompleters, which ask prefix.cc and Linked Open Vocabularies: nothing here asks any other host.
"use strict";

// Names that parts of YASGUI lack, for those who hear the page.
function named(place) {
  for (const [which, name] of [["select", "Rows on a page"], ["input[type=text], input[type=search]", "Filter"], [".CodeMirror-scroll", "Query text"]]) {
    for (const part of place.querySelectorAll(which)) if (!part.ariaLabel && !part.labels?.length) part.ariaLabel = name;
  }
  for (const region of place.querySelectorAll(".yasr_results, .CodeMirror-scroll, .dataTables_wrapper")) {
    if (region.tabIndex < 0) region.tabIndex = 0;
  }
  for (const head of place.querySelectorAll("th")) if (!head.textContent.trim() && !head.ariaLabel) head.ariaLabel = "Row";
}

const NODES = /^(paper|method|dataset|hardware|organisation|task)\/./; // what is drawn, by its path
const LONGEST = 16000; // characters of an address that draws

// The rows of an answer as SPARQL's JSON has them; none of what is no such answer.
function rowsOf(response) {
  try {
    return JSON.parse(response?.text ?? response?.content ?? "").results.bindings;
  } catch {
    return [];
  }
}

(() => {
  const form = document.getElementById("plain");
  const field = document.getElementById("query");
  const place = document.getElementById("yasgui");
  if (!form || !field || !place || typeof Yasgui === "undefined") return;

  const prefixes = JSON.parse(field.dataset.prefixes);
  const { base } = field.dataset;
  const { Yasqe, Yasr } = Yasgui;
  Yasqe.defaults.autocompleters = ["variables"];
  Yasqe.forkAutocompleter("prefixes", {
    name: "ours",
    persistenceId: null,
    get: () => Promise.resolve(Object.entries(prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`).sort()),
  });

  form.hidden = true;
  place.hidden = false;
  const [editor, limited, results] = ["div", "p", "div"].map((tag) => place.appendChild(document.createElement(tag)));
  const yasqe = new Yasqe(editor, {
    value: field.value,
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: (made) => `${location.origin}/editor?${new URLSearchParams({ query: made.getValue() })}`,
    requestConfig: { endpoint: `${location.origin}/sparql`, method: "POST" },
    editorHeight: "22rem",
  });
  yasqe.getInputField().setAttribute("aria-label", "Query");
  yasqe.getScrollerElement().tabIndex = 0;
  const yasr = new Yasr(results, { prefixes, persistenceId: null });
  named(place);
  new MutationObserver(() => {
    named(place);
    for (const link of place.querySelectorAll("a[href]")) {
      const iri = link.getAttribute("href");
      if (iri.startsWith(field.dataset.base)) link.href = `/id/${iri.slice(field.dataset.base.length)}`;
    }
  }).observe(place, { childList: true, subtree: true });
  limited.className = "limited";
  limited.setAttribute("role", "status");
  yasqe.on("query", () => results.setAttribute("aria-busy", "true"));
  yasqe.on("queryResponse", (_, response, duration) => {
    results.removeAttribute("aria-busy");
    const cut = response?.headers?.get("KG-Truncated");
    limited.textContent = cut ? `The server stops here: ${cut}.` : "";
    yasr.setResponse(response, duration);
  });
  const drawn = place.insertBefore(document.createElement("p"), results);
  drawn.className = "take";
  // A link to the picture where two rows of the answer at least hold papers or things of this graph.
  yasqe.on("queryResponse", (_, response) => {
    const rows = rowsOf(response);
    const holds = (cell) => cell.type === "uri" && cell.value.startsWith(base) && NODES.test(cell.value.slice(base.length));
    const address = `/explore#v=result&d=2&q=${encodeURIComponent(yasqe.getValue())}`;
    const link = document.createElement("a");
    Object.assign(link, { href: address, textContent: "Draw" });
    drawn.replaceChildren(...(rows.filter((row) => Object.values(row).some(holds)).length > 1 && address.length <= LONGEST ? [link] : []));
  });
  window.kgEditor = { yasqe, yasr };
  document.documentElement.dataset.ready = "1";
})();
