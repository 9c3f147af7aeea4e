"""Make docs/images from the app as it is, in a real Chromium. Usage: python scripts/screenshots.py"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from common import app, chromium  # noqa: E402  (the benchmarks start app and browser in the same way)

# file: checkpoint, alpha, width, height, theme
SHOTS = {
    "first-screen-light": ("adult-sex-dp", 0.5, 1280, 800, "light"),
    "first-screen-dark": ("adult-sex-dp", 0.5, 1280, 800, "dark"),
    "phone": ("adult-sex-dp", 0.5, 390, 844, "light"),
    "race": ("adult-race-dp", 0.5, 1280, 800, "light"),
}


def main() -> None:
    images = ROOT / "docs" / "images"
    images.mkdir(parents=True, exist_ok=True)
    with app() as address, chromium() as browser:
        for name, (checkpoint, alpha, width, height, theme) in SHOTS.items():
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
            page.goto(f"{address}/?checkpoint={checkpoint}&alpha={alpha:.2f}")
            # Only figures recomputed at the alpha asked for, with every text in place.
            page.wait_for_selector(f'.yodo[data-source=rows][data-alpha="{alpha:.2f}"]', timeout=60_000)
            shown = page.evaluate("new URL(location.href).searchParams.get('checkpoint')")
            if shown != checkpoint:
                sys.exit(f"The app shows {shown} where {checkpoint} was asked for; train that checkpoint first.")
            page.wait_for_timeout(1500)
            page.screenshot(path=images / f"{name}.png")
            page.close()
            print(images / f"{name}.png")


if __name__ == "__main__":
    main()
