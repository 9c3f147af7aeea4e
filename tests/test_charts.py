"""The trade-off chart: every method under its own name, hollow where it needs the group, apart for every eye."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest

from yodo_core import charts
from yodo_core.baselines import METHODS

WORDS = {name: name for name in ("title", "x", "y", "curve", "erm", "constant", "floor")}
LEVELS = [
    {"accuracy": a, "accuracy_low": a - 0.01, "accuracy_high": a + 0.01, "gaps": {"dp": {"gap": g, "floor": 0.02}}}
    for a, g in ((0.85, 0.18), (0.82, 0.01))
]
# How red, green and blue arrive without one kind of cone: Machado, Oliveira and Fernandes 2009, at full severity.
EYES = {
    "usual": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def mark(method: str, setting: float | None, seed: int = 0) -> dict[str, Any]:
    return {"method": method, "setting": setting, "seed": seed, "x": 0.1, "y": 0.84}


def other(method: str, title: str, place: int, what: str, needs_group: bool = False) -> dict[str, Any]:
    return {
        "method": method, "title": title, "place": place, "setting": what, "needs_group": needs_group,
        "marks": [mark(method, 4.0), mark(method, 0.25, 1)],
    }  # fmt: skip


OTHERS = [
    other("prejudice-remover", "prejudice remover", 0, "weight"),
    other("adversarial", "adversarial training", 1, "weight"),
    other("group-thresholds", "group thresholds", 2, "tolerance", needs_group=True),
    other("film", "one net told its penalty", 3, "penalty"),
]


def drawn(
    others: list[dict[str, Any]], theme: str = "light", constant: float = 0.76, far: bool = False, **words: str
) -> dict[str, Any]:
    """The chart's named traces, by name."""
    around = {
        "models": [mark("fixed", 0.5), mark("fixed", 2.0, 1)],
        "erm": [mark("erm", None)],
        "seeds": [],
        "constant": {"accuracy": constant, "far": far},
        "others": others,
    }
    known = {name: f"label of {name}" for name in (*(found["method"] for found in others), "models")}
    figure = charts.trade_off(LEVELS, "dp", around, WORDS | known | words, theme)
    return {trace.name: trace for trace in figure.data if trace.name}


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear RGB."""
    x = XYZ @ np.clip(light, 0, 1) / np.array([0.9505, 1, 1.089])
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_without_further_methods_there_are_the_curve_fixed_models_erm_and_the_constant() -> None:
    traces = drawn([])
    assert list(traces) == ["curve", "label of models", "erm", "constant"]
    assert list(traces["label of models"].text) == ["fixed, penalty 0.5, seed 0", "fixed, penalty 2, seed 1"]
    assert list(traces["erm"].text) == ["erm, seed 0"]
    assert traces["label of models"].marker.symbol == "square"


def test_a_constant_far_below_has_no_mark_that_would_press_the_others_together() -> None:
    assert list(drawn([], constant=0.2, far=True)) == ["curve", "label of models", "erm"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_method_has_its_label_its_mark_and_its_origins(theme: str) -> None:
    traces = drawn(OTHERS, theme)
    assert len(traces) == 4 + len(OTHERS)
    looks = [(t.marker.symbol, t.marker.color) for t in traces.values() if t.mode == "markers"]
    assert len({symbol for symbol, _ in looks}) == len({colour for _, colour in looks}) == len(looks)
    for found in OTHERS:
        trace = traces[f"label of {found['method']}"]
        origins = [
            f"{found['title']}, {found['setting']} 4, seed 0",
            f"{found['title']}, {found['setting']} 0.25, seed 1",
        ]
        assert list(trace.text) == origins
        assert "%{text}" in trace.hovertemplate
        assert trace.marker.symbol.endswith("-open") is found["needs_group"]


def test_a_method_looks_the_same_whoever_stands_beside_it() -> None:
    together, alone = drawn(OTHERS)["label of film"], drawn(OTHERS[3:])["label of film"]
    assert together.marker == alone.marker


def test_there_is_a_look_for_every_method_of_the_table() -> None:
    for looks in (charts.SYMBOLS, charts.OTHERS["light"], charts.OTHERS["dark"]):
        assert len(set(METHODS) - {"erm", "fixed"}) <= len(set(looks)) == len(charts.SYMBOLS)


def test_names_of_unknown_methods_are_escaped() -> None:
    strange = other("<b>x</b>", "<b>x</b>", 9, "<i>")
    traces = drawn([strange], **{"<b>x</b>": "<b>x</b>"})
    shown = [text for trace in traces.values() for text in (trace.name, *(trace.text or ()))]
    assert [text for text in shown if "<" in text] == []


def test_long_names_take_several_lines_of_the_legend() -> None:
    said = "thresholds for each group, 10 models; needs the group when deciding"
    name = next(
        name
        for name in drawn([other("group-thresholds", "group thresholds", 2, "tolerance")], **{"group-thresholds": said})
        if "thresholds" in name
    )
    assert name.split("<br>") == ["thresholds for each group, 10 models;", "needs the group when deciding"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_further_methods_stand_out_from_the_paper_and_from_each_other_for_every_eye(theme: str) -> None:
    paper = charts.COLOURS[theme]["paper"]
    for colour in charts.OTHERS[theme]:
        low, high = sorted(float(XYZ[1] @ linear(c)) for c in (colour, paper))
        assert (high + 0.05) / (low + 0.05) >= 3, colour
    known = [charts.COLOURS[theme][name] for name in ("curve", "model", "erm")]
    for name, eye in EYES.items():
        seen = {c: lab(np.asarray(eye) @ linear(c)) for c in (*known, *charts.OTHERS[theme])}
        for one, two in combinations(seen, 2):
            if not {one, two} <= set(known):
                assert np.linalg.norm(seen[one] - seen[two]) >= 20, (name, one, two)


# the same line in several places


def placed(name: str, *levels: tuple[float, float, str]) -> dict[str, Any]:
    """A place with levels of (gap, accuracy, the group ahead) at alpha 0, 0.5 and 1."""
    made = [
        {
            "alpha": alpha, "accuracy": accuracy, "accuracy_low": accuracy - 0.01, "accuracy_high": accuracy + 0.02,
            "gaps": {"dp": {"gap": gap, "floor": 0.02, "high": ahead, "low_end": gap - 0.03, "high_end": gap + 0.04}},
        }
        for alpha, (gap, accuracy, ahead) in zip((0.0, 0.5, 1.0), levels, strict=True)
    ]  # fmt: skip
    return {"place": name, "levels": made}


PLACES = [
    placed("home", (0.18, 0.85, "Men"), (0.1, 0.84, "Men"), (0.01, 0.83, "Men")),
    placed("<i>away</i>", (0.15, 0.8, "Men"), (0.05, 0.79, "Men"), (0.06, 0.78, "Women")),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_place_is_a_line_with_its_name_beside_it(theme: str) -> None:
    figure = charts.elsewhere(PLACES, "dp", "Women", WORDS, theme)
    lines = {trace.name: trace for trace in figure.data if trace.mode == "lines"}
    assert [note.text for note in figure.layout.annotations] == ["&lt;i&gt;away&lt;/i&gt;", "home"]
    assert {note.font.color for note in figure.layout.annotations} == {trace.line.color for trace in lines.values()}
    assert list(lines["home"].x) == pytest.approx([18, 10, 1])
    assert list(lines["home"].y) == pytest.approx([85, 84, 83])
    assert lines["home"].line.width > lines["&lt;i&gt;away&lt;/i&gt;"].line.width
    assert figure.layout.paper_bgcolor == charts.COLOURS[theme]["paper"]
    assert figure.layout.title.text == "title"


def test_a_gap_that_turns_has_another_sign_and_its_interval_with_it() -> None:
    figure = charts.elsewhere(PLACES, "dp", "Women", WORDS)
    marks = {trace.name: trace for trace in figure.data if trace.mode == "markers"}["&lt;i&gt;away&lt;/i&gt;"]
    assert list(marks.x) == pytest.approx([15, 5, -6])
    assert list(marks.error_x.array) == pytest.approx([4, 4, 3])
    assert list(marks.error_x.arrayminus) == pytest.approx([3, 3, 4])
    assert list(marks.error_y.array) == pytest.approx([2, 2, 2])
    worst = charts.elsewhere(PLACES, "dp", None, WORDS)
    marks = {trace.name: trace for trace in worst.data if trace.mode == "markers"}["home"]
    assert list(marks.x) == pytest.approx([18, 10, 1])
    assert list(marks.error_x.arrayminus) == pytest.approx([3, 3, 1])


def test_marks_tell_alphas_apart_and_what_chance_shows_is_hollow() -> None:
    figure = charts.elsewhere(PLACES, "dp", "Women", WORDS)
    marks = next(trace for trace in figure.data if trace.name == "home" and trace.mode == "markers")
    assert list(marks.marker.symbol) == ["circle", "diamond", "square-open"]


def test_levels_without_a_gap_and_places_without_any_are_left_out() -> None:
    empty = placed("empty", (0.1, 0.8, "Men"), (0.1, 0.8, "Men"), (0.1, 0.8, "Men"))
    for level in empty["levels"]:
        level["gaps"]["dp"]["gap"] = None
    figure = charts.elsewhere([PLACES[0], empty], "dp", "Women", WORDS)
    assert {trace.name for trace in figure.data} == {"home"}
    assert len(charts.elsewhere([empty], "dp", "Women", WORDS).data) == 0


def test_names_stand_apart_and_every_place_looks_different() -> None:
    many = [placed(f"p{i}", (0.1, 0.8, "Men"), (0.05, 0.8, "Men"), (0.0, 0.8, "Men")) for i in range(12)]
    figure = charts.elsewhere(many, "dp", "Women", WORDS)
    offsets = sorted(note.ay for note in figure.layout.annotations)
    assert min(b - a for a, b in pairwise(offsets)) >= 16
    looks = {(trace.line.color, trace.line.dash) for trace in figure.data if trace.mode == "lines"}
    assert len(looks) == len(many)
