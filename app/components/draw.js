// Drawing helpers of the live view. Text enters the page through textContent only: names come from files.
const SVG = "http://www.w3.org/2000/svg";

function html(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function svg(tag, attributes, parent) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (parent) parent.appendChild(node);
  return node;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// Steps of 1, 2 or 5 times a power of ten, in percentage points.
function tickStep(range, count) {
  const rough = range / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((m) => m * power).find((step) => step >= rough);
}

function ticks(low, high, count) {
  const step = tickStep(high - low, count);
  const found = [];
  for (let value = Math.ceil(low / step - 1e-9) * step; value <= high + 1e-9; value += step) found.push(value);
  return { values: found, digits: step < 1 ? 1 : 0 };
}

function path(xs, ys, X, Y) {
  let pen = "M";
  let out = "";
  for (let i = 0; i < xs.length; i += 1) {
    if (xs[i] === null || ys[i] === null) { pen = "M"; continue; }
    out += `${pen}${X(xs[i]).toFixed(1)} ${Y(ys[i]).toFixed(1)}`;
    pen = "L";
  }
  return out;
}

// The 95% band: one quadrilateral a step, all turned the same way, since a curve may turn back on itself.
function bandPath(levels, X, Y) {
  const known = levels.filter((d) => d.x !== null && d.low !== null);
  const spot = (x, y) => `${X(x).toFixed(1)} ${Y(y).toFixed(1)}`;
  return known.slice(1).map((d, i) => {
    const [a, b] = d.x < known[i].x ? [d, known[i]] : [known[i], d];
    return `M${spot(a.x, a.high)}L${spot(b.x, b.high)}L${spot(b.x, b.low)}L${spot(a.x, a.low)}Z`;
  }).join("");
}

const overlap = (a, b) =>
  Math.max(0, Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y));

// Put each label beside one of its anchors where it covers least: first other labels, then marks and curve.
function placeLabels(group, labels, marks, frame) {
  const placed = [];
  for (const label of labels) {
    const node = svg("text", { class: `label ${label.kind}` }, group);
    node.textContent = label.text;
    const w = node.getComputedTextLength() + 6;
    const h = 17;
    // On a phone a label may take most of the width: it is moved in from the edge wherever it would stand.
    const wide = w > 0.6 * frame.w;
    let best = null;
    label.anchors.forEach(([ax, ay], rank) => {
      for (const away of [10, 22, 36, 54, 76, 100]) {
        const spots = [
          [ax + away, ay - h / 2], [ax - away - w, ay - h / 2], [ax - w / 2, ay - away - h], [ax - w / 2, ay + away],
          [ax + away / 2, ay - away - h], [ax + away / 2, ay + away], [ax - w - away / 2, ay - away - h],
          [ax - w - away / 2, ay + away],
        ];
        for (const [left, y] of spots) {
          const x = wide ? Math.max(frame.x, Math.min(left, frame.x + frame.w - w)) : left;
          const box = { x, y, w, h };
          const inside = x >= frame.x && y >= frame.y && x + w <= frame.x + frame.w && y + h <= frame.y + frame.h;
          let score = (inside ? 0 : 1e6) + away + rank * 2;
          for (const other of placed) score += overlap(box, other) * 1000;
          for (const [mx, my] of marks) {
            if (mx > x - 5 && mx < x + w + 5 && my > y - 5 && my < y + h + 5) score += 60;
          }
          if (!best || score < best.score) best = { score, ...box, ax, ay, away };
        }
      }
    });
    if (!best) { node.remove(); continue; }
    node.setAttribute("x", (best.x + 3).toFixed(1));
    node.setAttribute("y", (best.y + 12.5).toFixed(1));
    if (best.away > 22) {
      const end = [Math.min(Math.max(best.ax, best.x), best.x + best.w), best.ay < best.y ? best.y : best.y + h];
      svg("line", { class: `leader ${label.kind}`, x1: best.ax, y1: best.ay, x2: end[0], y2: end[1] }, group);
    }
    placed.push(best);
  }
}

