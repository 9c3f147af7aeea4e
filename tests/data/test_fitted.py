"""Rows of elsewhere through a checkpoint's encoder: what it does not know is counted, groups go by name."""

from __future__ import annotations

import numpy as np
import pytest

from tests.toy import TOY, rows
from yodo_core.data import get
from yodo_core.data.encoder import Encoder
from yodo_core.data.fitted import Fitter
from yodo_core.errors import InputError

GROUPS = ("a", "b", "c")


@pytest.fixture
def fitter() -> Fitter:
    attribute = TOY.attribute("kind")
    return Fitter(TOY, attribute, Encoder.fit(rows(), TOY.features(attribute)), GROUPS)


def test_known_rows_are_encoded_as_the_encoder_does(fitter: Fitter) -> None:
    frame = rows().head(300)
    table, kept = fitter.fit(frame)
    codes, numbers = fitter.encoder.encode(frame)
    assert kept.all()
    assert np.array_equal(table.codes, codes)
    assert np.array_equal(table.numbers, numbers)
    assert [GROUPS[i] for i in table.group] == list(frame["kind"])
    assert np.array_equal(table.label, frame["good"] == "yes")
    assert np.array_equal(table.weight, frame["share"])
    assert fitter.unseen()["cells"] == 0
    assert fitter.left_out_groups() == []


def test_unknown_values_go_to_other_and_are_counted_over_batches(fitter: Fitter) -> None:
    frame = rows().head(400)
    frame.loc[:39, "town"] = "west"
    frame.loc[:9, "colour"] = None
    for batch in (frame[:100], frame[100:]):
        fitter.fit(batch)
    assert fitter.unseen() == {
        "cells": 50,
        "of": 800,
        "share": 50 / 800,
        "columns": {"town": 40 / 400, "colour": 10 / 400},
    }


def test_groups_that_one_side_lacks_are_listed_with_a_reason_and_their_rows_left_out(fitter: Fitter) -> None:
    frame = rows().head(500)
    frame = frame[frame["kind"] != "c"].reset_index(drop=True)
    frame.loc[:24, "kind"] = "d"
    table, kept = fitter.fit(frame)
    assert len(table) == kept.sum() == len(frame) - 25
    unknown, absent = fitter.left_out_groups()
    assert (unknown["group"], unknown["n"]) == ("d", 25)
    assert "does not know" in unknown["reason"]
    assert (absent["group"], absent["n"]) == ("c", 0)


def test_readable_names_and_raw_values_are_the_same_group() -> None:
    adult = get("adult")
    frame = adult.load().head(200)
    attribute = adult.attribute("sex")
    encoder = Encoder.fit(frame, adult.features(attribute))
    named = frame.assign(sex=frame["sex"].astype(str).map(attribute.groups))
    one, two = (Fitter(adult, attribute, encoder, ("Men", "Women")).fit(f)[0] for f in (frame, named))
    assert np.array_equal(one.group, two.group)


def test_every_missing_column_is_named(fitter: Fitter) -> None:
    fitter.check(["skill", "hours", "town", "colour", "kind", "good"], "The file")
    with pytest.raises(InputError, match=r"The file lacks the columns colour, good, kind, town, which"):
        fitter.check(["skill", "hours", "share"], "The file")


def test_accounts_of_places_add_up(fitter: Fitter) -> None:
    frame = rows().head(200)
    frame.loc[:9, "town"] = "west"
    whole, part = (Fitter(TOY, fitter.attribute, fitter.encoder, GROUPS) for _ in range(2))
    whole.fit(frame)
    part.fit(frame[:50])
    fitter.fit(frame[50:])
    merged = Fitter.merged([part, fitter])
    assert merged.unseen() == whole.unseen()
    assert merged.seen == whole.seen
    assert merged.rows == 200
