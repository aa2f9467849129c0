// Puts YASGUI's editor and result view in the place of the plain form. They are made without its tabs, its list of endpoints and its
// autocompleters, which ask prefix.cc and Linked Open Vocabularies: nothing here asks any other host.
"use strict";

(() => {
  const form = document.getElementById("plain");
  const field = document.getElementById("query");
  const place = document.getElementById("yasgui");
  if (!form || !field || !place || typeof Yasgui === "undefined") return;

  const prefixes = JSON.parse(field.dataset.prefixes);
  const { Yasqe, Yasr } = Yasgui;
  Yasqe.defaults.autocompleters = ["variables"];
  Yasqe.forkAutocompleter("prefixes", {
    name: "ours",
    persistenceId: null,
    get: () => Promise.resolve(Object.entries(prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`).sort()),
  });

  form.hidden = true;
  place.hidden = false;
  const [editor, results] = ["div", "div"].map((tag) => place.appendChild(document.createElement(tag)));
  const yasqe = new Yasqe(editor, {
    value: field.value,
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: (made) => `${location.origin}/editor?${new URLSearchParams({ query: made.getValue() })}`,
    requestConfig: { endpoint: `${location.origin}/sparql`, method: "POST" },
    editorHeight: "22rem",
  });
  yasqe.getInputField().setAttribute("aria-label", "Query");
  yasqe.addPrefixes ??= () => {};
  const yasr = new Yasr(results, { prefixes, persistenceId: null });
  yasqe.on("query", () => results.setAttribute("aria-busy", "true"));
  yasqe.on("queryResponse", (_, response, duration) => {
    results.removeAttribute("aria-busy");
    yasr.setResponse(response, duration);
  });
  window.kgEditor = { yasqe, yasr };
  document.documentElement.dataset.ready = "1";
})();
