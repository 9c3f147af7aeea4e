// The still and the moving parts of one group's panel. Heights are thousandths of the group for five points of score.

// The outline of bars from edge `first` to edge `last`, cut at the top, closed along the bottom.
function stairs(edges, heights, first, last, X, Y) {
  let out = `M${X(edges[first]).toFixed(1)} ${Y(0).toFixed(1)}`;
  for (let i = first; i < last; i += 1) {
    const y = Y(heights[i]).toFixed(1);
    out += `L${X(edges[i]).toFixed(1)} ${y}L${X(edges[i + 1]).toFixed(1)} ${y}`;
  }
  return `${out}L${X(edges[last]).toFixed(1)} ${Y(0).toFixed(1)}Z`;
}

function sized(root, width, height) {
  root.replaceChildren();
  root.setAttribute("viewBox", `0 0 ${width} ${height}`);
  root.setAttribute("width", width);
  root.setAttribute("height", height);
}

function drawScoreAxis(root, width, X) {
  sized(root, width, 20);
  for (let score = 0; score <= 100; score += width < 420 ? 25 : 10) {
    svg("text", { class: "tick middle", x: X(score), y: 15 }, root).textContent = `${score}%`;
  }
}

function drawThreshold(root, width, x, text) {
  sized(root, width, 18);
  const right = x < width * 0.6;
  const label = svg("text", { class: "threshold-label", x: right ? x + 4 : x - 4, y: 12 }, root);
  label.setAttribute("text-anchor", right ? "start" : "end");
  label.textContent = right ? `${text} →` : text;
  svg("line", { class: "threshold", x1: x, x2: x, y1: 0, y2: 18 }, root);
}

// Returns move(heights), which sets only the filled shapes and the words on bars that are cut.
function drawPanel(root, payload, start, width, height, X) {
  const { edges, threshold, top } = payload;
  sized(root, width, height);
  const bottom = height - 1;
  const Y = (value) => bottom - (Math.min(value, top) / top) * (bottom - 14);
  const step = height < 90 || top > 200 ? 100 : 50;
  for (let value = 0; value <= top; value += step) {
    svg("line", { class: value ? "grid-line" : "base-line", x1: X(0), x2: X(100), y1: Y(value), y2: Y(value) }, root);
    // The next panel's top stands where this one's 0% would.
    if (value) svg("text", { class: "tick end", x: LEFT - 5, y: Y(value) + 4 }, root).textContent = `${value / 10}%`;
  }
  const middle = edges.indexOf(threshold);
  const last = edges.length - 1;
  const below = svg("path", { class: "below" }, root);
  const above = svg("path", { class: "above" }, root);
  const cuts = svg("g", {}, root);
  svg("path", { class: "first", d: stairs(edges, start, 0, last, X, Y) }, root);
  svg("line", { class: "threshold", x1: X(threshold), x2: X(threshold), y1: 0, y2: height }, root);
  const words = svg("g", {}, root);
  return (heights) => {
    below.setAttribute("d", stairs(edges, heights, 0, middle, X, Y));
    above.setAttribute("d", stairs(edges, heights, middle, last, X, Y));
    cuts.replaceChildren();
    words.replaceChildren();
    heights.forEach((value, i) => { if (value > top) cut(value, X(edges[i]), X(edges[i + 1]), Y(top), cuts, words, i); });
  };
}

// Two slanted strokes across a bar that is taller than the axis, and how tall it is, beside it.
function cut(value, left, right, y, cuts, words, i) {
  for (const lower of [8, 13]) svg("line", { class: "cut", x1: left - 1, x2: right + 1, y1: y + lower + 3, y2: y + lower - 3 }, cuts);
  const inward = i ? left - 4 : right + 4;
  const text = svg("text", { class: "cut-label", x: inward, y: y + 10, "text-anchor": i ? "end" : "start" }, words);
  text.textContent = `${(value / 10).toFixed(1)}%`;
}
