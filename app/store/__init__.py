"""The app's only door to `yodo_core` and the only user of Streamlit's caches.

Everything that leaves here is plain: dicts, lists, strings, fractions; None for what cannot be estimated.
Caches are bounded and keyed by content (sha256 of the manifest), alpha in hundredths, split and threshold;
Streamlit computes one key once at a time, so sessions that ask alike wait for one result.
"""

from app.store.cards import available, settle_process
from app.store.desk import MADE, Desk, hold
from app.store.drawn import around, figure, payload, payload_id, scores_id, scores_payload
from app.store.elsewhere import (
    away,
    brought,
    digest,
    endings,
    home,
    obtainable,
    other_card,
    places,
    places_figure,
)
from app.store.keeping import LONGEST, packed, remove, save, saved, titled
from app.store.levels import alphas, recomputed, scores, stored, stored_scores, weighted
from app.store.pictures import picture, picture_figure, pictures
from app.store.policy import by_policy
from app.store.rows import download, downloadable, downloading, other_rows, stop_download
from yodo_core.fairness.facts import facts

__all__ = [
    "LONGEST",
    "MADE",
    "Desk",
    "alphas",
    "around",
    "available",
    "away",
    "brought",
    "by_policy",
    "digest",
    "download",
    "downloadable",
    "downloading",
    "endings",
    "facts",
    "figure",
    "hold",
    "home",
    "obtainable",
    "other_card",
    "other_rows",
    "packed",
    "payload",
    "payload_id",
    "picture",
    "picture_figure",
    "pictures",
    "places",
    "places_figure",
    "recomputed",
    "remove",
    "save",
    "saved",
    "scores",
    "scores_id",
    "scores_payload",
    "settle_process",
    "stop_download",
    "stored",
    "stored_scores",
    "titled",
    "weighted",
]
