"""What several views use: a chart whose words are text of the page."""

from __future__ import annotations

import json

from streamlit.testing.v1 import AppTest


def page() -> None:
    from app.views.parts import UNTITLED, chart
    from yodo_core.charts import elsewhere

    words = {"title": "*Half* gone", "x": "Men ahead of women", "y": "Accuracy"}
    chart(elsewhere([], "dp", None, words | UNTITLED), words, "one")
    chart(elsewhere([], "dp", None, UNTITLED), words | {"title": ""}, "two")


def test_a_charts_words_stand_around_it_as_text_that_a_phone_breaks_into_lines() -> None:
    app = AppTest.from_function(page).run()
    assert not app.exception
    assert [one.value for one in app.markdown] == ["**\\*Half\\* gone**"]
    assert [one.value for one in app.text] == ["Accuracy", "Across: Men ahead of women"] * 2
    for drawn in app.get("plotly_chart"):
        layout = json.loads(drawn.proto.spec)["layout"]
        titles = (layout["title"], layout["title"]["subtitle"], layout["xaxis"]["title"])
        assert {title["text"] for title in titles} == {""}
