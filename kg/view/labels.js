// Labels at one size on the screen whatever the zoom; where two would meet, the less important waits for a closer view.

const importance = new Map(start.drawn.map((i, rank) => [i, rank]));
const wraps = new Map(); // label and font → {lines, width}

function measured(ctx, i, font) {
  const key = `${font}|${i}`;
  if (!wraps.has(key)) {
    const lines = nodes[i].label.split("\n");
    wraps.set(key, { lines, width: Math.max(...lines.map((line) => ctx.measureText(line).width)) });
  }
  return wraps.get(key);
}

const overlaps = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

// Places for a label, best first: under the node, above, right, left.
function candidates(at, reach, width, height) {
  return [
    { x: at.x - width / 2, y: at.y + reach + 2 },
    { x: at.x - width / 2, y: at.y - reach - 2 - height },
    { x: at.x + reach + 4, y: at.y - height / 2 },
    { x: at.x - reach - 4 - width, y: at.y - height / 2 },
  ].map((corner) => ({ ...corner, width, height }));
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
    const reach = nodes[i].size * scale;
    return { node: i, x: at.x - reach, y: at.y - reach, width: 2 * reach, height: 2 * reach };
  });
  ctx.save();
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.textBaseline = "top";
  ctx.textAlign = "center";
  ctx.lineJoin = "round";
  labelBoxes = [];
  for (const i of labelOrder(loud)) {
    const at = network.canvasToDOM(drawn.get(i));
    if (at.x < -80 || at.y < -40 || at.x > box.clientWidth + 80 || at.y > box.clientHeight + 40) continue;
    const strong = i === hovered || (selected && selected.node === i) || start.focus.includes(i);
    ctx.font = `${strong ? 700 : nodes[i].group === "paper" ? 600 : 400} ${LABEL}px ${family}`;
    const { lines, width } = measured(ctx, i, ctx.font);
    const place = candidates(at, nodes[i].size * scale, width + 4, lines.length * (LABEL + 2) + 2).find(
      (spot) => !labelBoxes.some((taken) => overlaps(spot, taken)) && !glyphs.some((taken) => taken.node !== i && overlaps(spot, taken)),
    );
    const spot = place || (strong ? candidates(at, nodes[i].size * scale, width + 4, lines.length * (LABEL + 2) + 2)[0] : null);
    if (!spot) continue;
    labelBoxes.push({ node: i, ...spot });
    write(ctx, lines, spot);
  }
  if (selected && selected.edge !== undefined && edgeVisible(selected.edge)) edgeLabel(ctx, selected.edge, family);
  ctx.restore();
}

function write(ctx, lines, spot) {
  ctx.lineWidth = 4;
  ctx.strokeStyle = ink("--canvas");
  ctx.fillStyle = ink("--text");
  lines.forEach((line, k) => {
    const [x, y] = [spot.x + spot.width / 2, spot.y + 1 + k * (LABEL + 2)];
    ctx.strokeText(line, x, y);
    ctx.fillText(line, x, y);
  });
}

function edgeLabel(ctx, j, family) {
  const [a, b] = [edges[j].from, edges[j].to].map((i) => network.canvasToDOM(drawn.get(i)));
  const words = relations[edges[j].relation].label;
  ctx.font = `700 ${LABEL}px ${family}`;
  const width = ctx.measureText(words).width + 4;
  write(ctx, [words], { x: (a.x + b.x - width) / 2, y: (a.y + b.y) / 2 - LABEL / 2, width });
}
