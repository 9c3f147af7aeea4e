"""The only user of session state and of the address bar: what is looked at, and how it came to be.

One value is the truth for each of checkpoint, alpha and threshold. Widgets are set from it before they are
drawn and write to it in their callbacks, so that no two of them can disagree or chase each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st

DEFAULT_CHECKPOINT = "adult-sex-dp"
DEFAULTS = {"alpha": 0.0, "threshold": 0.5}
RANGES = {"alpha": (0.0, 1.0), "threshold": (0.01, 0.99)}
LIVE = "live"


def keep_link() -> dict[str, str]:
    """What the link said when the session began."""
    found: dict[str, str] = st.session_state.setdefault("link", st.query_params.to_dict())
    return found


def start(known: Iterable[str]) -> list[tuple[str, str]]:
    """Read the link once a session. Returns what could not be used, as (kind, value)."""
    state, known = st.session_state, list(known)
    if "moved" not in state:
        state["ignored"] = []
        # Another page may have chosen one already.
        wanted = state.get("checkpoint", keep_link().get("checkpoint"))
        state["checkpoint"] = wanted if wanted in known else _usual(known)
        if wanted is not None and wanted not in known:
            state["ignored"].append(("checkpoint", wanted))
        for name in DEFAULTS:
            state[name] = _from_link(name)
        state["moved"] = 0
    if state["checkpoint"] not in known:
        state["checkpoint"] = _usual(known)
    return list(state["ignored"])


def asked_for() -> str | None:
    """The checkpoint the link named when the session began, known or not."""
    return keep_link().get("checkpoint")


def _usual(known: list[str]) -> str:
    return DEFAULT_CHECKPOINT if DEFAULT_CHECKPOINT in known or not known else known[0]


def _from_link(name: str) -> float:
    raw = keep_link().get(name)
    if raw is None:
        return DEFAULTS[name]
    value = _rounded(name, raw)
    if value is None:
        st.session_state["ignored"].append((name, raw))
        return DEFAULTS[name]
    return value


def _rounded(name: str, raw: Any) -> float | None:
    """A value on the grid of hundredths, or None for what is no number in range."""
    try:
        value = float(raw)
    except (TypeError, ValueError):
        return None
    low, high = RANGES[name]
    if not math.isfinite(value) or not low <= round(value, 2) <= high:
        return None
    return round(value, 2)


def checkpoint() -> str:
    """The id of the checkpoint looked at."""
    return str(st.session_state["checkpoint"])


def choose_checkpoint(identity: str) -> None:
    """Look at another checkpoint, at the same alpha and threshold."""
    st.session_state["checkpoint"] = identity


def alpha() -> float:
    """In [0, 1], on the grid of hundredths; 0 is the accuracy end."""
    return float(st.session_state["alpha"])


def threshold() -> float:
    """In 0.01 ... 0.99, on the grid of hundredths."""
    return float(st.session_state["threshold"])


def moved() -> int:
    """How often alpha was set from outside the live view; the live view follows when this grows."""
    return int(st.session_state["moved"])


def opened_at() -> float:
    """The alpha the live view starts from; it stays the same for a session, as its message then does too."""
    return float(st.session_state.setdefault("opened_at", alpha()))


def take_live() -> None:
    """Callback: the live slider has settled."""
    picked = st.session_state[LIVE].get("alpha")
    value = _rounded("alpha", picked.get("value")) if isinstance(picked, dict) else None
    if value is not None:
        st.session_state["alpha"] = value


def take_number(name: str) -> None:
    """Callback: a native slider was moved."""
    value = _rounded(name, st.session_state[f"{name}_number"])
    if value is not None:
        st.session_state[name] = value
        st.session_state["moved"] += name == "alpha"


def fill_number(name: str) -> str:
    """Set a native slider to the truth before it is drawn. Returns its key."""
    st.session_state[f"{name}_number"] = st.session_state[name]
    return f"{name}_number"


def fill_pick(name: str, value: Any) -> str:
    """Set a picker to the truth before it is drawn. Returns its key."""
    st.session_state[f"pick_{name}"] = value
    return f"pick_{name}"


def among(usual: str) -> str:
    """Whose scores are looked at, by the id the picker holds; `usual` until someone has picked."""
    return str(st.session_state.get("among", usual))


def choose_among() -> None:
    """Callback: the picker of whose scores are looked at."""
    st.session_state["among"] = picked("among")


def picked(name: str) -> Any:
    """What a picker holds, inside its callback."""
    return st.session_state[f"pick_{name}"]


def write_link() -> None:
    """Put checkpoint, alpha and threshold into the address, where they differ from what it says."""
    wanted = {
        "checkpoint": checkpoint(),
        "alpha": f"{alpha():.2f}",
        "threshold": f"{threshold():.2f}",
    }
    if any(st.query_params.get(name) != value for name, value in wanted.items()):
        st.query_params.from_dict(wanted)


def desk(make: Callable[[], Any]) -> Any:
    """This session's desk, made when first asked for, and anew where it was closed: the choices go with it."""
    found = own_desk()
    if found is None:
        found = st.session_state["desk"] = make()
        st.session_state["choices"] = {}
    return found


def own_desk() -> Any | None:
    """This session's desk, None before there is one and once it is closed."""
    found = st.session_state.get("desk")
    return None if found is None or found.closed else found


def choice(name: str, usual: Any = None) -> Any:
    """What was chosen on a page other than the first; `usual` until then."""
    return st.session_state.setdefault("choices", {}).get(name, usual)


def choose(name: str, value: Any) -> None:
    """Set a choice from elsewhere than its widget."""
    st.session_state.setdefault("choices", {})[name] = value


def fill_choice(name: str, value: Any) -> str:
    """Set a choice's widget to the truth before it is drawn. Returns its key."""
    return fill_pick(f"choice_{name}", value)


def take_choice(name: str) -> None:
    """Callback: a choice's widget was changed."""
    choose(name, picked(f"choice_{name}"))


def forget_choices() -> None:
    """Another file: nothing is chosen yet. How many files came before is kept, as the uploader's place."""
    st.session_state["choices"] = {"files": choice("files", 0) + 1}
