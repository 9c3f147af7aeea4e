"""The app through AppTest, which sees native widgets only: what is left when the live view does not start."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app import store
from app.views import pages
from app.wording import payload, texts
from tests.app.conftest import CHECKPOINT, ROOT
from tests.damage import DAMAGES, Damage
from yodo_core import checkpoint, evaluate
from yodo_core.errors import RowsAbsentError
from yodo_core.fairness import metrics


@pytest.fixture(autouse=True)
def fresh_caches() -> None:
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of checkpoints of its own, holding a copy of the first one."""
    shutil.copytree(CHECKPOINT, tmp_path / CHECKPOINT.name)
    monkeypatch.setattr("app.store.cards.ROOT", tmp_path)
    return tmp_path


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.cards.ROOT", ROOT / "checkpoints")


def opened(**link: str) -> AppTest:
    """The app's page at a link, run once; an exception in it fails the test."""
    app = AppTest.from_file(str(ROOT / "app" / "main.py"), default_timeout=120)
    for name, value in link.items():
        app.query_params[name] = value
    return checked(app.run())


def checked(app: AppTest) -> AppTest:
    assert [error.value for error in app.exception] == []
    return app


def metric(app: AppTest, label: str) -> str:
    return next(str(found.value) for found in app.metric if found.label == label)


def words(app: AppTest) -> str:
    return "\n".join(str(found.value) for found in [*app.text, *app.info, *app.error, *app.markdown])


def point(alpha: float, threshold: float) -> dict[str, Any]:
    found = checkpoint.read(CHECKPOINT)
    return metrics.point(evaluate.counts_at(found, evaluate.rows(found), alpha), threshold)


@pytest.mark.usefixtures("real")
def test_native_sliders_do_the_whole_job() -> None:
    app = opened()
    app.slider(key="alpha_number").set_value(0.37)
    checked(app.run())
    app.slider(key="threshold_number").set_value(0.4)
    checked(app.run())
    expected = point(0.37, 0.4)
    assert metric(app, "Accuracy") == f"{100 * expected['accuracy']:.1f}%"
    assert metric(app, "Demographic-parity gap") == f"{100 * expected['dp_gap']:.1f} points"
    assert f"{expected['gained']:,} p" in words(app)
    assert {name: app.query_params[name] for name in ("alpha", "threshold")} == {
        "alpha": "0.37", "threshold": "0.40",
    }  # fmt: skip


@pytest.mark.usefixtures("real")
def test_a_link_restores_alpha_and_threshold_and_rounds_them() -> None:
    app = opened(checkpoint="adult-sex-dp", alpha="0.3333", threshold="0.406")
    assert app.slider(key="alpha_number").value == 0.33
    assert app.slider(key="threshold_number").value == 0.41
    assert len(app.info) == 0


@pytest.mark.usefixtures("real")
def test_a_link_counts_though_another_page_is_opened_before_the_first_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    known = pages.PAGES
    monkeypatch.setattr(pages, "PAGES", ((st.stop, *known[0][1:]), *known[1:]))
    app = opened(checkpoint="adult-sex-eo", alpha="0.37", threshold="0.40")
    assert not app.slider
    # A link between pages leads to an address without the choice.
    app.query_params.clear()
    monkeypatch.setattr(pages, "PAGES", (known[2], *known[:2]))
    assert checked(app.run()).selectbox(key="pick_choice_elsewhere_line").value == "adult-sex-eo"
    assert (app.session_state["alpha"], app.session_state["threshold"]) == (0.37, 0.4)


@pytest.mark.usefixtures("real")
@pytest.mark.parametrize("bad", ["nan", "inf", "-1", "2", "x", "", "<b>", "1e999"])
def test_nonsense_in_a_link_opens_the_usual_view_with_a_word(bad: str) -> None:
    app = opened(alpha=bad)
    assert app.slider(key="alpha_number").value == 0.0
    assert "is not one this app knows" in app.info[0].value


