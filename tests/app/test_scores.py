"""The spread of scores by group: its words, its payload of bounded size, and the page through AppTest."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app import store
from app.wording import scores
from tests.app.conftest import CHECKPOINT, ROOT
from tests.app.facts import RACE, SEX
from yodo_core import checkpoint, evaluate
from yodo_core.errors import RowsAbsentError

EDGES = list(range(0, 101, 5))


@pytest.fixture(autouse=True)
def real(monkeypatch: pytest.MonkeyPatch) -> None:
    st.cache_resource.clear()
    st.cache_data.clear()
    monkeypatch.setattr("app.store.cards.ROOT", ROOT / "checkpoints")


def row(group: str, mean: float | None, n: int = 900, tall: float = 0.05) -> dict[str, Any]:
    """One group: even but for its first bar; no figures where the average is None."""
    heights = [tall, *[(1 - tall) / 19] * 19]
    figures = {"above": 0.2, "mean": mean, "mean_low": (mean or 0) - 0.01, "mean_high": (mean or 0) + 0.01}
    if mean is None:
        return {"group": group, "n": n, "heights": None, **dict.fromkeys(figures)}
    return {"group": group, "n": n, "heights": heights, **figures}


def level(men: float, women: float, half: float = 0.01) -> dict[str, Any]:
    """Two groups and the difference of their averages with its interval."""
    high, low = ("Men", "Women") if men > women else ("Women", "Men")
    far = abs(men - women)
    ends = {"difference": far, "low_end": far - half, "high_end": far + half}
    return {"edges": EDGES, "groups": [row("Men", men), row("Women", women)], "gap": {"high": high, "low": low} | ends}


def several(means: dict[str, float | None], high: str, low: str) -> dict[str, Any]:
    groups = [row(name, mean, 900 if mean is not None else 12) for name, mean in means.items()]
    gap = {"high": high, "low": low, "difference": 0.1, "low_end": None, "high_end": None}
    return {"edges": EDGES, "groups": groups, "gap": gap}


def say(here: dict[str, Any], start: dict[str, Any], whose: str = "everyone") -> str:
    return scores.finding(here, start, SEX if len(here["groups"]) == 2 else RACE, whose)


def test_the_title_states_how_far_averages_are_apart_here_and_at_the_start() -> None:
    start = level(0.29, 0.11)
    assert say(level(0.26, 0.14), start) == (
        "Average scores: men 12 points above women here, 18 at the most accurate end"
    )
    assert say(start, start) == "Average scores: men 18 points above women at the most accurate end"
    assert say(level(0.26, 0.14), start, "good").startswith(
        "Average scores among people who do earn over $50,000: men 12"
    )
    assert say(level(0.26, 0.14), start, "others").startswith("Average scores among the other people: men 12")


def test_the_title_says_when_the_order_has_turned() -> None:
    assert say(level(0.51, 0.58), level(0.60, 0.55)) == (
        "Average scores: women 7 points above men here; at the most accurate end men 5 points above women"
    )


def test_the_title_does_not_make_a_difference_of_chance() -> None:
    assert say(level(0.56, 0.57, half=0.03), level(0.60, 0.55)) == (
        "Average scores: a difference too small to tell from none here; "
        "at the most accurate end men 5 points above women"
    )
    assert "men less than 1 point above women here" in say(level(0.304, 0.3, half=0.001), level(0.6, 0.55))
    assert "men 1 point above women here" in say(level(0.31, 0.3, half=0.001), level(0.6, 0.55))


def test_more_than_two_groups_are_given_as_a_range_with_names() -> None:
    start = several({"White": 0.25, "Black": 0.14, "Asian": 0.2, "Other race": None}, "White", "Black")
    here = several({"White": 0.21, "Black": 0.13, "Asian": 0.22, "Other race": None}, "Asian", "Black")
    assert say(here, start) == (
        "Average scores: 13% (Black people) to 22% (Asian people) here, "
        "14% (Black people) to 25% (White people) at the most accurate end"
    )
    alike = several({"White": 0.211, "Black": 0.209, "Asian": 0.21, "Other race": None}, "White", "Black")
    assert "21% in every group compared here" in say(alike, start)


def test_what_cannot_be_compared_is_said_in_words() -> None:
    start = level(0.29, 0.11)
    assert "cannot be compared: fewer than 100 people in all groups but one" in say(start | {"gap": None}, start)
    told = scores.table({"groups": [row("Other race", None, 12)]}, {"groups": [row("Other race", None, 12)]}, 0.5)
    assert list(told[0].values()) == ["Other race", "12", *["cannot be estimated"] * 4]


def test_the_payload_draws_groups_of_thirty_names_the_others_and_cuts_what_piles_up_at_the_ends() -> None:
    start = several({"White": 0.25, "Black": 0.14, "Asian": 0.2, "Other race": None}, "White", "Black")
    start["groups"][0] = row("White", 0.25, 900, tall=0.6)
    start["groups"][2] = row("Asian", 0.2, 82)
    made = scores.build(RACE, [start], "everyone", 0.5)
    assert [name for name, _ in made["groups"]] == ["White", "Black", "Asian"]
    assert made["groups"][2][1] == "82 people, too few to compare"
    assert "Not drawn, fewer than 30 people: Other race (12)." in made["words"]["key"]
    assert made["top"] == 50
    assert made["levels"][0]["heights"][0][0] == 600
    assert "A bar with a cut" in made["words"]["key"]
    assert made["words"]["line"] == "positive from 50% up"
    even = several({"White": 0.25, "Black": 0.14, "Asian": 0.2, "Other race": None}, "White", "Black")
    assert "A bar with a cut" not in scores.build(RACE, [even], "everyone", 0.5)["words"]["key"]


@pytest.mark.parametrize(("groups", "step"), [(2, 1), (15, 1), (18, 2), (200, 4)])
def test_the_payload_stays_small_however_many_groups_there_are(groups: int, step: int) -> None:
    rng = np.random.default_rng(0)
    long = [f"a rather long name, of group number {i}" for i in range(groups)]
    one = {"edges": EDGES, "groups": [row(name, 0.2, 900 + i) for i, name in enumerate(long)]}
    one["gap"] = {"high": long[0], "low": long[1], "difference": 0.2, "low_end": None, "high_end": None}
    for told in one["groups"]:
        told["heights"] = rng.dirichlet(np.ones(20)).tolist()
    made = scores.build(RACE, [one] * 101, "good", 0.5)
    assert made["step"] == step
    assert len(made["levels"]) == 100 // step + 1
    assert len(made["groups"]) == min(groups, scores.MOST_GROUPS)
    assert len(json.dumps(made, separators=(",", ":")).encode()) < 150_000
    if groups > scores.MOST_GROUPS:
        assert made["groups"][0][0] == long[-scores.MOST_GROUPS]
        assert f"in the table only: {groups - scores.MOST_GROUPS} smaller groups" in made["words"]["key"]


def test_the_payloads_of_the_shipped_checkpoints_are_small_and_their_heights_are_those_of_the_counts() -> None:
    for card in store.available()[0].values():
        for whose, condition in scores.AMONG.items():
            made = store.scores_payload(card, 0.5, whose, condition, scores.build)
            assert len(made.encode()) < 60_000, (card["id"], whose)
            curve = checkpoint.read(Path(card["path"])).curve("test")
            drawn = json.loads(made)
            for at in (0, 37, 100):
                n = curve.level(at).n
                own = n.sum(axis=1) if condition is None else n[:, condition]
                own = own[own.sum(axis=1) >= 30]
                five = own.reshape(len(own), 20, 5).sum(axis=2) / own.sum(axis=1, keepdims=True)
                np.testing.assert_allclose(drawn["levels"][at]["heights"], 1000 * five, atol=0.5 + 1e-9)


def test_names_reach_the_page_as_text_only() -> None:
    for name in ("draw", "panel", "scores", "live", "marks"):
        code = (ROOT / "app" / "components" / f"{name}.js").read_text("utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", code), name


def opened(**link: str) -> AppTest:
    """The page with the tab of scores open."""
    app = AppTest.from_file(str(ROOT / "app" / "main.py"), default_timeout=120)
    for name, value in link.items():
        app.query_params[name] = value
    app.session_state["details"] = "Scores by group"
    app.run()
    assert [error.value for error in app.exception] == []
    return app


def cells(app: AppTest) -> list[list[str]]:
    """The table below the picture."""
    html = next(found.proto.body for found in app.get("html") if 'aria-label="Scores by group"' in found.proto.body)
    return [re.findall(r"<td>(.*?)</td>", line) for line in html.split("<tr>")[2:]]


@pytest.mark.parametrize("alpha", ["0.00", "0.63"])
def test_the_table_says_in_words_what_the_picture_shows(alpha: str) -> None:
    app = opened(alpha=alpha)
    found = checkpoint.read(CHECKPOINT)
    n = evaluate.counts_at(found, evaluate.rows(found), float(alpha)).n.sum(axis=1)
    for told, own in zip(cells(app), n, strict=True):
        assert told[1] == f"{own.sum():,}"
        assert told[2] == f"{100 * own[50:].sum() / own.sum():.1f}%"
        assert told[4].startswith(f"{own @ (np.arange(100) + 0.5) / own.sum():.0f}% (")


@pytest.mark.parametrize(("link", "usual"), [("adult-sex-dp", "everyone"), ("adult-sex-eo", "good")])
def test_whose_scores_are_shown_is_a_choice_that_starts_with_the_notion(link: str, usual: str) -> None:
    app = opened(checkpoint=link)
    picker = app.radio(key="pick_among")
    assert picker.value == usual
    assert [option.replace("\\", "") for option in picker.options] == [
        "Everyone", "Among people who do earn over $50,000", "Among the other people",
    ]  # fmt: skip
    picker.set_value("others")
    app.run()
    assert [error.value for error in app.exception] == []
    assert app.radio(key="pick_among").value == "others"
    n = checkpoint.read(ROOT / "checkpoints" / link).stored(0.0).n[:, 0].sum(axis=1)
    assert [told[1] for told in cells(app)] == [f"{size:,}" for size in n]


def test_without_rows_the_stored_scores_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_: Any) -> Any:
        raise RowsAbsentError("The rows of adult are not on this machine.")

    monkeypatch.setattr(evaluate, "rows", absent)
    n = checkpoint.read(CHECKPOINT).stored(0.4).n.sum(axis=1)
    assert [told[2] for told in cells(opened(alpha="0.4"))] == [f"{100 * own[50:].sum() / own.sum():.1f}%" for own in n]


def test_names_from_a_file_are_escaped_in_table_and_picker(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.views import parts

    shown: list[str] = []
    monkeypatch.setattr(parts.st, "html", shown.append)
    start = level(0.3, 0.2)
    start["groups"][0]["group"] = "<img src=x onerror=alert(1)>"
    parts.table(scores.table(start, start, 0.5), "Scores by group")
    assert "<img" not in shown[0]
    assert "&lt;img" in shown[0]
