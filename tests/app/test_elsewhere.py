"""The page of the same model elsewhere: the finding, places, alpha, and what it says where there are no rows."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from axe_playwright_python.sync_playwright import Axe
from streamlit.testing.v1 import AppTest

from app import store
from app.store import private, upload
from app.wording import elsewhere as words
from tests.app.conftest import CHECKPOINT, serving
from tests.elsewhere import line, states
from yodo_core import data
from yodo_core.checkpoint import Checkpoint
from yodo_core.commands.evaluate import by_policy
from yodo_core.data.own.limits import MB_VARIABLE
from yodo_core.elsewhere import measure, place
from yodo_core.elsewhere.policy import Policy
from yodo_core.fairness.facts import signed

__all__ = ["line", "states"]
ALPHAS = [i / 20 for i in range(21)]


def page() -> None:
    from app.views import elsewhere

    elsewhere.show()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The app's folder of checkpoints, empty; nothing of other tests is cached."""
    st.cache_resource.clear()
    st.cache_data.clear()
    monkeypatch.setattr("app.store.cards.ROOT", tmp_path)
    return tmp_path


@pytest.fixture
def at_hand(folder: Path, line: Checkpoint) -> Checkpoint:
    """A line on made-up Californians among the app's checkpoints, with people of two other states at hand."""
    shutil.copytree(CHECKPOINT, folder / CHECKPOINT.name)
    shutil.copytree(line.path, folder / line.path.name)
    return line


def checked(app: AppTest) -> AppTest:
    assert [error.value for error in app.exception] == []
    return app


def opened() -> AppTest:
    return checked(AppTest.from_function(page, default_timeout=60).run())


def opened_on(line: Checkpoint) -> AppTest:
    """The page once the line has been chosen."""
    app = opened()
    app.selectbox[0].set_value(line.id)
    return checked(app.run())


def said(app: AppTest) -> str:
    """The finding."""
    return next(str(found.value) for found in app.text if str(found.value).startswith("The same model, used"))


def text(app: AppTest) -> str:
    return "\n".join(str(found.value) for found in [*app.text, *app.info, *app.warning, *app.error])


def measured(ready: Checkpoint, dataset: str) -> dict[str, Any]:
    (one,) = place.of_datasets(ready, [dataset])
    return measure.described(ready, measure.measure(ready, one, ALPHAS), ALPHAS, 0.5)


def test_for_a_line_without_other_rows_the_page_says_so_and_offers_lines_that_have_some(at_hand: Checkpoint) -> None:
    app = opened()
    assert app.selectbox[0].value == CHECKPOINT.name
    assert "There are no other rows for this model" in app.info[0].value
    assert "bring a file with the same columns" in text(app)
    (other,) = app.button
    assert "2018" in other.label
    other.click()
    checked(app.run())
    assert app.selectbox[0].value == at_hand.id
    assert app.multiselect[0].value == ["acs-income-tx-2018", "acs-income-pr-2018"]


def test_the_page_says_what_a_line_does_elsewhere(at_hand: Checkpoint) -> None:
    app = opened_on(at_hand)
    assert app.multiselect[0].options == ["California 2018", "Puerto Rico 2018", "Texas 2018"]
    assert app.multiselect[0].value == ["acs-income-tx-2018", "acs-income-pr-2018"]
    finding = said(app)
    texas, puerto_rico = (measured(at_hand, f"acs-income-{state}-2018") for state in ("tx", "pr"))
    far = next(p for p in (texas, puerto_rico) if f"used in {p['place']}" in finding)
    level = far["levels"][-1]
    assert f"It is right for {100 * level['accuracy']:.1f}% of people there" in finding
    assert f"{100 * level['gaps']['dp']['gap']:.1f} point" in finding
    assert "in California 2018" in finding
    assert "Of the 2 places" in finding


