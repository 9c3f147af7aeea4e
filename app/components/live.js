// The live view. While the slider moves, the page shows the stored level at that place; Python is not asked.
// Once it has settled, Python is told, and the figures it recomputed replace the stored ones.
const views = new WeakMap();

class View {
  constructor(root, start) {
    this.root = root;
    this.at = Math.round(start * 100);
    this.moved = null;
    this.waiting = false;
    this.build();
    this.onFigures = () => this.receive(window.__yodoFigures);
    window.addEventListener("yodo-figures", this.onFigures);
    this.resize = new ResizeObserver(() => this.layout());
    this.resize.observe(this.root);
  }

  build() {
    const r = this.root;
    r.replaceChildren();
    this.sentence = r.appendChild(html("p", "sentence"));
    const body = r.appendChild(html("div", "body"));
    this.cards = body.appendChild(html("div", "cards"));
    const control = body.appendChild(html("div", "control"));
    const head = control.appendChild(html("div", "head"));
    this.label = head.appendChild(html("label"));
    this.label.htmlFor = "yodo-alpha";
    this.number = head.appendChild(html("strong", "number"));
    this.input = control.appendChild(html("input"));
    Object.assign(this.input, { type: "range", id: "yodo-alpha", min: "0", max: "100", step: "1" });
    const ends = control.appendChild(html("div", "ends"));
    this.ends = [ends.appendChild(html("span")), ends.appendChild(html("span"))];
    const about = control.appendChild(html("details", "meaning"));
    this.meaning = about.appendChild(html("summary")).appendChild(html("span"));
    this.meaning.id = "yodo-meaning";
    this.input.setAttribute("aria-describedby", "yodo-meaning");
    this.explained = about.appendChild(html("p"));
    const set = control.appendChild(html("div", "set"));
    this.uses = set.appendChild(html("span", "tag"));
    this.threshold = set.appendChild(html("span"));
    const right = body.appendChild(html("div", "chart"));
    this.title = right.appendChild(html("h2", "title"));
    this.ytitle = right.appendChild(html("p", "axis-title"));
    this.chart = right.appendChild(svg("svg", { role: "img" }));
    this.xtitle = right.appendChild(html("p", "axis-title x"));
    this.marks = right.appendChild(html("ul", "marks"));
    this.others = right.appendChild(html("ul", "others"));
    this.methods = right.appendChild(html("details", "methods"));
    this.methodsHead = this.methods.appendChild(html("summary")).appendChild(html("span"));
    this.key = right.appendChild(html("p", "key"));
    this.strip = body.appendChild(html("div", "strip"));
    this.status = body.appendChild(html("p", "status"));
    this.spoken = r.appendChild(html("p", "spoken"));
    this.spoken.setAttribute("aria-live", "polite");
    this.listen();
  }

