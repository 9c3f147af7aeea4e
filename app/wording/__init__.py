"""Every sentence, label, unit and explanation of the app. Pure: plain values in, text out."""

from app.wording.display import display, finding, recomputed_note, spoken
from app.wording.sentence import plain, sentence

__all__ = ["display", "finding", "plain", "recomputed_note", "sentence", "spoken"]
