// Where nodes stand that no scene places: whole numbers, the same for the same nodes. One unit is one pixel at zoom 1.

const WIDE = 1.5; // labels lie flat: nodes need more room sideways
const RING = 165; // radius of the first ring
const ROOM = 112; // along a ring for one node and its label

// `centre` in the middle, the others on ellipses round it, given in the order in which they stand.
function rings(centre, around) {
  const at = new Map([[centre, { x: 0, y: 0 }]]);
  let turns = 1;
  let radius = RING;
  const room = (r) => (2 * Math.PI * r * (1 + WIDE)) / 2 / ROOM;
  while (turns < 6 && Array.from({ length: turns }, (_, k) => room(radius + 74 * k)).reduce((a, b) => a + b) < around.length) turns += 1;
  if (around.length < 6) radius = 130;
  around.forEach((i, k) => {
    const angle = (2 * Math.PI * k) / around.length - Math.PI / 2 + Math.PI / Math.max(around.length, 3);
    const reach = radius + (k % turns) * 74;
    at.set(i, { x: Math.round(reach * WIDE * Math.cos(angle)), y: Math.round(reach * Math.sin(angle)) });
  });
  return at;
}

// A free place near (x, y): turning from `angle`, then further out.
function freePlace(taken, { x, y }, angle) {
  for (let radius = 105; radius < 2500; radius += 42) {
    const steps = Math.max(8, Math.round(radius / 12));
    for (let k = 0; k < steps; k++) {
      const turn = angle + (k % 2 ? 1 : -1) * Math.ceil(k / 2) * ((2 * Math.PI) / steps);
      const place = { x: Math.round(x + radius * WIDE * Math.cos(turn)), y: Math.round(y + radius * Math.sin(turn)) };
      if (!taken.some((other) => Math.abs(other.x - place.x) < 84 && Math.abs(other.y - place.y) < 40)) return place;
    }
  }
  return { x, y };
}

// Columns by a key of each node (such as its year), ascending; nodes in a column under each other in the given order.
function columns(nodes, keyOf, { across = 170, down = 46 } = {}) {
  const byKey = new Map();
  for (const i of nodes) byKey.set(keyOf(i), [...(byKey.get(keyOf(i)) || []), i]);
  const at = new Map();
  [...byKey.keys()].sort((a, b) => a - b).forEach((key, column) => {
    const inside = byKey.get(key);
    inside.forEach((i, row) => at.set(i, { x: column * across, y: Math.round((row - (inside.length - 1) / 2) * down) }));
  });
  return at;
}
