"""The second step: which column is the outcome, which outcome is good, who is compared, and what is left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from app import state
from app.wording import offered
from app.wording import own as words
from app.wording.texts import markdown

Column = dict[str, Any]


def show(seen: dict[str, Any]) -> dict[str, Any] | None:
    """Ask. Returns the recipe, or None while an answer is missing."""
    columns: dict[str, Column] = {column["name"]: column for column in seen["columns"]}
    most = seen["most_outcomes"]
    outcomes, others = _split(columns, lambda column: offered.why_no_outcome(column, most))
    st.header(words.QUESTIONS, anchor=False)
    if not outcomes:
        st.error(markdown(words.no_outcome(most)))
        _others(others, offered.OUTCOME)
        return None
    left, right = st.columns(2, gap="medium")
    with left:
        target = _one(words.TARGET, "target", outcomes, words.target_help(most))
    with right:
        rows = dict(columns[target]["values"]) if target else {}
        favourable = _one(
            words.FAVOURABLE, "favourable", list(rows), words.FAVOURABLE_HELP, lambda v: words.value_pick(v, rows[v])
        )
    _others(others, offered.OUTCOME)
    rest = {name: column for name, column in columns.items() if name != target}
    groups, others = _split(rest, lambda column: offered.why_no_groups(column, seen["most_groups"]))
    attribute = _one(words.ATTRIBUTE, "attribute", groups, words.ATTRIBUTE_HELP)
    _others(others, offered.GROUPS)
    if not (target and favourable and attribute):
        return None
    with st.expander(words.MORE):
        more = _more(columns, target, attribute, groups, seen["least_units"])
    return {"target": target, "favourable": favourable, **more}


def _split(columns: dict[str, Column], why_not: Callable[[Column], str | None]) -> tuple[list[str], dict[str, str]]:
    """The columns that can be chosen, and why each of the others cannot."""
    reasons = {name: why_not(column) for name, column in columns.items()}
    return [name for name, why in reasons.items() if not why], {name: why for name, why in reasons.items() if why}


def _others(reasons: dict[str, str], use: str) -> None:
    if reasons:
        st.caption(markdown(offered.not_offered(reasons, use)))


def _more(columns: dict[str, Column], target: str, attribute: str, groups: list[str], least: int) -> dict[str, Any]:
    # Columns compared together are named to the training as one text, joined by these signs.
    joined = [name for name in groups if not any(sign in name + attribute for sign in "+,") and name != attribute]
    second = _optional(words.SECOND, "second", joined)
    compared = [attribute, *([second] if second else [])]
    free = [name for name in columns if name not in (target, *compared)]
    numbers = [name for name in free if columns[name]["kind"] == "number"]
    weight = _optional(words.WEIGHT, "weight", numbers, words.WEIGHT_HELP)
    free = [name for name in free if name != weight]
    unit = _optional(words.UNIT, "unit", [n for n in free if columns[n]["distinct"] >= least], words.UNIT_HELP)
    free = [name for name in free if name != unit]
    drop = _several(words.DROP, "drop", [name for name in free if not columns[name]["left_out"]])
    aside = [name for name in free if columns[name]["left_out"] and columns[name]["distinct"] > 1]
    keep = _several(words.KEEP, "keep", aside, words.KEEP_HELP) if aside else []
    return {"attribute": compared, "weight": weight, "unit": unit, "drop": drop, "keep": keep}


def _one(label: str, name: str, options: list[str], help: str, format_func: Callable[[str], str] = str) -> str | None:
    """One of the options, None until chosen; a choice that is no longer offered is dropped."""
    value = state.choice(name)
    return st.selectbox(
        label,
        options,
        index=None,
        placeholder=words.CHOOSE,
        format_func=format_func,
        help=help,
        key=state.fill_choice(name, value if value in options else None),
        on_change=state.take_choice,
        args=(name,),
    )


def _optional(label: str, name: str, options: list[str], help: str | None = None) -> str | None:
    """One of the options, or None; no column has an empty name."""
    value = state.choice(name)
    chosen = st.selectbox(
        label,
        ["", *options],
        format_func=lambda option: option or words.NONE,
        help=help,
        key=state.fill_choice(name, value if value in options else ""),
        on_change=state.take_choice,
        args=(name,),
    )
    return chosen or None


def _several(label: str, name: str, options: list[str], help: str | None = None) -> list[str]:
    return st.multiselect(
        label,
        options,
        help=help,
        placeholder=words.NONE,
        key=state.fill_choice(name, [value for value in state.choice(name, []) if value in options]),
        on_change=state.take_choice,
        args=(name,),
    )
