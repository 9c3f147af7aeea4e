"""Figures of Han et al., CPAL 2025, as read off its plots and tables: percent and points, gaps on scores."""

from __future__ import annotations

Range = tuple[float, float]

FRONTS: dict[str, dict[str, tuple[Range, Range | None]]] = {
    "adult-sex-dp": {
        "line": ((0.42, 10.03), (14.36, 16.43)),
        "fixed": ((0.60, 8.82), (15.85, 16.15)),
        "erm": ((9.61, 9.61), (15.90, 15.90)),
    },
    "adult-race2-dp": {
        "line": ((0.18, 12.17), (14.33, 15.33)),
        "fixed": ((0.14, 19.91), (14.82, 15.40)),
        "erm": ((21.51, 21.51), (14.80, 14.80)),
    },
    "adult-sex-eo": {
        "line": ((11.99, 17.72), (14.72, 18.86)),
        "fixed": ((11.28, 23.82), None),
        "erm": ((25.18, 25.18), (14.94, 14.94)),
    },
    "kdd-sex-dp": {
        "line": ((0.40, 4.35), (5.18, 5.63)),
        "fixed": ((0.96, 3.23), (5.72, 6.09)),
        "erm": ((3.96, 3.96), (5.72, 5.72)),
    },
    "acs-i-sex-dp": {
        "line": ((0.04, 6.28), (18.40, 19.22)),
        "fixed": ((0.03, 9.50), (18.49, 19.12)),
        "erm": ((11.74, 11.74), (18.48, 18.48)),
    },
    "acs-i-race2-dp": {
        "line": ((0.00, 5.73), (18.32, 19.60)),
        "fixed": ((0.06, 2.26), (18.87, 19.04)),
        "erm": ((8.36, 8.36), (18.86, 18.86)),
    },
    "acs-i-sex-eo": {
        "line": ((6.47, 9.23), (17.99, 19.12)),
        "fixed": ((6.94, 8.27), None),
        "erm": ((12.15, 12.15), (18.71, 18.71)),
    },
    "acs-e-sex-dp": {
        "line": ((0.09, 2.50), (18.17, 18.42)),
        "fixed": ((0.01, 2.70), None),
        "erm": ((6.80, 6.80), (18.19, 18.19)),
    },
}
"""Panel to method to (gap, error rate)."""

RUNTIME = {"adult": (0.42, 0.58), "kdd": (3.78, 4.99), "acs-i": (3.93, 6.09), "acs-e": (3.53, 4.25)}
"""Seconds on an RTX A5000: one fixed model, one line. The abstract swaps the two of ACS-E."""