@pytest.mark.parametrize("name", ["../adult-sex-dp", "/etc/passwd", "adult-sex-dp/../adult-sex-dp", "nope"])
@pytest.mark.usefixtures("real")
def test_a_checkpoint_in_a_link_is_matched_never_joined_to_a_path(name: str) -> None:
    app = opened(checkpoint=name)
    assert app.query_params["checkpoint"] == "adult-sex-dp"
    assert "is not one this app knows" in app.info[0].value


def test_a_damaged_checkpoint_shows_one_line_and_others_stay(folder: Path) -> None:
    damaged = folder / "adult-sex-eo"
    shutil.copytree(CHECKPOINT, damaged)
    line = damaged / "line.safetensors"
    line.write_bytes(line.read_bytes()[:-7])
    app = opened(checkpoint="adult-sex-eo")
    assert len(app.error) == 1
    assert "adult\\-sex\\-eo" in app.error[0].value
    assert "\n" not in app.error[0].value
    assert "Traceback" not in words(app)
    assert metric(app, "Accuracy").endswith("%")


@pytest.mark.parametrize(("damage", "message"), DAMAGES.values(), ids=DAMAGES.keys())
def test_each_kind_of_damage_is_one_line_on_the_page(
    toy_copy: Path, damage: Damage, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.cards.ROOT", toy_copy.parent)
    damage(toy_copy)
    if not (toy_copy / "manifest.json").is_file():
        assert "python -m yodo_core train" in opened(checkpoint=toy_copy.name).info[0].value
        return
    app = opened(checkpoint=toy_copy.name)
    assert len(app.error) == 1
    line = app.error[0].value.replace("\\", "")
    assert re.search(message, line), line
    assert "\n" not in line
    assert "Traceback" not in words(app)


def test_without_any_checkpoint_the_page_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.cards.ROOT", tmp_path)
    assert "python -m yodo_core train" in opened().info[0].value


def test_without_rows_the_stored_curve_is_shown_and_said_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_: Any) -> Any:
        raise RowsAbsentError("The rows of adult are not on this machine.")

    monkeypatch.setattr(evaluate, "rows", absent)
    app = opened(alpha="0.5")
    assert "every figure comes from the stored curve" in words(app)
    expected = metrics.point(checkpoint.read(folder / CHECKPOINT.name).stored(0.5), 0.5)
    assert metric(app, "Accuracy") == f"{100 * expected['accuracy']:.1f}%"


def test_pickers_offer_what_exists_and_keep_alpha(folder: Path) -> None:
    found = checkpoint.read(folder / CHECKPOINT.name)
    training = found.manifest["training"] | {"notion": "eo"}
    other = found.manifest | {"notion": "eo", "training": training}
    checkpoint.write(folder / "adult-sex-eo", other, found.line, found.curves, found.baselines)
    app = opened(alpha="0.25")
    picker = app.selectbox(key="pick_notion")
    assert len(picker.options) == 2
    picker.set_value("eo")
    checked(app.run())
    assert app.query_params["checkpoint"] == "adult-sex-eo"
    assert app.slider(key="alpha_number").value == 0.25
    assert "among people who do earn over $50,000" in words(app)


def test_models_that_are_alike_in_all_else_are_picked_by_name(folder: Path) -> None:
    assert "pick_id" not in [picker.key for picker in opened().selectbox]
    shutil.copytree(folder / CHECKPOINT.name, folder / "second")
    app = opened(alpha="0.25")
    picker = app.selectbox(key="pick_id")
    assert (picker.value, picker.options) == ("adult-sex-dp", ["adult-sex-dp", "second"])
    picker.set_value("second")
    checked(app.run())
    assert app.query_params["checkpoint"] == "second"
    assert app.slider(key="alpha_number").value == 0.25
    assert app.selectbox(key="pick_id").value == "second"
    app.selectbox(key="pick_notion").set_value("dp")
    assert checked(app.run()).query_params["checkpoint"] == "second"


