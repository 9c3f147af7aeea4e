"""The same line on the rows of other states and years, beside its own test rows; and one policy of an alpha a state.

Each place is a line of results/elsewhere.jsonl; docs/elsewhere.md is made from them by scripts/elsewhere_page.py. ACS
rows are found through YODO_PUMS_ROOT; places without rows are left out, and named.
Usage: python benchmarks/elsewhere.py [--checkpoints FOLDER]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import common

from yodo_core import checkpoint
from yodo_core.commands import evaluate
from yodo_core.data import get
from yodo_core.elsewhere import place
from yodo_core.elsewhere.policy import Policy

ALPHAS = [0.0, 0.5, 1.0]
WHERE = {
    "acs-income-ca-2018-sex-dp": [f"acs-income-{state}-2018" for state in ("tx", "ny", "fl", "pr", "ms", "sd")],
    "acs-employment-ma-2018-dis-dp": ["acs-employment-ma-2017"],
}
# Less where the line overshoots, none where women and men start alike. Chosen on these very rows: an example.
POLICY = {"TX": 1.0, "NY": 0.8, "FL": 1.0, "PR": 0.0, "MS": 0.7, "SD": 0.5}


def level(found: dict[str, Any], notion: str, reference: str, share: float | None = None) -> dict[str, Any]:
    """One level's figures: the gap is signed, the other group minus the reference, with its 95% interval."""
    gap = found["gaps"][notion]
    turned = gap["high"] == reference
    ends = sorted((-gap["low_end"], -gap["high_end"])) if turned else (gap["low_end"], gap["high_end"])
    return {
        "alpha": found["alpha"],
        "accuracy": found["accuracy"],
        "accuracy_95": [found["accuracy_low"], found["accuracy_high"]],
        "gap": -gap["gap"] if turned else gap["gap"],
        "gap_95": list(ends),
        "floor": gap["floor"],
        "share_gone": share,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoints", type=Path, default=common.ROOT / "checkpoints")
    folder = parser.parse_args().checkpoints
    for name, datasets in WHERE.items():
        absent = {one: reason for one in datasets if (reason := get(one).absent())}
        for reason in absent.values():
            print(f"Left out: {reason}", file=sys.stderr)
        here = [one for one in datasets if one not in absent]
        if not (folder / name).is_dir():
            print(f"Left out: there is no checkpoint {folder / name}.", file=sys.stderr)
        elif here:
            measured(checkpoint.read(folder / name), here)


def measured(ready: checkpoint.Checkpoint, datasets: list[str]) -> None:
    """One line a place, and one for the policy where every state of it has rows."""
    where, notion, reference = place.of_datasets(ready, datasets), ready.notion, ready.manifest["reference_group"]
    about = {"checkpoint": ready.id, "sha256": ready.sha256[:12], "notion": notion, "reference": reference}
    for one in evaluate.run(ready, where, ALPHAS, 0.5)["places"]:
        shares = one["share_gone"]
        levels = [level(found, notion, reference, share) for found, share in zip(one["levels"], shares, strict=True)]
        unseen = one["unseen"] and one["unseen"]["share"]
        common.report(
            "elsewhere", f"{ready.id} in {one['place']}", **about, place=one["place"], rows=one["rows"], n=one["n"],
            levels=levels, unseen=unseen,
        )  # fmt: skip
    if len(datasets) == len(POLICY):
        total = evaluate.by_policy(ready, where, Policy(place.STATE, POLICY), 0.5, False)["total"]
        common.report(
            "elsewhere", f"{ready.id} by a policy", **about, policy=POLICY, n=total["n"],
            levels=[level(total, notion, reference)],
        )  # fmt: skip


if __name__ == "__main__":
    main()
