// A range input that tells of each move, and once when it has settled: on release, or a moment after the last key.
const SETTLE_AFTER_KEYS = 150;

function watchSlider(input, moved, settled) {
  let timer = 0;
  // The change event comes after pointerup, so what moved the slider is remembered from before.
  let byKeys = false;
  const state = { dragging: false, waiting: false };
  const settle = () => { state.waiting = false; settled(); };
  // Letting go settles at once, also where the drag ends on the place it began at and no change is reported.
  const release = () => {
    if (state.dragging && state.waiting) settle();
    state.dragging = false;
  };
  input.addEventListener("keydown", () => { byKeys = true; });
  input.addEventListener("pointerdown", () => { byKeys = false; state.dragging = true; });
  window.addEventListener("pointerup", release);
  window.addEventListener("pointercancel", release);
  input.addEventListener("input", () => {
    state.waiting = true;
    clearTimeout(timer);
    moved(Number(input.value));
  });
  input.addEventListener("change", () => {
    clearTimeout(timer);
    if (byKeys) timer = setTimeout(settle, SETTLE_AFTER_KEYS);
    else settle();
  });
  state.stop = () => {
    clearTimeout(timer);
    window.removeEventListener("pointerup", release);
    window.removeEventListener("pointercancel", release);
  };
  return state;
}
