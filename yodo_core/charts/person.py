"""One row along the line: its score as a function of alpha."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from yodo_core.charts.looks import COLOURS, dress


def person(
    alphas: Sequence[float],
    scores: Sequence[float],
    here: tuple[float, float],
    threshold: float,
    words: Mapping[str, str],
    theme: str = "light",
) -> go.Figure:
    """The score in percent at each alpha, where the slider stands (alpha, score), and the threshold as a line.

    words: title, x, y, and what the threshold is called.
    """
    c = COLOURS[theme]
    figure = go.Figure()
    told = "alpha %{x:.2f}<br>score %{y:.0f}%<extra></extra>"
    percent = [100 * score for score in scores]
    line = {"color": c["curve"], "width": 3}
    figure.add_scatter(x=list(alphas), y=percent, mode="lines", line=line, hovertemplate=told, name="score")
    mark = {"color": c["point"], "size": 12}
    figure.add_scatter(x=[here[0]], y=[100 * here[1]], mode="markers", marker=mark, hovertemplate=told, name="here")
    # The name stands on the side of the threshold that the line's end is not on, where the axis leaves room.
    side = "bottom right" if scores[-1] >= threshold >= 0.1 else "top right"
    figure.add_hline(
        y=100 * threshold,
        line={"color": c["soft"], "width": 1, "dash": "dash"},
        annotation={"text": words["threshold"], "font": {"color": c["soft"]}},
        annotation_position=side,
    )
    dress(figure, words, theme)
    figure.update_layout(showlegend=False, height=320)
    figure.update_xaxes(range=[-0.02, 1.02])
    figure.update_yaxes(range=[-3, 103])
    return figure
