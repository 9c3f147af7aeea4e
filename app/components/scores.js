// The spread of scores by group. It follows the live view through a window event, mid-drag too, from its own payload;
// its slider is the live view's, within reach: only the live view talks to Python.
const views = new WeakMap();
const LEFT = 40;
const RIGHT = 18;

class Scores {
  constructor(root) {
    this.root = root;
    this.at = 0;
    this.build();
    this.onAt = () => this.show();
    this.onFigures = () => this.receive(window.__yodoScores);
    window.addEventListener("yodo-at", this.onAt);
    window.addEventListener("yodo-scores", this.onFigures);
    this.resize = new ResizeObserver(() => this.layout());
    this.resize.observe(root);
  }

  build() {
    const r = this.root;
    r.replaceChildren();
    const head = r.appendChild(html("div", "head"));
    this.title = head.appendChild(html("h3", "title"));
    this.control = head.appendChild(html("div", "control"));
    this.label = this.control.appendChild(html("label"));
    this.label.htmlFor = "yodo-scores-alpha";
    this.input = this.control.appendChild(html("input"));
    Object.assign(this.input, { type: "range", id: "yodo-scores-alpha", min: "0", max: "100", step: "1" });
    const ends = this.control.appendChild(html("div", "ends"));
    this.ends = [ends.appendChild(html("span")), ends.appendChild(html("span"))];
    this.ytitle = r.appendChild(html("p", "small y-title"));
    this.picture = r.appendChild(html("div", "picture"));
    this.picture.setAttribute("role", "group");
    this.xtitle = r.appendChild(html("p", "small end-of-line"));
    const key = r.appendChild(html("p", "small swatches"));
    this.swatches = ["below", "above", "first"].map((kind) => {
      const pair = key.appendChild(html("span", "pair"));
      pair.appendChild(html("i", kind));
      return pair.appendChild(html("span"));
    });
    this.key = r.appendChild(html("p", "small"));
    this.status = r.appendChild(html("p", "small"));
    const say = (detail) => window.dispatchEvent(new CustomEvent("yodo-move", { detail }));
    this.slider = watchSlider(this.input, (at) => say({ at }), () => say({ settled: true }));
  }

  load(payload) {
    this.payload = payload;
    const words = payload.words;
    setText(this.label, words.slider);
    setText(this.ends[0], words.low);
    setText(this.ends[1], words.high);
    setText(this.ytitle, words.y);
    setText(this.xtitle, words.x);
    setText(this.key, words.key);
    [words.negative, words.positive, words.first].forEach((text, i) => setText(this.swatches[i], text));
    this.picture.setAttribute("aria-label", `${words.x}. ${words.y}.`);
    this.recomputed = null;
    this.note = words.stored;
    this.buildPanels();
    this.width = 0;
    this.layout();
    this.receive(window.__yodoScores);
  }

  buildPanels() {
    this.picture.replaceChildren();
    const words = this.payload.words;
    const before = this.payload.levels[0].rows;
    const spacer = this.picture.appendChild(html("div", "panel"));
    spacer.appendChild(html("div", "who"));
    this.line = spacer.appendChild(svg("svg", { class: "line", "aria-hidden": "true" }));
    this.panels = this.payload.groups.map(([group, size], i) => {
      const box = this.picture.appendChild(html("div", "panel"));
      const who = box.appendChild(html("div", "who"));
      who.appendChild(html("strong", "", group));
      who.appendChild(html("span", "", size));
      const figures = [words.above, words.average].map((what, j) => {
        const said = who.appendChild(html("p"));
        const node = { was: html("span"), is: html("strong"), first: before[i][j] };
        said.append(...(j ? [html("span", "", `${what} `), node.was, node.is] : [node.was, node.is, html("span", "", ` ${what}`)]));
        return node;
      });
      return { figures, plot: box.appendChild(svg("svg", { "aria-hidden": "true" })) };
    });
    const foot = this.picture.appendChild(html("div", "panel"));
    foot.appendChild(html("div", "who"));
    this.axis = foot.appendChild(svg("svg", { class: "axis-row", "aria-hidden": "true" }));
  }

  layout() {
    this.root.classList.toggle("narrow", this.root.clientWidth < 620);
    const width = Math.floor(this.axis ? this.axis.parentElement.lastElementChild.getBoundingClientRect().width : 0);
    if (!this.payload || !width || width === this.width) return;
    this.width = width;
    const many = this.panels.length;
    const height = many <= 2 ? 122 : many <= 4 ? 96 : 78;
    const X = (score) => LEFT + (score / 100) * (width - LEFT - RIGHT);
    drawScoreAxis(this.axis, width, X);
    drawThreshold(this.line, width, X(this.payload.threshold), this.payload.words.line);
    this.draw = this.panels.map(({ plot }, i) =>
      drawPanel(plot, this.payload, this.payload.levels[0].heights[i], width, height, X));
    this.show();
  }

  receive(figures) {
    if (!figures || !this.payload || figures.id !== this.payload.id) return;
    if (window.__yodoAt === undefined) this.at = Math.round(figures.alpha * 100);
    this.settled = { at: Math.round(figures.alpha * 100), ...figures };
    this.show();
  }

  show() {
    if (!this.payload || !this.draw) return;
    if (window.__yodoAt !== undefined) this.at = window.__yodoAt;
    const { levels, step, words } = this.payload;
    const settled = this.settled && this.settled.id === this.payload.id && this.settled.at === this.at ? this.settled : null;
    const level = (settled && settled.level) || levels[Math.round(this.at / step)];
    this.control.style.display = window.__yodoAt === undefined ? "none" : "";
    this.input.value = String(this.at);
    this.input.style.setProperty("--at", `${this.at}%`);
    this.input.setAttribute("aria-valuetext", level.title);
    setText(this.title, level.title);
    level.rows.forEach((row, i) => {
      row.forEach((text, j) => {
        const { was, is, first } = this.panels[i].figures[j];
        setText(was, first === text ? "" : `${first} → `);
        setText(is, text);
      });
      this.draw[i](level.heights[i]);
    });
    setText(this.status, settled ? settled.note : words.stored);
    this.root.dataset.alpha = (this.at / 100).toFixed(2);
    this.root.dataset.source = settled && settled.level ? "rows" : "stored";
  }

  close() {
    window.removeEventListener("yodo-at", this.onAt);
    window.removeEventListener("yodo-scores", this.onFigures);
    this.slider.stop();
    this.resize.disconnect();
  }
}

// A failure leaves the table below, which says the same.
export default function (component) {
  try {
    const root = component.parentElement.querySelector(".yodo-scores");
    const payload = JSON.parse(new TextDecoder().decode(component.data));
    if (!views.has(root)) views.set(root, new Scores(root));
    const view = views.get(root);
    if (!view.payload || view.payload.id !== payload.id) view.load(payload);
    return () => { view.close(); views.delete(root); };
  } catch (error) {
    console.warn("The view of scores has not started:", error);
    return undefined;
  }
}
