// The legend: what marks and lines mean, how many there are, and which are shown.

function toggle(kind, key, mark, words, count) {
  const check = el("input", { type: "checkbox", checked: !state.hidden[kind].has(key), change: () => flip(kind, key, check.checked) });
  return el("div", { class: "row" }, el("label", { "data-key": key }, check, mark, el("span", {}, words), el("span", { class: "count" }, count.toLocaleString("en"))),
    el("button", { type: "button", class: "only", "aria-label": `Only ${words}`, click: () => only(kind, key) }, "only"));
}

function hideBy(kind, keys) {
  const hidden = { ...state.hidden, [kind]: keys };
  navigate({ hidden }, { replace: false });
}

function flip(kind, key, on) {
  const keys = new Set(state.hidden[kind]);
  if (on) keys.delete(key);
  else keys.add(key);
  hideBy(kind, keys);
}

// Show one type (with papers, which everything hangs on) or relation alone; a second time shows all again.
function only(kind, key) {
  const all = Object.keys(kind === "types" ? types : relations);
  const rest = all.filter((other) => other !== key && !(kind === "types" && other === "paper"));
  const now = state.hidden[kind];
  hideBy(kind, new Set(now.size === rest.length && !now.has(key) ? [] : rest));
}

function line(relation) {
  const dash = relations[relation].dash.join(" ");
  const stroke = svg("line", { x1: 0, y1: 5, x2: 30, y2: 5, "stroke-width": relations[relation].width + 0.4, ...(dash ? { "stroke-dasharray": dash } : {}) });
  return svg("svg", { class: "line", "data-relation": relation, viewBox: "0 0 30 10", width: 30, height: 10, "aria-hidden": "true" }, stroke);
}

function fillLegend() {
  const focused = document.activeElement?.closest?.("#legend .row");
  const key = focused?.querySelector("label").dataset.key;
  const part = document.activeElement?.tagName === "INPUT" ? "input" : ".only";
  const { types: ofType, relations: ofRelation } = source.counts;
  const rows = Object.keys(types).filter((type) => ofType[type]).map((type) => toggle("types", type, glyph(type), types[type].label, ofType[type]));
  byId("types").replaceChildren(byId("types").firstElementChild, ...rows);
  const used = Object.keys(relations).filter((relation) => ofRelation[relation]);
  byId("relations").replaceChildren(byId("relations").firstElementChild, ...used.map((relation) => toggle("relations", relation, line(relation), relations[relation].label, ofRelation[relation])));
  paint();
  if (key) byId("legend").querySelector(`label[data-key="${CSS.escape(key)}"]`)?.parentElement.querySelector(part)?.focus();
}

// Colours that come with the data: set one by one, as the page's policy allows no styles in markup.
function paint() {
  for (const mark of document.querySelectorAll("svg.line")) mark.firstChild.style.stroke = relations[mark.dataset.relation][theme()];
  for (const [type, style] of Object.entries(types)) document.documentElement.style.setProperty(`--${type}`, style[theme()]);
  for (const [relation, style] of Object.entries(relations)) document.documentElement.style.setProperty(`--r-${relation}`, style[theme()]);
}
