// Labels at one size on the screen whatever the zoom; where two would meet, the less important waits for a closer view.

const LARGE = 12; // pixels on the screen: papers and what is selected
const SMALL = 11; // everything else; nothing is smaller
const LETTERS = 22; // of a label; longer names are cut at a word
const LINE = 16; // of each of the two lines of a title
const forms = new Map(); // font and text → [{lines, width}]

// `name`, cut at a word with an ellipsis where it is longer than `limit` characters.
function short(name, limit = LETTERS) {
  const letters = [...name];
  if (letters.length <= limit) return name;
  const cut = letters.slice(0, limit).join("");
  const word = cut.slice(0, cut.lastIndexOf(" ") + 1);
  return `${(word.length > limit / 3 ? word : letters.slice(0, limit - 1).join("")).replace(/[ ,:;-]+$/, "")}…`;
}

// What stands beside a mark: titles of papers and names of groups on at most two lines, other names on one.
function linesOf(name, two, line = LINE) {
  if (!two || name.length <= line) return [short(name)];
  const start = name.slice(0, line + 1);
  const cut = Math.max(start.lastIndexOf(" "), start.slice(0, line).lastIndexOf("-") + 1);
  if (cut < 4) return [short(name, line)];
  const first = name.slice(0, cut);
  return [first, short(name.slice(first.length).trim(), line)];
}

// The forms a label may take, best first: all of its lines, then the first alone; the whole name of what is selected.
function formsOf(ctx, key, strong) {
  const { i, name = graph.name[i], note } = picture.marks.get(key);
  const isPaper = graph.type[i] === "paper";
  const memory = `${ctx.font}|${strong}|${name}|${note}`;
  if (!forms.has(memory)) {
    const lines = strong && !isPaper ? [short(name, 60)] : linesOf(name, isPaper || i === undefined, i === undefined ? LETTERS : LINE);
    const all = note ? [[...lines, note], lines] : [lines];
    if (lines.length > 1) all.push([`${lines[0].replace(/[\s:,;]+$/, "")}…`]);
    forms.set(memory, all.map((form) => ({ lines: form, width: Math.max(...form.map((line) => ctx.measureText(line).width)) })));
  }
  return forms.get(memory);
}

// How far a mark reaches on the screen; a triangle or star reaches further than its size says.
function reachOf(key, scale) {
  const { size, i } = picture.marks.get(key);
  const round = i === undefined || ["paper", "dataset"].includes(graph.type[i]);
  return (size + (isChosen(key) ? 4 : 0)) * scale * (round ? 1 : 1.12) + 1;
}

const overlaps = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

// Places for a label, best first: under the mark, above, right, left, then askew; a large group holds its label. None leaves the canvas.
function candidates(at, reach, width, height, holds) {
  const [below, over, right, left] = [at.y + reach + 2, at.y - reach - 2 - height, at.x + reach + 4, at.x - reach - 4 - width];
  const middle = { x: at.x - width / 2, y: at.y - height / 2 };
  const corners = [[middle.x, below], [middle.x, over], [right, middle.y], [left, middle.y]];
  if (holds && 2 * reach > width) corners.unshift([middle.x, middle.y]);
  for (const part of [0.35, 0.65, 0.2, 0.8]) corners.push([at.x - width * part, below], [at.x - width * part, over]);
  for (const part of [0.25, 0.75, 0, 1]) corners.push([right, at.y - height * part], [left, at.y - height * part]);
  return corners.map(([x, y]) => ({ x, y, width, height })).filter((c) => c.x >= 2 && c.y >= 2 && c.x + width <= box.clientWidth - 2 && c.y + height <= box.clientHeight - 2);
}

function labelOrder(loud) {
  const keys = [...picture.marks.keys()];
  const rank = (key, k) => (key === hovered ? -3 : isChosen(key) ? -2 : picture.marks.get(key).focus ? -1 : k);
  return keys.map((key, k) => [rank(key, k), key]).filter(([, key]) => !loud || loud.has(key) || key === hovered).sort((a, b) => a[0] - b[0]).map(([, key]) => key);
}

function drawLabels(ctx) {
  const loud = emphasised();
  const scale = network.getScale();
  const ratio = ctx.getTransform().a / scale;
  const family = ink("--font");
  const marks = [...picture.marks.keys()].map((key) => {
    const at = network.canvasToDOM(picture.marks.get(key));
    const reach = reachOf(key, scale);
    return { key, x: at.x - reach, y: at.y - reach, width: 2 * reach, height: 2 * reach };
  });
  ctx.save();
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  Object.assign(ctx, { textBaseline: "top", textAlign: "center", lineJoin: "round", lineWidth: 4, strokeStyle: ink("--canvas"), fillStyle: ink("--text") });
  labelBoxes = [];
  for (const key of labelOrder(loud)) placeLabel(ctx, key, scale, family, marks);
  if (chosen && chosen.edge !== undefined && picture.edges.includes(chosen.edge)) edgeLabel(ctx, chosen.edge, family);
  ctx.restore();
}

function placeLabel(ctx, key, scale, family, marks) {
  const { i, focus, ...place } = picture.marks.get(key);
  const at = network.canvasToDOM(place);
  if (at.x < -80 || at.y < -40 || at.x > box.clientWidth + 80 || at.y > box.clientHeight + 40) return;
  const strong = key === hovered || isChosen(key) || focus;
  const heavy = i === undefined || graph.type[i] === "paper";
  const size = heavy || strong ? LARGE : SMALL;
  ctx.font = `${strong ? 700 : heavy ? 600 : 400} ${size}px ${family}`;
  const near = [...labelBoxes, ...marks].filter((taken) => taken.key !== key && Math.abs(taken.x - at.x) < 330 && Math.abs(taken.y - at.y) < 130);
  const clear = (spot) => !near.some((taken) => overlaps(spot, taken));
  for (const { lines, width } of formsOf(ctx, key, strong)) {
    const places = candidates(at, reachOf(key, scale), width + 4, lines.length * (size + 2) + 2, i === undefined);
    const spot = places.find(clear) || (strong ? places[0] : undefined);
    if (!spot) continue;
    labelBoxes.push({ key, size, lines, strong, heavy, ...spot });
    write(ctx, lines, spot, size);
    return;
  }
}

function write(ctx, lines, spot, size) {
  lines.forEach((line, k) => {
    const [x, y] = [spot.x + spot.width / 2, spot.y + 1 + k * (size + 2)];
    ctx.strokeText(line, x, y);
    ctx.fillText(line, x, y);
  });
}

function edgeLabel(ctx, j, family) {
  const [a, b] = [graph.from[j], graph.to[j]].map((i) => network.canvasToDOM(picture.marks.get(i)));
  const words = relations[graph.relation[j]].label;
  ctx.font = `700 ${LARGE}px ${family}`;
  const width = ctx.measureText(words).width + 4;
  write(ctx, [words], { x: (a.x + b.x - width) / 2, y: Math.hypot(a.x - b.x, a.y - b.y) < width + 60 ? Math.min(a.y, b.y) - 34 : (a.y + b.y) / 2 - LARGE / 2, width }, LARGE);
}
