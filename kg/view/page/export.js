// What can be taken away: PNG and SVG of a picture, CSV of its nodes.

// Offer a file to the reader.
function save(name, parts, type) {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = el("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

const fileName = (ending) => `${[state.view, ...state.nodes].join("-").replace(/[^\w.-]+/g, "_").slice(0, 80)}.${ending}`;

// The canvas as PNG, on the colour that it has on the page.
function canvasAsPng() {
  const drawn = box.querySelector("canvas");
  const copy = el("canvas", { width: drawn.width, height: drawn.height });
  const ctx = copy.getContext("2d");
  ctx.fillStyle = ink("--canvas");
  ctx.fillRect(0, 0, copy.width, copy.height);
  ctx.drawImage(drawn, 0, 0);
  return new Promise((resolve) => copy.toBlob(resolve, "image/png"));
}

// An SVG text as PNG, twice as large as it says.
async function svgAsPng(text) {
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  const image = new Image();
  image.src = url;
  await image.decode();
  const copy = el("canvas", { width: Math.min(2 * image.naturalWidth, 8000), height: Math.min(2 * image.naturalHeight, 8000) });
  copy.getContext("2d").drawImage(image, 0, 0, copy.width, copy.height);
  URL.revokeObjectURL(url);
  return new Promise((resolve) => copy.toBlob(resolve, "image/png"));
}

// The picture on the canvas as a standalone SVG: what the screen shows of it, with the same labels.
function canvasAsSvg() {
  const scale = network.getScale();
  const [width, height] = [box.clientWidth, box.clientHeight];
  const place = (key) => network.canvasToDOM(picture.marks.get(key));
  const root = svg("svg", { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}`, "font-family": "system-ui, 'Noto Sans', 'DejaVu Sans', sans-serif" }, svg("rect", { width, height, fill: ink("--canvas") }));
  for (const { id } of shownSets.edges.get()) root.append(lineAsSvg(shownSets.edges.get(id), place, scale));
  for (const key of picture.marks.keys()) root.append(markAsSvg(key, place(key), scale));
  for (const { lines, size, strong, heavy, ...spot } of labelBoxes) {
    lines.forEach((text, k) => root.append(svg("text", {
      x: spot.x + spot.width / 2, y: spot.y + 1 + k * (size + 2) + size * 0.85, "text-anchor": "middle", "font-size": size, "font-weight": strong ? 700 : heavy ? 600 : 400,
      fill: ink("--text"), stroke: ink("--canvas"), "stroke-width": 4, "stroke-linejoin": "round", "paint-order": "stroke",
    }, text)));
  }
  return new XMLSerializer().serializeToString(root);
}

function lineAsSvg({ from, to, width, dashes, color, smooth }, place, scale) {
  const [a, b] = [place(from), place(to)];
  const bend = smooth ? smooth.roundness * (smooth.type === "curvedCW" ? 1 : -1) : 0;
  const middle = { x: (a.x + b.x) / 2 + bend * (a.y - b.y), y: (a.y + b.y) / 2 + bend * (b.x - a.x) };
  return svg("path", {
    d: `M${a.x.toFixed(1)} ${a.y.toFixed(1)}Q${middle.x.toFixed(1)} ${middle.y.toFixed(1)} ${b.x.toFixed(1)} ${b.y.toFixed(1)}`, fill: "none",
    stroke: color.color, "stroke-opacity": color.opacity, "stroke-width": (width * scale).toFixed(2), ...(dashes ? { "stroke-dasharray": dashes.map((d) => (d * scale).toFixed(1)).join(" ") } : {}),
  });
}

function markAsSvg(key, at, scale) {
  const { color, size, shape, opacity } = shownSets.nodes.get(key);
  const look = { fill: color.background, stroke: color.border, "fill-opacity": opacity, "stroke-opacity": opacity };
  const reach = size * scale;
  if (!OUTLINES[shape]) return svg("circle", { cx: at.x, cy: at.y, r: reach, ...look });
  return svg("polygon", { points: OUTLINES[shape], transform: `translate(${(at.x - reach).toFixed(1)} ${(at.y - reach).toFixed(1)}) scale(${(reach / 8).toFixed(3)})`, ...look });
}
