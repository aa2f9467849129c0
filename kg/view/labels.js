// Labels at one size on the screen whatever the zoom; where two would meet, the less important waits for a closer view.

const LARGE = 12; // pixels on the screen: papers and what is selected
const SMALL = 11; // everything else; nothing is smaller
const importance = new Map(start.drawn.map((i, rank) => [i, rank]));
const forms = new Map(); // font and node → [{lines, width}]

// The forms a label may take, best first: all of its lines, then the first alone; the whole name of what is selected.
function formsOf(ctx, i, strong) {
  const key = `${ctx.font}|${strong}|${i}`;
  if (!forms.has(key)) {
    const lines = strong && nodes[i].group !== "paper" ? [facts[i].name.slice(0, 60)] : nodes[i].label.split("\n");
    const all = lines.length > 1 ? [lines, [`${lines[0].replace(/[\s:,;]+$/, "")}…`]] : [lines];
    forms.set(key, all.map((form) => ({ lines: form, width: Math.max(...form.map((line) => ctx.measureText(line).width)) })));
  }
  return forms.get(key);
}

// How far a node's mark reaches on the screen; a triangle or star reaches further than its size says.
const reachOf = (i, scale) => (nodes[i].size + (selected && selected.node === i ? 4 : 0)) * scale * (nodes[i].group === "paper" || nodes[i].group === "dataset" ? 1 : 1.12) + 1;

const overlaps = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

// Places for a label, best first: under the node, above, right, left, then askew. None leaves the canvas.
function candidates(at, reach, width, height) {
  const [under, over, right, left] = [at.y + reach + 2, at.y - reach - 2 - height, at.x + reach + 4, at.x - reach - 4 - width];
  const middle = { x: at.x - width / 2, y: at.y - height / 2 };
  const corners = [[middle.x, under], [middle.x, over], [right, middle.y], [left, middle.y]];
  for (const part of [0.35, 0.65, 0.2, 0.8]) corners.push([at.x - width * part, under], [at.x - width * part, over]);
  for (const part of [0.25, 0.75, 0, 1]) corners.push([right, at.y - height * part], [left, at.y - height * part]);
  return corners.map(([x, y]) => ({ x, y, width, height })).filter((c) => c.x >= 2 && c.y >= 2 && c.x + width <= box.clientWidth - 2 && c.y + height <= box.clientHeight - 2);
}

function labelOrder(loud) {
  const rank = (i) => {
    if (i === hovered) return -3e6;
    if (selected && selected.node === i) return -2e6;
    if (start.focus.includes(i)) return -1e6;
    return importance.has(i) ? importance.get(i) : 1e6 - edgesOf[i].length;
  };
  return [...drawn.keys()].filter((i) => visible(i) && (!loud || loud.has(i) || i === hovered)).sort((a, b) => rank(a) - rank(b));
}

function drawLabels(ctx) {
  const loud = emphasised();
  const scale = network.getScale();
  const ratio = ctx.getTransform().a / scale;
  const family = ink("--font");
  const glyphs = [...drawn.keys()].filter(visible).map((i) => {
    const at = network.canvasToDOM(drawn.get(i));
    const reach = reachOf(i, scale);
    return { node: i, x: at.x - reach, y: at.y - reach, width: 2 * reach, height: 2 * reach };
  });
  ctx.save();
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.textBaseline = "top";
  ctx.textAlign = "center";
  ctx.lineJoin = "round";
  ctx.lineWidth = 4;
  ctx.strokeStyle = ink("--canvas");
  ctx.fillStyle = ink("--text");
  labelBoxes = [];
  for (const i of labelOrder(loud)) {
    const at = network.canvasToDOM(drawn.get(i));
    if (at.x < -80 || at.y < -40 || at.x > box.clientWidth + 80 || at.y > box.clientHeight + 40) continue;
    const strong = i === hovered || (selected && selected.node === i) || start.focus.includes(i);
    const size = nodes[i].group === "paper" || strong ? LARGE : SMALL;
    ctx.font = `${strong ? 700 : nodes[i].group === "paper" ? 600 : 400} ${size}px ${family}`;
    const clear = (spot) => !labelBoxes.some((taken) => overlaps(spot, taken)) && !glyphs.some((taken) => taken.node !== i && overlaps(spot, taken));
    let spot, lines;
    for (const form of formsOf(ctx, i, strong)) {
      const places = candidates(at, reachOf(i, scale), form.width + 4, form.lines.length * (size + 2) + 2);
      lines = form.lines;
      spot = places.find(clear) || (strong ? places[0] : undefined);
      if (spot) break;
    }
    if (!spot) continue;
    labelBoxes.push({ node: i, size, ...spot });
    write(ctx, lines, spot, size);
  }
  if (selected && selected.edge !== undefined && edgeVisible(selected.edge)) edgeLabel(ctx, selected.edge, family);
  ctx.restore();
}

function write(ctx, lines, spot, size) {
  lines.forEach((line, k) => {
    const [x, y] = [spot.x + spot.width / 2, spot.y + 1 + k * (size + 2)];
    ctx.strokeText(line, x, y);
    ctx.fillText(line, x, y);
  });
}

function edgeLabel(ctx, j, family) {
  const [a, b] = [edges[j].from, edges[j].to].map((i) => network.canvasToDOM(drawn.get(i)));
  const words = relations[edges[j].relation].label;
  ctx.font = `700 ${LARGE}px ${family}`;
  const width = ctx.measureText(words).width + 4;
  write(ctx, [words], { x: (a.x + b.x - width) / 2, y: Math.hypot(a.x - b.x, a.y - b.y) < width + 60 ? Math.min(a.y, b.y) - 34 : (a.y + b.y) / 2 - LARGE / 2, width }, LARGE);
}
