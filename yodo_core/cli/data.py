"""`data list`: what data sets there are."""

from __future__ import annotations

from typing import Any

from yodo_core.cli.options import Json, emit


def listed(as_json: Json = False) -> None:
    """The data sets there are, with licence, size and attributes."""
    from yodo_core.data import DATASETS, acs, pums

    cards: list[dict[str, Any]] = [
        {
            "dataset": spec.id,
            "title": spec.title,
            "rows": spec.rows,
            "absent": spec.absent(),
            "attributes": [a.id for a in spec.attributes],
            "favourable": spec.favourable,
            "decision_noun": spec.decision_noun,
            "licence": spec.licence,
            "source": spec.source,
            "known_problems": list(spec.known_problems),
        }
        for spec in DATASETS.values()
    ]
    if as_json:
        return emit({"datasets": cards, "patterns": [acs.PATTERN]})
    for card in cards:
        size = f", {card['rows']:,} rows" if card["rows"] else ""
        print(f"{card['dataset']}: {card['title']}{size}; attributes {', '.join(card['attributes'])}")
        if card["absent"]:
            print(f"  its rows are not on this machine: {card['absent']}")
        print(f"  favourable outcome {card['favourable']} ({card['decision_noun']}); {card['licence']}")
        print(f"  {card['source']}")
        for problem in card["known_problems"]:
            print(f"  - {problem}")
    print(f"{acs.PATTERN}: American Community Survey, as in {acs.EXAMPLE}, several states joined by +")
    print(f"  problems {', '.join(acs.PROBLEMS)}; years {pums.YEARS[0]} to {pums.YEARS[-1]}; {acs.SOURCE}")
    print(f"  its rows are read from the folder that {pums.ROOT} names; nothing is downloaded")
