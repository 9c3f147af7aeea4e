"""The words of keeping a model, of the list of those kept, and of removing one. Titles and names are shown as text."""

from __future__ import annotations

TITLE = "Title in the lists"
TITLE_HELP = "What the model is called under Explore. The file's name is used where this is empty."
LIST = "Saved models"
LIST_HELP = "Models that were saved on this page, by anyone who used this app. Each can be looked at under Explore."
REMOVE = "Remove…"
SURE = "Remove it for good"
LEAVE = "Leave it"


def saved(name: str, title: str) -> str:
    """That it is kept, and where."""
    return f"Saved as {name}. It is under Explore from now on, as “{title}” in the list of data sets."


def entry(name: str, title: str) -> str:
    """A saved model in the list."""
    return f"{title} ({name})"


def remove_help(name: str) -> str:
    """What the button of one entry is for."""
    return f"Remove {name}"


def sure(name: str, title: str) -> str:
    """The question before a model is removed."""
    return f"Remove “{title}” ({name}) and its files? It cannot be brought back, and nobody can look at it any more."


def removed(name: str) -> str:
    """That it is gone."""
    return f"{name} is removed."