@pytest.mark.usefixtures("real")
def test_another_data_set_opens_at_its_most_usual_model() -> None:
    app = opened(checkpoint="digits-ink-dp", alpha="0.25")
    app.selectbox(key="pick_dataset").set_value("adult")
    assert checked(app.run()).query_params["checkpoint"] == "adult-sex-dp"
    app.selectbox(key="pick_attribute").set_value("race")
    assert checked(app.run()).query_params["checkpoint"] == "adult-race-dp"
    app.selectbox(key="pick_dataset").set_value("acs-income-ca-2018")
    assert checked(app.run()).query_params["checkpoint"] == "acs-income-ca-2018-sex-dp"


@pytest.mark.usefixtures("real")
def test_groups_of_every_data_set_are_called_as_in_a_sentence() -> None:
    cards = store.available()[0].values()
    assert {"men", "White people", "people with a disability", "pictures with faint ink"} <= {
        said for card in cards for said in card["phrases"].values()
    }
    assert not [said for card in cards for said in card["phrases"].values() if "in group" in said]


@pytest.mark.usefixtures("real")
def test_the_first_screen_is_not_told_again_but_on_demand() -> None:
    app = opened(alpha="0.5")
    (again,) = app.expander
    assert again.label == texts.IN_WORDS
    assert [len([one for one in place.metric if one.label == "Accuracy"]) for place in (again, app)] == [1, 1]
    assert not again.proto.expanded


@pytest.mark.usefixtures("real")
def test_recomputed_and_stored_figures_agree() -> None:
    cards, _ = store.available()
    card = cards[CHECKPOINT.name]
    for alpha in (0.0, 0.5, 1.0):
        live, absent = store.recomputed(card, alpha, 0.5)
        assert absent == ""
        kept = store.stored(card, 0.5)[round(alpha * 100)]
        for key in ("accuracy", "dp_gap", "eo_gap", "eodds_gap", "decision_rate", "gained", "lost"):
            assert live[key] == pytest.approx(kept[key], abs=1e-9), key


@pytest.mark.usefixtures("real")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_plotly_chart_escapes_names_and_leaves_alpha_out(theme: str) -> None:
    card = store.available()[0][CHECKPOINT.name]
    names = payload.chart_words(card, store.stored(card, 0.5), store.around(card, 0.5))
    made = store.figure(card, 0.5, dict.fromkeys(names, "<b>x</b>"), theme).to_json()
    assert "<b>" not in made
    assert "\\u003cb\\u003e" not in made
    assert "alpha" not in made


def test_further_methods_are_shown_by_name_and_apart_from_the_fixed_models(folder: Path) -> None:
    found = checkpoint.read(folder / CHECKPOINT.name)
    models = [b for b in found.baselines if b.method == "fixed"]
    plain = len(models)
    assert plain > 3
    checkpoint.write(folder / CHECKPOINT.name, found.manifest, found.line, found.curves, models)
    assert store.around(store.available()[0][CHECKPOINT.name], 0.5)["others"] == []
    names = ("film", "group-thresholds", "of-tomorrow")
    more = [replace(b, method=name) for name in names for b in models[:3]]
    checkpoint.write(folder / CHECKPOINT.name, found.manifest, found.line, found.curves, [*models, *more])
    card = store.available()[0][CHECKPOINT.name]
    told = store.around(card, 0.5)
    assert len(told["models"]) == plain
    assert [(o["title"], o["needs_group"], len(o["marks"])) for o in told["others"]] == [
        ("group thresholds", True, 3),
        ("one net told its penalty", False, 3),
        ("of-tomorrow", False, 3),
    ]
    shown = payload.chart_words(card, store.stored(card, 0.5), told)
    made = store.figure(card, 0.5, shown, "light")
    names_shown = [trace.name.replace("<br>", " ") for trace in made.data if trace.name]
    assert "group thresholds, 3 models; needs the group when deciding" in names_shown
    assert "of-tomorrow, 3 models" in names_shown
    assert texts.models_label(plain) in names_shown