def test_alpha_moves_the_sentence_and_the_choice_of_places_counts(at_hand: Checkpoint) -> None:
    app = opened_on(at_hand)
    app.multiselect[0].set_value(["acs-income-tx-2018"])
    checked(app.run())
    start = measured(at_hand, "acs-income-tx-2018")["levels"][0]
    app.select_slider[0].set_value(0)
    checked(app.run())
    assert f"puts men ahead of women by {100 * start['gaps']['dp']['gap']:.1f} points" in said(app)
    assert "places" not in said(app)
    assert "Across: Men ahead of women (below 0: behind), percentage points" in text(app)
    app.multiselect[0].set_value([])
    checked(app.run())
    assert words.CHOOSE in text(app)


def test_the_own_place_is_no_place_elsewhere(at_hand: Checkpoint) -> None:
    app = opened_on(at_hand)
    app.multiselect[0].set_value(["acs-income-ca-2018", "acs-income-pr-2018"])
    checked(app.run())
    assert words.at_home("California 2018") in text(app)
    assert "used in Puerto Rico 2018" in text(app)


def test_a_place_that_cannot_be_used_is_one_line_and_others_stay(
    at_hand: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = measure.measure

    def refused(ready: Checkpoint, where: place.Place, *rest: Any) -> Any:
        if where.dataset == "acs-income-pr-2018":
            raise place.InputError("The file is <b>damaged</b>.")
        return real(ready, where, *rest)

    monkeypatch.setattr(measure, "measure", refused)
    app = opened_on(at_hand)
    assert "Puerto Rico 2018\\: The file is \\<b\\>damaged\\</b\\>\\." in app.error[0].value
    assert "used in Texas 2018" in text(app)


def test_without_rows_of_other_places_the_page_says_how_to_get_them(
    at_hand: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YODO_PUMS_ROOT", str(tmp_path / "nowhere"))
    app = opened_on(at_hand)
    assert "data fetch acs-income --states TX --year 2018" in text(app).replace("\\", "")
    assert len(app.multiselect) == 0
    begun = []
    monkeypatch.setattr("app.store.download", begun.append)
    app.selectbox(key="elsewhere-state").set_value("tx")
    app.selectbox(key="elsewhere-year").set_value("2018")
    checked(app.run())
    assert "www2.census.gov" in text(app)
    next(button for button in app.button if button.label == "Download the rows").click()
    checked(app.run())
    assert [one["dataset"] for one in begun] == ["acs-income-tx-2018"]


def test_rows_that_are_here_need_no_download(at_hand: Checkpoint) -> None:
    app = opened_on(at_hand)
    app.selectbox(key="elsewhere-state").set_value("tx")
    app.selectbox(key="elsewhere-year").set_value("2018")
    checked(app.run())
    assert words.here("Texas 2018") in text(app)
    assert not app.button


def bring(app: AppTest, key: str, name: str, content: bytes) -> AppTest:
    app.file_uploader(key=key).set_value((name, content, "text/csv"))
    return checked(app.run())


def test_a_file_of_ones_own_is_a_place(at_hand: Checkpoint, states: Path) -> None:
    frame = data.get("acs-income-tx-2018").load().sample(500, random_state=0)
    app = bring(opened_on(at_hand), f"elsewhere-{at_hand.id}", "town.csv", frame.to_csv(index=False).encode())
    app.multiselect[0].set_value([])
    checked(app.run())
    assert "used on town.csv" in said(app)
    bring(app, f"elsewhere-{at_hand.id}", "bad.csv", b"a,b\n1,2\n")
    assert app.error[0].value.replace("\\", "").startswith("bad.csv lacks the columns")


def town() -> bytes:
    """Five hundred Texans of two towns, as CSV."""
    frame = data.get("acs-income-tx-2018").load().sample(500, random_state=0)
    return frame.assign(town=["North", "South"] * 250).to_csv(index=False).encode()


def test_a_packed_file_is_unpacked_within_the_limit(at_hand: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    key = f"elsewhere-{at_hand.id}"
    app = bring(opened_on(at_hand), key, "town.csv.gz", gzip.compress(town()))
    app.multiselect[0].set_value([])
    assert "used on town.csv," in said(checked(app.run()))
    for content in (gzip.compress(town())[:-100], b"a,b\n1,2\n"):
        bring(app, key, "broken.csv.gz", content)
        assert "broken.csv.gz cannot be unpacked" in text(app).replace("\\", "")
    monkeypatch.setenv(MB_VARIABLE, "1")
    bring(app, key, "bomb.csv.gz", gzip.compress(bytes(5 * 2**20)))
    assert "bomb.csv.gz unpacks to more than 4 MB" in text(app).replace("\\", "")
    assert not list(private.home().path.glob("*/bomb*"))


@pytest.mark.parametrize(
    ("manifest", "endings"),
    [
        ({"dataset": "adult"}, ["csv", "csv.gz", "parquet"]),
        ({"dataset": "loans", "own": {"target": "default"}}, ["csv", "csv.gz", "parquet", "npz"]),
        ({"dataset": "digits", "picture": {"side": 8}}, []),
    ],
)
def test_files_that_can_be_measured(monkeypatch: pytest.MonkeyPatch, manifest: Any, endings: list[str]) -> None:
    monkeypatch.setattr("app.store.elsewhere.opened", lambda _: SimpleNamespace(manifest=manifest))
    assert store.endings({}) == endings
    for ending in endings:
        with upload.kept(f"../a b.{ending}", gzip.compress(b"a")) as path:
            assert path.name == f"a-b.{ending.removesuffix('.gz')}"
        assert not path.exists()


def test_the_page_says_at_which_threshold_and_how_people_count(at_hand: Checkpoint) -> None:
    shown = text(opened_on(at_hand))
    assert "Positive from a score of 0.50 up" in shown
    assert "Everyone counts once, unweighted; python -m yodo_core evaluate CHECKPOINT --weighted" in shown
    assert words.counted({"weight": None, "notion": "dp"}, 0.3).endswith("Everyone counts once, unweighted.")
    assert "the larger of the two differences" in words.counted({"weight": None, "notion": "eodds"}, 0.3)


def test_a_policy_is_measured_on_a_file_too(at_hand: Checkpoint) -> None:
    app = bring(opened_on(at_hand), f"elsewhere-{at_hand.id}", "town.csv", town())
    app.text_input[0].set_value("town")
    bring(app, f"policy-{at_hand.id}", "policy.csv", b"region,alpha\nNorth,0.5\nSouth,0\n")
    shown = next(found.proto.body for found in app.get("html") if "Regions" in found.proto.body)
    assert "<td>North</td><td>0.5</td><td>250</td>" in shown


def test_a_policy_gives_everyones_and_each_regions_figures(at_hand: Checkpoint) -> None:
    app = opened_on(at_hand)
    bring(app, f"policy-{at_hand.id}", "policy.csv", b"region,alpha\nTexas,0.5\npr,0\nny,1\n")
    wanted = by_policy(
        at_hand,
        place.of_datasets(at_hand, ["acs-income-tx-2018", "acs-income-pr-2018"]),
        Policy("ST", {"TX": 0.5, "PR": 0.0}),
        0.5,
        False,
    )
    shown = next(found.proto.body for found in app.get("html") if "Regions" in found.proto.body)
    for entry in (wanted["total"], *wanted["regions"]):
        assert f"<td>{entry['n']}</td><td>{100 * entry['accuracy']:.1f}%</td>" in shown.replace(",", "")
    assert shown.index("Everyone") < shown.index("<td>TX</td><td>0.5</td>")
    assert "No rows of NY." in text(app)
    bring(app, f"policy-{at_hand.id}", "policy.csv", b"region,alpha\nTexas,2\n")
    assert "alpha must be a number from 0 to 1" in app.error[0].value


def test_a_policy_by_group_is_refused_with_the_reason_until_it_is_allowed(at_hand: Checkpoint) -> None:
    app = opened_on(at_hand)
    app.text_input[0].set_value("SEX")
    bring(app, f"policy-{at_hand.id}", "policy.csv", b"region,alpha\n1,0\n2,1\n")
    assert "decides by a protected characteristic" in app.warning[0].value
    assert "records sex" in text(app)
    assert not any("Regions" in found.proto.body for found in app.get("html"))
    app.checkbox[0].set_value(True)
    checked(app.run())
    assert any("Regions" in found.proto.body for found in app.get("html"))
    assert "This policy decides by a protected characteristic" in text(app)


@pytest.mark.usefixtures("folder")
def test_without_a_checkpoint_the_page_says_how_to_make_one() -> None:
    assert "python -m yodo_core train" in text(opened())


# sentences


CARD = {
    "notion": "dp", "attribute": "sex", "reference_group": "Women", "people": "people",
    "decision_noun": "predicted to earn", "qualified_phrase": "among people who do",
    "groups": [{"name": "Men"}, {"name": "Women"}], "dataset": "acs-income-ca-2018",
    "phrases": {"Men": "men", "Women": "women"},
}  # fmt: skip


def found(name: str, gap: float | None, ahead: str = "Men", accuracy: float = 0.8) -> dict[str, Any]:
    """A place with one level."""
    low = "Women" if ahead == "Men" else "Men"
    ends = {"low_end": None if gap is None else gap - 0.01, "high_end": None if gap is None else gap + 0.01}
    signed = gap if gap is None or ahead == "Men" else -gap
    gaps = {"dp": {"gap": gap, "floor": 0.02, "high": ahead, "low": low, "signed": signed, **ends}}
    level = {"n": 1000, "accuracy": accuracy, "gaps": gaps, "groups": [{}, {}], "left_out": []}
    return {
        "place": name, "dataset": f"acs-{name}", "rows": "all", "levels": [level], "share_gone": [0.5], "note": None,
        "left_out_groups": [], "unseen": {"share": 0.0123},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (
            [found("Texas", 0.1), found("Ohio", 0.06, "Women")],
            "The same model, used in Ohio, puts women ahead of men by 6.0 points in being predicted to earn; where it "
            "was trained, in home, it puts men ahead of women by 5.0 points. It is right for 80.0% of people there, "
            "80.0% at home. Of the 2 places this is the farthest from home.",
        ),
        (
            [found("Texas", 0.01)],
            "The same model, used in Texas, shows a difference too small to tell from none (1.0 point) in being "
            "predicted to earn; where it was trained, in home, it puts men ahead of women by 5.0 points. It is right "
            "for 80.0% of people there, 80.0% at home.",
        ),
        (
            [found("Texas", None)],
            "The same model, used elsewhere: a difference cannot be estimated, as there are too few people in the "
            "groups.",
        ),
    ],
)
def test_the_finding_in_words(others: list[dict[str, Any]], said: str) -> None:
    assert words.finding(found("home", 0.05), others, 0, CARD) == said


def test_the_axis_names_a_sign_only_where_there_is_one() -> None:
    home = found("home", 0.05)
    assert words.chart_words(CARD, home)["x"] == "Men ahead of women (below 0: behind), percentage points"
    assert (
        words.chart_words(CARD | {"notion": "eodds"}, home)["x"] == "Largest difference of 2 groups, percentage points"
    )


@pytest.mark.parametrize(("ahead", "reference"), [("Men", "Women"), ("Men", "Men"), ("Women", "Women")])
def test_sentence_and_axis_tell_one_order_whatever_the_reference(
    at_hand: Checkpoint, ahead: str, reference: str
) -> None:
    home, other = found("home", 0.05, ahead), found("Texas", 0.12, ahead)
    told = {"Men": "men ahead of women", "Women": "women ahead of men"}[ahead]
    card = CARD | {"reference_group": reference}
    assert f"Texas, puts {told} by 12.0 points" in words.finding(home, [other], 0, card)
    assert words.chart_words(card, home)["x"].startswith(told.capitalize())
    at_hand.manifest["reference_group"], kept = reference, at_hand.manifest["reference_group"]
    behind = measure.behind(at_hand, "dp", home)
    at_hand.manifest["reference_group"] = kept
    assert signed(other["levels"][0]["gaps"]["dp"], behind) == 0.12


def test_the_table_says_who_is_ahead_and_leaves_nothing_as_zero() -> None:
    rows = words.rows([found("home", 0.05), found("tiny", None)], 0, CARD)
    assert rows[0]["Difference"] == "5.0 points, men ahead"
    assert rows[0]["95%"] == "4.0 to 6.0"
    assert rows[0]["Unknown values"] == "1.23%"
    assert (rows[1]["Difference"], rows[1]["95%"]) == ("cannot be estimated", "–")


@pytest.mark.parametrize(
    ("shares", "said", "not_said"),
    [
        ([0.4, 1.0], ("of the difference that the same place has at alpha 0.",), ("100%", "0%:", "–")),
        ([1.23, 0.4], ("Over 100%: it has turned round",), ("Below", "–")),
        ([-0.1, None], ("Below 0%: it has grown.", "–: at alpha 0 it is no larger than chance"), ("Over",)),
    ],
)
def test_shares_that_need_a_word_have_it(
    shares: list[float | None], said: tuple[str, ...], not_said: tuple[str, ...]
) -> None:
    key = words.share_key([{"share_gone": [share]} for share in shares], 0)
    assert all(part in key for part in said)
    assert not any(part in key for part in not_said)


@pytest.mark.parametrize("dataset", ["acs-travel-time-ca-2018", "acs-travel-time-ca+ny-2018-5y"])
def test_the_way_to_rows_names_the_problem(dataset: str) -> None:
    said = words.none_at_hand({"dataset": dataset}, obtainable=True)
    assert "data fetch acs-travel-time --states" in said
    assert ("--horizon 5-Year" in said) == dataset.endswith("-5y")


def test_a_problem_that_only_its_makers_program_knows_offers_neither_download_nor_upload(
    at_hand: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = replace(at_hand, manifest=at_hand.manifest | {"dataset": "acs-high-income-ca-2018"})
    monkeypatch.setattr("app.store.elsewhere.opened", lambda card: unknown)
    app = opened_on(at_hand)
    assert "only the program that defines it" in text(app)
    assert not app.button
    assert not app.file_uploader


def test_a_problem_of_ones_own_is_not_to_be_fetched() -> None:
    card = {"dataset": "acs-high-income-ca-2018", "dataset_title": "ACS high income, CA, 2018"}
    said = words.none_at_hand(card, obtainable=False)
    assert "fetch" not in said
    assert "YODO_PUMS_ROOT" in said


def test_pictures_have_no_other_rows() -> None:
    card = {"dataset": "digits", "dataset_title": "Digits", "picture": {"side": 8}}
    assert "There are no other rows for this model: it sees pictures" in words.none_at_hand(card, obtainable=False)


def test_groups_that_are_left_out_are_named() -> None:
    one = found("home", 0.05) | {"left_out_groups": [{"group": "X", "n": 12, "reason": "nobody knows"}], "note": "Why."}
    one["levels"][0]["left_out"] = [
        {"group": "Y", "n": 90, "metric": "decision_rate", "reason": ""},
        {"group": "Z", "n": 9, "metric": "accuracy", "reason": ""},
    ]
    assert words.notes([one]) == [
        "home: X (12 people) is left out, as nobody knows.",
        "home: too few people for the difference: Y (90).",
        "home: Why.",
    ]


@pytest.fixture
def address(at_hand: Checkpoint, folder: Path, states: Path) -> Iterator[str]:
    """The app with these checkpoints and people."""
    with serving(YODO_CHECKPOINTS=str(folder), YODO_PUMS_ROOT=str(states)) as found:
        yield found


@pytest.mark.browser
def test_in_a_browser_the_chart_names_its_lines_and_the_page_fits_a_phone_in_both_themes(
    address: str, open_page: Callable[..., Any]
) -> None:
    for scheme in ("light", "dark"):
        found = open_page(address, viewport={"width": 390, "height": 844}, color_scheme=scheme)
        found.get_by_role("link", name="Elsewhere").click()
        found.get_by_role("button", name="2018").click()
        found.get_by_text("The same model, used in").wait_for()
        found.locator(".js-plotly-plot .annotation-text").first.wait_for()
        names = found.locator(".js-plotly-plot .annotation-text").all_text_contents()
        assert sorted(names) == ["California 2018", "Puerto Rico 2018", "Texas 2018"]
        assert found.evaluate("() => document.documentElement.scrollWidth") <= 390
        grave = [v for v in Axe().run(found).response["violations"] if v["impact"] in ("serious", "critical")]
        assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in grave] == []
