"""Settings: every field is read, explained, kept in the manifest and checked, all that is wrong in one message."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from yodo_core.config import RETIRED, TrainConfig, help_of
from yodo_core.errors import InputError

ROOT = Path(__file__).parents[1]


def test_every_field_of_the_config_is_read_somewhere() -> None:
    """Outside config.py and the command line, which only hands fields on."""
    files = (ROOT / "yodo_core").rglob("*.py")
    sources = [p.read_text() for p in files if p.name != "config.py" and p.parent.name != "cli"]
    text = "\n".join(sources)
    unread = [
        field.name for field in dataclasses.fields(TrainConfig) if not re.search(rf"\bconfig\.{field.name}\b", text)
    ]
    assert unread == []


def test_every_field_has_help_and_survives_json() -> None:
    config = TrainConfig(notion="eo", dropout=0.3, seed=4)
    assert TrainConfig.from_json(config.to_json()) == config
    assert all(len(help_of(field.name)) > 10 for field in dataclasses.fields(TrainConfig))
    with pytest.raises(InputError, match=r"Unknown training fields: speed\. Known: at_end, at_start, attribute, "):
        TrainConfig.from_json({"speed": 3})


def test_all_wrong_fields_stand_in_one_message() -> None:
    wrong = {
        "objective": "calibratd",
        "split": "papr",
        "ends": "sharde",
        "epochs": 0,
        "batch_size": 1,
        "hidden": 0,
        "depth": 0,
        "threads": 0,
        "seed": -1,
        "split_seed": 2**40,
        "learning_rate": 2.0,
        "dropout": 1.0,
        "weight_decay": -0.5,
        "cosine_weight": -1.0,
        "penalty": float("nan"),
        "dual_rate": -0.1,
        "trunk": 1.5,
        "at_start": 0.7,
        "at_end": 0.6,
    }
    with pytest.raises(InputError) as caught:
        TrainConfig(**wrong)  # type: ignore[arg-type]
    message = str(caught.value)
    assert "\n" not in message
    for name, value in wrong.items():
        assert name in message, name
        assert str(value) in message, name
    assert "Did you mean 'calibrated'?" in message
    assert "Did you mean 'paper'?" in message
    assert "Did you mean 'shared'?" in message


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"at_start": 0.5, "at_end": 0.5}, r"at_start=0\.5 and at_end=0\.5 \(together below 1\)"),
        ({"at_start": 0.0, "at_end": 1.0}, r"at_start=0\.0 and at_end=1\.0 \(together below 1\)"),
        ({"at_start": 1.0, "at_end": 0.0}, r"at_start=1\.0 and at_end=0\.0 \(together below 1\)"),
        ({"at_start": 0.9, "at_end": 0.25}, r"at_start=0\.9 and at_end=0\.25 \(together below 1\)"),
        ({"at_start": -0.1}, r"at_start=-0\.1 \(0 or more\)"),
        ({"at_end": float("nan")}, r"at_end=nan \(0 or more\)"),
        ({"trunk": 1.0}, r"trunk=1\.0 \(below 1\)"),
        ({"trunk": -0.2}, r"trunk=-0\.2 \(0 or more\)"),
        ({"trunk": float("nan")}, r"trunk=nan \(0 or more\)"),
        ({"dual_rate": -1.0}, r"dual_rate=-1\.0 \(0 or more\)"),
    ],
)
def test_shares_of_steps_and_rows_must_leave_some_for_the_line(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        TrainConfig(**changes)


def test_shares_of_steps_and_rows_may_be_none_or_almost_all() -> None:
    most = ({"at_start": 0.0, "at_end": 0.99}, {"at_start": 0.99, "at_end": 0.0})
    for changes in ({"trunk": 0.0, "at_start": 0.0, "at_end": 0.0}, {"trunk": 0.99}, *most):
        config = TrainConfig(**changes)
        assert {name: getattr(config, name) for name in changes} == changes


def test_fields_of_earlier_versions_are_passed_over_and_unknown_ones_are_not() -> None:
    config = TrainConfig(trunk=0.3, hidden=64)
    assert not RETIRED & set(config.to_json())
    earlier = {**config.to_json(), "sharpness": 8.0, "proportional": 2.0}
    assert TrainConfig.from_json(earlier) == config
    assert earlier["sharpness"] == 8.0, "what was given is left as it is"
    with pytest.raises(InputError, match=r"Unknown training fields: sharpnes, speed\. Known:"):
        TrainConfig.from_json({**earlier, "sharpnes": 8.0, "speed": 1})


def test_fields_that_an_earlier_version_lacks_have_their_defaults() -> None:
    assert TrainConfig.from_json({"notion": "eo"}) == TrainConfig(notion="eo")