def with_map(folder: Path, knots: dict[str, Any] | None, **changes: Any) -> None:
    """The copied checkpoint, saying of itself that it has this alpha_map."""
    found = checkpoint.read(folder / CHECKPOINT.name)
    manifest = found.manifest | {"alpha_map": knots, **changes}
    checkpoint.write(folder / CHECKPOINT.name, manifest, found.line, found.curves)


KNOTS = {"alphas": [0.0, 0.5, 0.9, 1.0], "positions": [0.0, 0.4, 1.0, 1.0], "threshold": 0.5}


def test_where_a_share_is_set_the_measured_one_is_that_of_the_counts(folder: Path) -> None:
    with_map(folder, KNOTS)
    card = store.available()[0][CHECKPOINT.name]
    assert card["share_set"] == {"threshold": 0.5, "most": 0.9}
    assert card["share_unset"] is None
    found = checkpoint.read(folder / CHECKPOINT.name)
    rows = evaluate.rows(found)
    start, at = (evaluate.counts_at(found, rows, alpha) for alpha in (0.0, 0.37))
    signed = [float(np.diff(metrics.rates(counts, 0.5).decision_rate)[0]) for counts in (start, at)]
    share = 1 - signed[1] / signed[0]
    facts, _ = store.recomputed(card, 0.37, 0.5)
    assert facts["share_gone"] == pytest.approx(share, abs=1e-9)
    kept = store.stored(card, 0.5)
    ends = [float(np.diff(metrics.rates(found.stored(alpha), 0.5).decision_rate)[0]) for alpha in (0.0, 0.37)]
    assert kept[37]["share_gone"] == pytest.approx(1 - ends[1] / ends[0], abs=1e-9)
    assert kept[0]["share_gone"] == 0
    app = opened(alpha="0.37")
    assert f"About 37% of the difference should be gone; on test rows {100 * share:.0f}% is." in words(app)
    assert "takes out at most about 90%" in app.slider(key="alpha_number").help.replace("\\", "")
    app.slider(key="threshold_number").set_value(0.4)
    checked(app.run())
    assert "A place on the line, not a share: shares are set for a threshold of 0.50 only." in words(app)
    assert "of the difference should be gone" not in words(app)


@pytest.mark.parametrize(
    ("objective", "why"),
    [("paper", "the paper's way of training sets none"), ("calibrated", "none was set when this model was trained")],
)
def test_without_a_map_the_number_is_a_place_and_the_page_says_why(folder: Path, objective: str, why: str) -> None:
    with_map(folder, None, objective=objective)
    assert store.available()[0][CHECKPOINT.name]["share_set"] is None
    assert f"A place on the line, not a share: {why}." in words(opened(alpha="0.37"))


def test_a_first_gap_within_the_parity_floor_is_the_reason_for_no_share(folder: Path) -> None:
    found = checkpoint.read(folder / CHECKPOINT.name)
    levels = {(keys["split"], keys["alpha"]): counts for keys, counts in found.curves if keys["seed"] == found.seed}
    last = levels["tune", 1.0]
    gap = metrics.gap(metrics.rates(last, 0.5), "dp")
    # Everyone decided alike: no gap at all.
    none = replace(last, n=np.repeat(last.n.sum(-1, keepdims=True), last.n.shape[-1], -1) * (np.arange(100) == 0))
    curves = [
        (keys, none if (keys["split"], keys["alpha"]) == ("tune", 0.0) else counts) for keys, counts in found.curves
    ]
    manifest = found.manifest | {"alpha_map": None}
    checkpoint.write(folder / CHECKPOINT.name, manifest, found.line, curves)
    assert gap > 0
    assert store.available()[0][CHECKPOINT.name]["share_unset"] == "chance"


def test_each_groups_share_stands_with_its_wilson_interval() -> None:
    from statsmodels.stats.proportion import proportion_confint

    for row in store.facts(checkpoint.read(CHECKPOINT).stored(0.5), 0.5)["groups"]:
        low, high = proportion_confint(row["decisions"], row["n"], method="wilson")
        assert row["decision_rate_low"] == pytest.approx(low, abs=1e-12)
        assert row["decision_rate_high"] == pytest.approx(high, abs=1e-12)