// Draw the still part of the chart. Returns move(level), which sets only the point, its line and the grey band.
function drawChart(root, chart, levels, width, height) {
  root.replaceChildren();
  root.setAttribute("viewBox", `0 0 ${width} ${height}`);
  root.setAttribute("width", width);
  root.setAttribute("height", height);
  const frame = { x: 44, y: 6, w: width - 52, h: height - 30 };
  const [x0, x1] = chart.domain.x;
  const [y0, y1] = chart.domain.y;
  const X = (value) => frame.x + ((value - x0) / (x1 - x0)) * frame.w;
  const Y = (value) => frame.y + frame.h - ((value - y0) / (y1 - y0)) * frame.h;
  const bottom = frame.y + frame.h;

  const floor = svg("rect", { class: "floor", x: X(0), y: frame.y, width: 0, height: frame.h }, root);
  const grid = svg("g", { class: "grid" }, root);
  const across = ticks(y0 * 100, y1 * 100, height > 300 ? 6 : 4);
  for (const value of across.values) {
    const y = Y(value / 100);
    svg("line", { x1: frame.x, x2: frame.x + frame.w, y1: y, y2: y }, grid);
    svg("text", { x: frame.x - 6, y: y + 4, class: "tick end" }, grid).textContent = `${value.toFixed(across.digits)}%`;
  }
  const along = ticks(x0 * 100, x1 * 100, width > 500 ? 8 : 5);
  for (const value of along.values) {
    svg("text", { x: X(value / 100), y: bottom + 18, class: "tick middle" }, grid).textContent = value.toFixed(along.digits);
  }
  svg("line", { class: "axis", x1: frame.x, x2: frame.x + frame.w, y1: bottom, y2: bottom }, root);

  svg("path", { class: "band", d: bandPath(levels, X, Y) }, root);
  for (const [xs, ys] of chart.seeds) svg("path", { class: "seed", d: path(xs, ys, X, Y) }, root);
  svg("path", { class: "curve", d: path(levels.map((d) => d.x), levels.map((d) => d.y), X, Y) }, root);
  for (const [x, y] of chart.models) svg("rect", { class: "model", x: X(x) - 2.5, y: Y(y) - 2.5, width: 5, height: 5 }, root);
  for (const [x, y] of chart.erm) {
    const [px, py] = [X(x), Y(y)];
    svg("path", { class: "erm", d: `M${px} ${py - 6}L${px + 5.5} ${py + 4}L${px - 5.5} ${py + 4}Z` }, root);
  }
  for (const other of chart.others) {
    for (const [x, y] of other.marks) svg("path", markLook(other, X(x), Y(y)), root);
  }
  // Far below, it is an arrow at the lower edge.
  const below = chart.constant < y0;
  const constant = [X(0), below ? bottom - 8 : Y(chart.constant)];
  const [cx, cy] = constant;
  if (below) svg("path", { class: "constant", d: `M${cx} ${cy - 7}V${cy + 6}M${cx - 4} ${cy + 2}L${cx} ${cy + 6}L${cx + 4} ${cy + 2}` }, root);
  else svg("circle", { class: "constant", cx, cy, r: 4.5 }, root);

  const drop = svg("line", { class: "drop", y2: bottom }, root);
  const labelGroup = svg("g", {}, root);
  const point = svg("circle", { class: "point", r: 8 }, root);

  const at = ([x, y]) => [X(x), Y(y)];
  const curve = levels.filter((d) => d.x !== null && d.y !== null).map((d) => [X(d.x), Y(d.y)]);
  const models = chart.models.map(at);
  const erm = chart.erm.map(at);
  const middle = curve.filter((_, i) => i % 8 === 4);
  const largest = Math.max(0, ...levels.map((d) => d.floor || 0));
  const labels = [
    { kind: "constant", text: chart.labels.constant, anchors: [constant] },
    { kind: "erm", text: chart.labels.erm, anchors: erm },
    { kind: "curve", text: chart.labels.curve, anchors: middle },
    { kind: "model", text: chart.labels.models, anchors: models },
    // On a narrow chart the list below it says the same.
    ...(width < 500 ? [] : chart.others).map((other) => (
      { kind: `other${other.place % 4}`, text: other.title, anchors: other.marks.map(at) })),
  ].filter((label) => label.anchors.length);
  if (largest > 0) {
    const heights = [0.5, 0.4, 0.6, 0.3, 0.7].map((part) => frame.y + frame.h * part);
    labels.push({ kind: "floor-label", text: chart.labels.floor, anchors: heights.map((y) => [X(largest) - 6, y]) });
  }
  const marks = [...curve, ...models, ...erm, ...chart.others.flatMap((other) => other.marks.map(at)), constant];
  for (const [xs, ys] of chart.seeds) {
    xs.forEach((x, i) => { if (i % 4 === 0 && x !== null && ys[i] !== null) marks.push([X(x), Y(ys[i])]); });
  }
  placeLabels(labelGroup, labels, marks, frame);

  return (level) => {
    floor.setAttribute("width", level.floor ? Math.max(0, Math.min(X(level.floor), frame.x + frame.w) - X(0)) : 0);
    const known = level.x !== null && level.y !== null;
    point.style.display = known ? "" : "none";
    drop.style.display = known ? "" : "none";
    if (!known) return;
    const [x, y] = [X(level.x).toFixed(2), Y(level.y).toFixed(2)];
    point.setAttribute("cx", x);
    point.setAttribute("cy", y);
    drop.setAttribute("x1", x);
    drop.setAttribute("x2", x);
    drop.setAttribute("y1", y);
  };
}
