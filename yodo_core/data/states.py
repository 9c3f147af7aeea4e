"""The states of the ACS by the code of their ids, as a reader and as the survey's column ST name them."""

from __future__ import annotations

from yodo_core.data.pums import STATES

NAMES = {
    **{"al": "Alabama", "ak": "Alaska", "az": "Arizona", "ar": "Arkansas", "ca": "California", "co": "Colorado"},
    **{"ct": "Connecticut", "de": "Delaware", "fl": "Florida", "ga": "Georgia", "hi": "Hawaii", "id": "Idaho"},
    **{"il": "Illinois", "in": "Indiana", "ia": "Iowa", "ks": "Kansas", "ky": "Kentucky", "la": "Louisiana"},
    **{"me": "Maine", "md": "Maryland", "ma": "Massachusetts", "mi": "Michigan", "mn": "Minnesota"},
    **{"ms": "Mississippi", "mo": "Missouri", "mt": "Montana", "ne": "Nebraska", "nv": "Nevada"},
    **{"nh": "New Hampshire", "nj": "New Jersey", "nm": "New Mexico", "ny": "New York", "nc": "North Carolina"},
    **{"nd": "North Dakota", "oh": "Ohio", "ok": "Oklahoma", "or": "Oregon", "pa": "Pennsylvania"},
    **{"ri": "Rhode Island", "sc": "South Carolina", "sd": "South Dakota", "tn": "Tennessee", "tx": "Texas"},
    **{"ut": "Utah", "vt": "Vermont", "va": "Virginia", "wa": "Washington", "wv": "West Virginia"},
    **{"wi": "Wisconsin", "wy": "Wyoming", "pr": "Puerto Rico"},
}


def code_of(text: str) -> str | None:
    """The code of a state given as code, name or number (column ST), in any case; None for anything else."""
    wanted = text.strip().casefold()
    for code, name in NAMES.items():
        if wanted in (code, name.casefold(), STATES[code], STATES[code].lstrip("0")):
            return code
    return None
