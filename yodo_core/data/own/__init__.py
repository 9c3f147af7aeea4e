"""A user's own CSV or Parquet file as a data set: looked at, described by a recipe, checked, declared."""

from __future__ import annotations

from yodo_core.data.own.checks import Concern, concerns
from yodo_core.data.own.declare import attribute_of, declare
from yodo_core.data.own.look import OwnFile, Seen, look
from yodo_core.data.own.preview import preview
from yodo_core.data.own.recipe import Recipe, dataset_id

__all__ = [
    "Concern",
    "OwnFile",
    "Recipe",
    "Seen",
    "attribute_of",
    "concerns",
    "dataset_id",
    "declare",
    "look",
    "preview",
]
