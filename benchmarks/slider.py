"""The live slider in a real Chromium: how smooth a drag is, and how soon recomputed figures stand on the page.

Drags the range input with the mouse for two seconds, several times, then settles it at alphas that the fresh server
has not seen. Usage: python benchmarks/slider.py [--drags 5] [--settles 24]
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

from common import app, chromium, quantile, report, spread

LATE_MS = 25
DRAG_SECONDS = 2.0
BUDGET_SETTLE_MS = 150
THUMB = 22

# Our capturing listener runs before the app's own, so its animation frame callbacks count frames from the input on.
PROBE = """input => {
  const root = input.closest('.yodo');
  const point = root.querySelector('circle.point');
  const probe = window.probe = { frames: [], latency: [], latencyMs: [], on: false, settle: null };
  let last = null;
  const tick = now => {
    if (probe.on && last !== null) probe.frames.push(now - last);
    last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  let pending = [];
  window.addEventListener('input', event => {
    if (!probe.on) return;
    const one = { frames: 0, at: event.timeStamp, moved: false };
    pending.push(one);
    const count = () => { one.frames += 1; if (!one.moved) requestAnimationFrame(count); };
    requestAnimationFrame(count);
  }, true);
  const afterPaint = work => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = work;
    channel.port2.postMessage(0);
  });
  new MutationObserver(() => {
    const moved = pending;
    pending = [];
    for (const one of moved) { one.moved = true; probe.latency.push(Math.max(1, one.frames)); }
    if (!moved.length) return;
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      for (const one of moved) probe.latencyMs.push(performance.now() - one.at);
    };
    channel.port2.postMessage(0);
  }).observe(point, { attributes: true, attributeFilter: ['cx'] });
  let released = null;
  window.addEventListener('pointerup', event => { released = event.timeStamp; probe.settle = null; }, true);
  new MutationObserver(() => {
    if (released === null || root.dataset.source !== 'rows') return;
    const began = released;
    released = null;
    const changed = performance.now();
    afterPaint(() => { probe.settle = { painted: performance.now() - began, changed: changed - began,
                                        sent: probe.sent ? probe.sent - began : null, alpha: root.dataset.alpha }; });
  }).observe(root, { attributes: true, attributeFilter: ['data-source'] });
}"""

# Sees when the page hands the settled value to its WebSocket.
SENDING = """const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (...words) {
  if (window.probe) { window.probe.sent = performance.now(); }
  return send.apply(this, words);
};"""


class Page:
    """The app's page with the probe in it."""

    def __init__(self, browser: Any, address: str) -> None:
        self.sent = 0
        self.page = browser.new_page(viewport={"width": 1280, "height": 800})
        self.page.add_init_script(SENDING)
        self.page.on("websocket", lambda socket: socket.on("framesent", self._count))
        self.page.goto(address)
        self.page.wait_for_selector(".yodo[data-source=rows] circle.point", timeout=60_000)
        # Let fonts, lazily loaded parts and the first runs come to rest.
        self.page.wait_for_timeout(3000)
        self.input = self.page.locator(".yodo input[type=range]")
        self.input.evaluate(PROBE)

    def _count(self, _: Any) -> None:
        self.sent += 1

    def place(self, share: float) -> tuple[float, float]:
        """Where the thumb's middle is at `share` of the slider."""
        box = self.box
        return box["x"] + THUMB / 2 + share * (box["width"] - THUMB), box["y"] + box["height"] / 2

    def reset(self) -> None:
        self.box = self.input.bounding_box()
        self.page.evaluate("Object.assign(window.probe, {frames: [], latency: [], latencyMs: [], settle: null})")

    def settled(self) -> dict[str, Any]:
        """Wait until the recomputed figures are painted. Times since the mouse button went up, in ms."""
        self.page.wait_for_function("window.probe.settle !== null", timeout=10_000)
        return dict(self.page.evaluate("window.probe.settle"))

    def drag(self, mirrored: bool) -> dict[str, Any]:
        """From one end to the other, back and there again within two seconds; `mirrored` begins at the right end."""
        self.reset()
        mouse = self.page.mouse
        mouse.move(*self.place(float(mirrored)))
        mouse.down()
        self.page.wait_for_timeout(100)
        self.sent = 0
        self.page.evaluate("window.probe.on = true")
        began = time.perf_counter()
        while (passed := time.perf_counter() - began) < DRAG_SECONDS:
            turn = passed / DRAG_SECONDS * 3 % 2
            share = min(turn, 2 - turn)
            mouse.move(*self.place(1 - share if mirrored else share))
        self.page.evaluate("window.probe.on = false")
        mouse.move(*self.place(float(not mirrored)))
        self.page.wait_for_timeout(200)
        sent = self.sent
        mouse.up()
        self.settled()
        return {**self.page.evaluate("({...window.probe})"), "sent": sent}

    def settle(self, alpha: float) -> dict[str, Any]:
        """Press at alpha, let go a moment later, wait for the recomputed figures."""
        self.reset()
        mouse = self.page.mouse
        mouse.move(*self.place(alpha))
        mouse.down()
        self.page.wait_for_timeout(150)
        mouse.up()
        return self.settled()