  listen() {
    let frame = 0;
    const moved = (at) => {
      this.at = at;
      this.waiting = true;
      this.asked = null;
      this.recomputed = null;
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => this.show());
    };
    this.slider = watchSlider(this.input, moved, () => this.settle());
    // Another view of the same place may carry a slider of its own; only this one talks to Python.
    this.onMove = ({ detail }) => { if (detail.settled) this.settle(); else moved(detail.at); };
    window.addEventListener("yodo-move", this.onMove);
  }

  settle() {
    if (this.asked === this.at) return;
    this.asked = this.at;
    this.tell({ value: this.at / 100, stamp: Date.now() });
  }

  receive(figures) {
    if (!figures) return;
    const there = Math.round(figures.alpha * 100);
    if (this.moved !== figures.moved && !this.slider.dragging) {
      this.at = there;
      this.waiting = false;
    }
    this.moved = figures.moved;
    const current = this.payload && figures.id === this.payload.id;
    if (!current || there !== this.at) return;
    this.recomputed = figures.level;
    this.note = figures.note;
    this.waiting = false;
    this.show();
    const level = figures.level || this.payload.levels[this.at];
    setText(this.spoken, `${level.announce} ${level.meaning}`);
  }

  load(payload) {
    this.payload = payload;
    const words = payload.words;
    setText(this.label, words.slider);
    setText(this.uses, words.uses);
    setText(this.threshold, words.threshold);
    setText(this.explained, words.explained);
    setText(this.ends[0], words.low);
    setText(this.ends[1], words.high);
    setText(this.title, words.title);
    setText(this.ytitle, words.y);
    setText(this.xtitle, words.x);
    setText(this.key, words.key);
    listMarks(this.marks, payload.chart.marks);
    listOthers(this.others, payload.chart.others);
    this.listMethods(words);
    this.chart.setAttribute("aria-label", `${words.title}. ${words.y}. ${words.x}.`);
    this.recomputed = null;
    this.note = words.stored;
    this.buildCards(payload.levels[0].cards);
    this.buildStrip(payload.levels[0].strip, words);
    this.width = 0;
    this.layout();
    this.receive(window.__yodoFigures);
  }

  listMethods(words) {
    setText(this.methodsHead, words.methods);
    this.methods.querySelectorAll("p").forEach((line) => line.remove());
    for (const line of words.about) this.methods.appendChild(html("p", "", line));
    this.methods.style.display = words.about.length ? "" : "none";
    this.methods.open = false;
  }

  buildCards(cards) {
    this.cards.replaceChildren();
    this.cards.style.setProperty("--cards", cards.length);
    this.cards.classList.toggle("four", cards.length > 3);
    this.cardNodes = cards.map((card) => {
      const box = this.cards.appendChild(html("div", "card"));
      box.appendChild(html("div", "name", card.label));
      return Object.fromEntries(["lead", "value", "change", "interval"].map((k) => [k, box.appendChild(html("div", k))]));
    });
  }

  buildStrip(rows, words) {
    this.strip.replaceChildren();
    const head = this.strip.appendChild(html("h3", "title", words.strip));
    head.id = "yodo-strip";
    const sub = this.strip.appendChild(html("p", "sub"));
    sub.appendChild(html("span", "", words.stripKey));
    this.share = sub.appendChild(html("strong"));
    const all = this.payload.levels.flatMap((level) => level.strip.flatMap((row) => [row.now, row.before]));
    this.scale = Math.max(0.05, ...all.filter((value) => value !== null)) * 1.02;
    this.rowNodes = rows.map((row) => {
      const box = this.strip.appendChild(html("div", "row"));
      const head = box.appendChild(html("div", "who"));
      head.appendChild(html("strong", "", row.group));
      const count = head.appendChild(html("span"));
      const track = box.appendChild(html("div", "track"));
      const node = { count, link: html("i", "link"), before: html("i", "before"), now: html("i", "now") };
      track.append(node.link, node.before, node.now);
      const text = box.appendChild(html("div", "rate"));
      node.was = text.appendChild(html("span"));
      node.is = text.appendChild(html("strong"));
      return node;
    });
  }

  layout() {
    const width = Math.floor(this.chart.parentElement.clientWidth);
    if (!this.payload || !width || width === this.width) return;
    this.width = width;
    const wide = this.root.clientWidth >= 860;
    this.root.classList.toggle("wide", wide);
    this.root.classList.toggle("narrow", this.root.clientWidth < 480);
    this.width = Math.floor(this.chart.parentElement.clientWidth);
    const height = wide ? Math.min(460, Math.max(300, window.innerHeight - 360 - this.keyHeight())) : 280;
    this.move = drawChart(this.chart, this.payload.chart, this.payload.levels, this.width, height);
    this.sentence.style.minHeight = "";
    if (wide) this.holdLongest();
    const longest = this.payload.levels.reduce((most, { meaning }) => (meaning.length > most.length ? meaning : most), "");
    this.meaning.style.minHeight = "";
    setText(this.meaning, longest);
    this.meaning.style.minHeight = `${this.meaning.offsetHeight}px`;
    this.cards.style.minHeight = "";
    this.cards.style.minHeight = `${Math.max(...this.longestCards().map((cards) => {
      this.showCards(cards);
      return this.cards.offsetHeight;
    }))}px`;
    this.show();
  }

  keyHeight() {
    return this.marks.offsetHeight + this.others.offsetHeight + (this.payload.words.about.length ? 26 : 0);
  }

  // The longest sentence decides the height, so that nothing below jumps while the slider moves.
  holdLongest() {
    const lengths = this.payload.levels.map((level) => level.sentence.reduce((sum, [text]) => sum + text.length, 0));
    this.say(this.payload.levels[lengths.indexOf(Math.max(...lengths))].sentence);
    this.sentence.style.minHeight = `${Math.ceil(this.sentence.getBoundingClientRect().height)}px`;
  }

  // In one column that would leave a hole: there the sentence never shrinks under a finger, and does once it lets go.
  holdCurrent() {
    if (this.root.classList.contains("wide")) return;
    this.sentence.style.minHeight = this.slider.dragging ? `${this.sentence.offsetHeight}px` : "";
  }

  // For each card the level with the longest words on it.
  longestCards() {
    const size = (card) => card.lead.length + card.change.length + card.interval.length;
    return this.cardNodes.map((_, i) =>
      this.payload.levels.reduce((most, { cards }) => (most && size(most[i]) >= size(cards[i]) ? most : cards), null));
  }

  showCards(cards) {
    cards.forEach((card, i) => {
      for (const [name, node] of Object.entries(this.cardNodes[i])) setText(node, card[name]);
      this.cardNodes[i].value.classList.toggle("said", !/\d/.test(card.value));
    });
  }

  say(tokens) {
    const nodes = this.sentence.childNodes;
    tokens.forEach(([text, bold], i) => {
      const tag = bold ? "STRONG" : "SPAN";
      if (!nodes[i]) this.sentence.appendChild(html(tag, "", text));
      else if (nodes[i].tagName !== tag) nodes[i].replaceWith(html(tag, "", text));
      else setText(nodes[i], text);
    });
    while (nodes.length > tokens.length) nodes[nodes.length - 1].remove();
  }

  show() {
    if (!this.payload || !this.move) return;
    const level = this.recomputed || this.payload.levels[this.at];
    this.input.value = String(this.at);
    this.input.style.setProperty("--at", `${this.at}%`);
    this.input.setAttribute("aria-valuetext", `${level.number}. ${level.announce}`);
    setText(this.number, level.number);
    setText(this.meaning, level.meaning);
    this.move(level);
    this.holdCurrent();
    this.say(level.sentence);
    this.showCards(level.cards);
    setText(this.share, level.share);
    level.strip.forEach((row, i) => this.showRow(this.rowNodes[i], row));
    setText(this.status, this.waiting ? this.payload.words.stored : this.note);
    this.root.dataset.alpha = (this.at / 100).toFixed(2);
    this.root.dataset.source = this.recomputed ? "rows" : "stored";
    window.__yodoAt = this.at;
    window.dispatchEvent(new Event("yodo-at"));
  }

  showRow(node, row) {
    const known = row.now !== null && row.before !== null;
    for (const part of [node.link, node.before, node.now]) part.style.display = known ? "" : "none";
    setText(node.count, row.count);
    setText(node.is, row.now_text);
    node.is.classList.toggle("said", row.now === null);
    setText(node.was, known && row.before_text !== row.now_text ? `${row.before_text} → ` : "");
    if (!known) return;
    const place = (value) => `${((value / this.scale) * 100).toFixed(2)}%`;
    node.before.style.left = place(row.before);
    node.now.style.left = place(row.now);
    node.link.style.left = place(Math.min(row.before, row.now));
    node.link.style.width = place(Math.abs(row.before - row.now));
  }

  close() {
    window.removeEventListener("yodo-figures", this.onFigures);
    window.removeEventListener("yodo-move", this.onMove);
    this.slider.stop();
    this.resize.disconnect();
  }
}

// A failure leaves the words that point to the native slider; a stack trace would help no reader.
export default function (component) {
  const fallback = component.parentElement.querySelector(".fallback");
  try {
    return start(component);
  } catch (error) {
    console.warn("The live view has not started:", error);
    if (fallback) component.parentElement.querySelector(".yodo").appendChild(fallback);
    return undefined;
  }
}

function start(component) {
  const { parentElement, setStateValue } = component;
  const data = JSON.parse(new TextDecoder().decode(component.data));
  let root = parentElement.querySelector(".yodo");
  if (!root) {
    root = html("div", "yodo");
    parentElement.appendChild(root);
  }
  let view = views.get(root);
  if (!view) {
    view = new View(root, data.openedAt);
    views.set(root, view);
  }
  view.tell = (value) => setStateValue("alpha", value);
  if (!view.payload || view.payload.id !== data.payload.id) view.load(data.payload);
  return () => { view.close(); views.delete(root); };
}
