"""Lines that read pictures in the app: stored figures, and one test picture with its score along the line."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

import numpy as np
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from app import store
from app.views import details
from app.wording import pictures as words
from tests.app.conftest import ROOT
from yodo_core import checkpoint, data, evaluate, person
from yodo_core.errors import RowsAbsentError

NAME = "digits-ink-dp"
FOUND = {"scores": [0.9, 0.6, 0.3], "alphas": [0.0, 0.5, 1.0], "here": 0.6, "group": "Bold ink", "label": True}


@pytest.fixture(autouse=True)
def real(monkeypatch: pytest.MonkeyPatch) -> None:
    st.cache_resource.clear()
    st.cache_data.clear()
    monkeypatch.setattr("app.store.cards.ROOT", ROOT / "checkpoints")


@pytest.fixture
def card() -> dict[str, Any]:
    return store.available()[0][NAME]


def test_figures_are_the_stored_ones_and_say_so(card: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate, "levels", lambda *_: pytest.fail("nothing is run on all rows"))
    facts, said = store.recomputed(card, 0.3, 0.5)
    assert said == "Figures of a net that reads pictures come from the stored curve."
    assert facts == store.stored(card, 0.5)[30]
    assert store.scores(card, 0.3, 0.5, None) is None


def test_a_picture_is_one_of_the_test_rows_with_its_own_scores(card: dict[str, Any]) -> None:
    ready = checkpoint.read(ROOT / "checkpoints" / NAME)
    rows = evaluate.rows(ready)
    table = rows.splits["test"]
    assert store.pictures(card) == len(table) == 1080
    found = store.picture(card, 7, 0.33)
    shown = np.asarray(Image.open(io.BytesIO(found["png"])))
    assert shown.shape == (224, 224)
    assert np.array_equal(shown[::28, ::28], table.pixels[7, 0])  # type: ignore[index]
    assert found["group"] == rows.groups[table.group[7]]
    assert found["label"] == bool(table.label[7])
    assert len(found["scores"]) == 21
    assert found["scores"] == person.scores(ready, table, 7, found["alphas"]).tolist()
    assert found["here"] == person.scores(ready, table, 7, [0.33])[0]


def test_without_its_rows_there_is_one_line(card: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> None:
        raise RowsAbsentError("They are elsewhere.")

    monkeypatch.setitem(data.DATASETS, "digits", dataclasses.replace(data.get("digits"), load=absent))
    assert "The rows of digits cannot be had on this machine" in str(store.pictures(card))


def test_what_is_said_of_a_picture() -> None:
    assert words.said(FOUND, 0.5, 0.5) == (
        "Its score is 60.0% at alpha 0.50, positive from a score of 0.50 up; 90.0% at the most accurate end, 30.0% at "
        "the other. Along the line the prediction turns near alpha 1.00."
    )
    assert "not positive from a score of 0.95 up" in words.said(FOUND, 0.5, 0.95)
    assert "turns" not in words.said(FOUND, 0.5, 0.95)
    told = words.about(FOUND, {"decision_noun": "read as five or more"})
    assert told == "Bold ink. Its label is the good outcome: to be read as five or more is right."


def test_the_chart_holds_the_scores_the_place_and_the_threshold() -> None:
    for theme in ("light", "dark"):
        figure = store.picture_figure(FOUND, 0.5, 0.4, words.chart_words(0.4), theme)
        line, mark = figure.data
        assert (list(line.x), list(line.y)) == ([0.0, 0.5, 1.0], [90.0, 60.0, 30.0])
        assert (list(mark.x), list(mark.y)) == ([0.5], [60.0])
        assert figure.layout.shapes[0].y0 == 40
        assert figure.layout.annotations[0].text == "positive from 0.40 up"
    for threshold, anchor in ((0.4, "bottom"), (0.2, "top"), (0.05, "bottom")):
        figure = store.picture_figure(FOUND, 0.5, threshold, words.chart_words(threshold), "light")
        assert figure.layout.annotations[0].yanchor == anchor, "the name stands where the line does not end"


def page() -> None:
    """The tab alone, as the details show it."""
    from app import store
    from app.views import pictures

    pictures.show(store.available()[0]["digits-ink-dp"], 0.2, 0.5)


def test_another_picture_may_be_picked() -> None:
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    (number,) = app.number_input
    assert (number.min, number.max, number.value) == (1, 1080, 1)
    before = [text.value for text in app.text]
    after = [text.value for text in number.set_value(12).run().text]
    assert len(before) == len(after) == 3
    assert before[1] != after[1]
    assert before[2] == after[2] == words.NOTE


def test_only_picture_lines_have_the_tab(monkeypatch: pytest.MonkeyPatch, card: dict[str, Any]) -> None:
    seen: list[list[str]] = []

    def tabs(names: list[str], **_: Any) -> list[Any]:
        seen.append(names)
        return [type("Tab", (), {"open": False})()] * len(names)

    monkeypatch.setattr("streamlit.tabs", tabs)
    for one in (card, card | {"picture": None}):
        details.show(one, {}, {}, 0.0, 0.5)
    assert [names[0] for names in seen] == ["One picture", "Groups and counts"]
    assert seen[0][1:] == seen[1]