def drags(page: Page, times: int) -> None:
    """Frames, latency and messages of several drags, all their frames together."""
    runs = [page.drag(mirrored=bool(i % 2)) for i in range(times)]
    frames, moved, moved_ms = ([v for run in runs for v in run[k]] for k in ("frames", "latency", "latencyMs"))
    report(
        "slider",
        "drag",
        median_frame_ms=statistics.median(frames),
        p95_frame_ms=quantile(frames, 0.95),
        max_frame_ms=max(frames),
        share_over_25_ms=sum(frame > LATE_MS for frame in frames) / len(frames),
        median_input_to_marker_frames=statistics.median(moved),
        p95_input_to_marker_frames=quantile(moved, 0.95),
        median_input_to_marker_ms=statistics.median(moved_ms),
        messages_sent_mid_drag=sum(run["sent"] for run in runs),
        drags=times,
        seconds_each=DRAG_SECONDS,
        frames=len(frames),
        inputs=len(moved),
        share_over_25_ms_of_each=[sum(f > LATE_MS for f in run["frames"]) / len(run["frames"]) for run in runs],
        budget={"median_frame_ms": 17, "share_over_25_ms": 0.05, "median_input_to_marker_frames": 1},
    )


def settles(page: Page, times: int) -> None:
    """From letting go to the recomputed figures painted, at alphas that this server has not computed."""
    seen, runs = {"0.00", "1.00"}, []
    # Far from the alpha before, as a press on the thumb itself moves nothing.
    for alpha in [((41 * k) % 95 + 3) / 100 for k in range(95)]:
        if len(runs) == times:
            break
        if f"{alpha:.2f}" in seen:
            continue
        run = page.settle(alpha)
        if run["alpha"] not in seen:
            runs.append(run)
        seen.add(run["alpha"])
    painted = [run["painted"] for run in runs]
    report(
        "slider",
        "settle",
        **spread(painted),
        median_release_to_message_ms=statistics.median(run["sent"] for run in runs),
        median_message_to_figures_ms=statistics.median(run["changed"] - run["sent"] for run in runs),
        p95_message_to_painted_ms=quantile([run["painted"] - run["sent"] for run in runs], 0.95),
        settles=len(runs),
        test_rows=9769,
        cached="nothing: every alpha is new to the server",
        budget={"p95_ms": BUDGET_SETTLE_MS},
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drags", type=int, default=5)
    parser.add_argument("--settles", type=int, default=24)
    arguments = parser.parse_args()
    with app() as address, chromium() as browser:
        page = Page(browser, address)
        drags(page, arguments.drags)
        settles(page, arguments.settles)


if __name__ == "__main__":
    main()
