"""A line under a policy, an alpha for each region, on the rows of other places or of a file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

import streamlit as st

from app.store.cards import opened
from app.store.elsewhere import digest
from app.store.upload import kept
from yodo_core.elsewhere import place
from yodo_core.elsewhere.policy import ByGroupError
from yodo_core.errors import YodoError

File = tuple[str, bytes]


def by_policy(
    card: dict[str, Any],
    where: Sequence[dict[str, Any]],
    rows: File | None,
    policy: bytes,
    column: str,
    threshold: float,
    by_group: bool,
) -> dict[str, Any]:
    """What `evaluate --policy` gives, on some of `places` or, where there is one, on a file of rows (name, content).

    {error} where it cannot be used, {refused, by_group} for one by a sensitive group unless `by_group`.
    """
    about = [(one["id"], one["changed"]) for one in where] if rows is None else [(rows[0], digest(rows[1]))]
    try:
        return _found(card["sha256"], about, digest(policy), column, threshold, by_group, card, rows, policy)
    except ByGroupError as error:
        return {"refused": True, "by_group": error.reason}
    except YodoError as error:
        return {"error": str(error)}


@st.cache_resource(scope="session", max_entries=8, show_spinner=False)
def _found(
    sha256: str,
    where: Sequence[tuple[str, Any]],
    digest: str,
    column: str,
    threshold: float,
    by_group: bool,
    _card: dict[str, Any],
    _rows: File | None,
    _policy: bytes,
) -> dict[str, Any]:
    # Imported here: the first screen does not wait for readers of files.
    from yodo_core.commands import evaluate
    from yodo_core.elsewhere.file import of_file

    ready = opened(_card)
    with ExitStack() as files:
        rules = files.enter_context(kept("policy.csv", _policy))
        found = place.of_datasets(ready, [name for name, _ in where]) if _rows is None else []
        found += [of_file(ready, files.enter_context(kept(*_rows)))] if _rows else []
        return evaluate.by_policy(ready, found, evaluate.policy_of(rules, found, column), threshold, by_group)
