"""The card: the data set in plain words, its groups, and the model made from it. All of it is in the manifest."""

from __future__ import annotations

from app.wording.groups import Facts
from app.wording.numbers import percent, whole

DATA, PROBLEMS, MODEL = "The data", "Known problems of the data", "The model"
SPLITS = {"train": "Learned from", "tune": "Settings made on", "certify": "Kept for a choice", "test": "Tested on"}


def data_rows(card: Facts) -> list[tuple[str, str]]:
    """What the data are, how many rows they have, and how many of these have the good outcome."""
    data = card["data_card"]
    people = data["people"]
    licence = ". ".join(str(data[key]).rstrip(".") for key in ("licence", "attribution") if data[key])
    rate = "not known, as that of a group is not stored" if data["rate"] is None else percent(data["rate"])
    rows = [
        ("Data set", data["title"] or data["dataset"]),
        ("Rows", f"{whole(data['rows'])} {people}"),
        ("Good outcome for the person", data["favourable"]),
        ("Have the good outcome", rate if data["rate"] is None else f"{rate} of all {people}"),
        ("Said of a positive prediction", data["decision_noun"]),
        ("Said of those with the good outcome", data["qualified_phrase"]),
        ("Survey weight", data["weight"] and f"{data['weight']}; a row counts once where a figure is not weighted"),
        ("Kept together", data["unit"] and f"rows that share {data['unit']}, either learned from or tested on"),
        ("Source", data["source"]),
        ("Licence and attribution", licence),
    ]
    return [(name, str(value)) for name, value in rows if value]


def group_rows(card: Facts) -> list[dict[str, str]]:
    """Each group's rows, the share of them with the good outcome, and how many each part of the split has."""
    (groups,) = card["data_card"]["groups"].values()
    parts = {entry["name"]: entry for entry in card["groups"]}
    return [
        {"Group": group["group"], "Rows": whole(group["n"]), "Have the good outcome": percent(group["rate"])}
        | {name: whole(parts[group["group"]].get(split)) for split, name in SPLITS.items()}
        for group in groups
    ]


def model_rows(card: Facts) -> list[tuple[str, str]]:
    """What the model was trained for, how, and what tells its files from others."""
    training = card["training"]
    keys = ("seed", "split_seed", "epochs", "batch_size", "hidden", "depth", "threads")
    return [
        ("Checkpoint", card["id"]),
        ("Made equal", f"{card['notion_title']}. {card['notion_help']}"),
        ("Sees the attribute when deciding", "yes" if card["with_attribute"] else "no"),
        ("Objective", str(card.get("objective", ""))),
        ("Training", ", ".join(f"{key} {training[key]}" for key in keys if key in training)),
        ("Made with", str(card.get("command", ""))),
        ("SHA-256 of the rows", card["rows_sha256"]),
        ("SHA-256 of the manifest", card["sha256"]),
        *((f"SHA-256 of {name}", value) for name, value in sorted(card["files"].items())),
    ]
