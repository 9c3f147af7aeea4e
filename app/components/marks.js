// Marks of further methods: the look follows a method's place in the table of methods, as on the chart to zoom.
// A hollow mark needs the group when deciding.
const STAR = Array.from({ length: 10 }, (_, i) => {
  const [r, turn] = [i % 2 ? 2.4 : 6, (i * Math.PI) / 5];
  return [r * Math.sin(turn), -r * Math.cos(turn)];
});
const X_SHAPE = [
  [0, -2], [3, -5], [5, -3], [2, 0], [5, 3], [3, 5], [0, 2], [-3, 5], [-5, 3], [-2, 0], [-5, -3], [-3, -5],
];
const SHAPES = [[[0, -5.5], [5.5, 0], [0, 5.5], [-5.5, 0]], X_SHAPE, [[-5, -4], [5, -4], [0, 5]], STAR];

function markLook(other, x, y) {
  const place = other.place % SHAPES.length;
  const corners = SHAPES[place].map(([dx, dy]) => `${(x + dx).toFixed(1)} ${(y + dy).toFixed(1)}`);
  return { class: `other other${place}${other.hollow ? " hollow" : ""}`, d: `M${corners.join("L")}Z` };
}

// The two marks that every chart has, as entries of its key.
function listMarks(list, labels) {
  list.replaceChildren();
  const looks = { erm: ["path", { class: "erm", d: "M0 -6L5.5 4L-5.5 4Z" }], models: ["rect", { class: "model", x: -2.5, y: -2.5, width: 5, height: 5 }] };
  for (const [name, label] of Object.entries(labels)) {
    const entry = list.appendChild(html("li"));
    svg(...looks[name], svg("svg", { width: 14, height: 14, viewBox: "-7 -7 14 14", "aria-hidden": "true" }, entry));
    entry.appendChild(html("span", "", label));
  }
}

function listOthers(list, others) {
  list.replaceChildren();
  for (const other of others) {
    const entry = list.appendChild(html("li"));
    const mark = svg("svg", { width: 14, height: 14, viewBox: "-7 -7 14 14", "aria-hidden": "true" }, entry);
    svg("path", markLook(other, 0, 0), mark);
    entry.appendChild(html("span", "", other.label));
  }
  list.style.display = others.length ? "" : "none";
}
