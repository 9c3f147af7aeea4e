"""From nothing to the first chart: `streamlit run app/main.py` afresh, the page in a fresh Chromium profile.

Usage: python benchmarks/coldstart.py [--runs 5]
"""

from __future__ import annotations

import argparse
import statistics
import time

from common import app, chromium, report, wait_for_server

CHART = ".yodo circle.point[cx]"
BUDGET_S = 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    whole, opening, recomputed = [], [], []
    with chromium() as browser:
        for _ in range(arguments.runs):
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            page = context.new_page()
            began = time.perf_counter()
            with app(ready=False) as address:
                wait_for_server(address)
                opened = time.perf_counter()
                page.goto(address, wait_until="commit")
                page.wait_for_selector(CHART, timeout=60_000)
                # One frame later the chart is on the screen.
                page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
                seen = time.perf_counter()
                page.wait_for_selector(".yodo[data-source=rows]", timeout=60_000)
                recomputed.append(time.perf_counter() - opened)
                whole.append(seen - began)
                opening.append(seen - opened)
            context.close()
    report(
        "coldstart",
        "coldstart",
        median_s=statistics.median(whole),
        max_s=max(whole),
        page_median_s=statistics.median(opening),
        page_max_s=max(opening),
        page_to_recomputed_median_s=statistics.median(recomputed),
        runs_s=whole,
        page_runs_s=opening,
        budget={"max_s": BUDGET_S},
    )


if __name__ == "__main__":
    main()
