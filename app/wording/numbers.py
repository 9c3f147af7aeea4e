"""Numbers as the reader sees them. Fractions come in; "%" for rates and points for gaps go out."""

from __future__ import annotations

UNKNOWN = "cannot be estimated"
SMALLEST = 0.0005
"""Below half a tenth of a point a difference is shown as none: the figures carry one decimal."""


def percent(value: float | None, digits: int = 1) -> str:
    """A rate in [0, 1] as "84.2%"; None is said in words, never shown as 0."""
    return UNKNOWN if value is None else f"{100 * value:.{digits}f}%"


def tenths(value: float | None) -> str:
    """The size of a difference in percentage points, without a unit: "6.8"."""
    return UNKNOWN if value is None else f"{abs(100 * value):.1f}"


def points(value: float | None) -> str:
    """The size of a difference: "6.8 points"."""
    if value is None:
        return UNKNOWN
    size = tenths(value)
    return f"{size} point" if size == "1.0" else f"{size} points"


def signed(value: float | None) -> str:
    """A change in percentage points with its sign: "+0.4 pp", "−1.2 pp"."""
    if value is None:
        return UNKNOWN
    if abs(value) < SMALLEST:
        return "0.0 pp"
    return f"{'+' if value > 0 else '−'}{tenths(value)} pp"


def whole(value: float | None) -> str:
    """A number of people: "9,769"."""
    return UNKNOWN if value is None else f"{round(value):,}"


def span(low: float | None, high: float | None) -> str:
    """A 95% interval in points or percent: "83.5 to 84.9"; a negative end keeps its sign."""
    if low is None or high is None:
        return UNKNOWN
    return " to ".join(f"{100 * end:.1f}".replace("-0.0", "0.0").replace("-", "−") for end in (low, high))


def listed(words: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join(([", ".join(words[:-1])] if len(words) > 1 else []) + words[-1:])


def safe_cell(value: object) -> object:
    """A cell for a CSV file: text that a spreadsheet would run as a formula gets a quote in front."""
    if (isinstance(value, str) and value.lstrip()[:1] in ("=", "+", "-", "@")) or (
        isinstance(value, str) and value[:1] in ("\t", "\r", "\n")
    ):
        return "'" + value
    return value
