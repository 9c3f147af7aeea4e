"""The rows of README's table of measurements: each claim's words, its figures, its budget and whether it is met."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Line = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """A claim: its words, how its figures read, the budget in words, and whether a line meets it."""

    claim: str
    title: str
    measured: Callable[[Line], str]
    budget: str = ""
    meets: Callable[[Line], bool] | None = None


def _step(line: Line) -> str:
    return f"{line['line_over_fixed']:.2f} times: {line['line_ms']:.2f} ms against {line['fixed_ms']:.2f} ms"


def _step_meets(line: Line) -> bool:
    return line["line_over_fixed"] <= 1.15


def _levels(line: Line) -> str:
    return (
        f"{line['ratio']:.0f} times: {line['line_s']:.2f} s against {line['hundred_fixed_models_s']:.0f} s "
        f"of processor time ({line['fixed_models_trained']} fixed models trained, scaled to 100)"
    )


def _levels_fewest(line: Line) -> str:
    steps = line["steps"]
    return f"{_levels(line)}; {steps['line']} steps against {steps['fixed']}"


def _levels_meets(line: Line) -> bool:
    return line["ratio"] >= 85


def _moves(line: Line) -> str:
    return (
        f"median {line['median_ms']:.0f} ms, p95 {line['p95_ms']:.0f} ms, longest {line['max_ms']:.0f} ms; "
        f"first run at most {line['first_run_max_ms'] / 1000:.1f} s"
    )


def _drag(line: Line) -> str:
    return (
        f"median frame {line['median_frame_ms']:.1f} ms, {100 * line['share_over_25_ms']:.1f}% over 25 ms, "
        f"input to marker {line['median_input_to_marker_frames']:.0f} frame, "
        f"{line['messages_sent_mid_drag']} messages to Python"
    )


def _drag_meets(line: Line) -> bool:
    return (
        line["median_frame_ms"] <= 17
        and line["share_over_25_ms"] <= 0.05
        and line["median_input_to_marker_frames"] <= 1
        and line["messages_sent_mid_drag"] == 0
    )


def _rows(line: Line) -> str:
    speed = line["rows_per_cpu_second"]
    ratio = speed["line"] / speed["paper"]
    return f"{ratio:.1f} times: {speed['line']:,.0f} against {speed['paper']:,.0f} rows a second of processor time"


def _rows_meets(line: Line) -> bool:
    speed = line["rows_per_cpu_second"]
    return speed["line"] / speed["paper"] >= 5


def _memory(line: Line) -> str:
    peak = line["above_dummy_step_mb"]
    return f"1/{line['ratio']:.1f}: {peak['line']:.0f} against {peak['paper']:.0f} MB"


def _profile(line: Line) -> str:
    first = ", ".join(f"{name} {100 * share:.0f}%" for name, share in list(line["parts"]["line"].items())[:3])
    return (
        f"{line['step_ms']['line']:.1f} ms at {100 * line['share_of_peak']:.0f}% of {line['peak_gflops']:.0f} GFLOPS, "
        f"{100 * line['share_in_matrix_products']:.0f}% of it matrix products; {first}"
    )


def _slope(line: Line) -> str:
    slope, (first, *_, last) = line["slope"], line["by_size"]
    return (
        f"slope {slope['slope']:.2f} ({slope['low']:.2f} to {slope['high']:.2f}): {first['cpu_s']:.1f} s at "
        f"{first['rows']:,}, {last['cpu_s']:.0f} s at {last['rows']:,} rows, of processor time"
    )


def _linear(line: Line) -> bool:
    return abs(line["slope"]["slope"] - 1) <= 0.1


def _streamed(line: Line) -> str:
    peaks = {row["rows"]: row["peak_mb"] for row in line["by_size"]}
    return f"{_slope(line)}; peak memory {peaks[10**6]:.0f} MB at 10^6, {peaks[10**7]:.0f} MB at 10^7"


def _flat(line: Line) -> bool:
    peaks = {row["rows"]: row["peak_mb"] for row in line["by_size"]}
    return _linear(line) and peaks[10**7] <= 1.05 * peaks[10**6]


def _one_hot(line: Line) -> str:
    last, failed = line["by_size"][-1], min(line["failed"], default=None)
    fate = f"; at {failed:,} the one-hot does not fit" if failed else ""
    return (
        f"{line['ratio']:.1f} times the rows a second of processor time and 1/{line['memory_ratio']:.1f} of the "
        f"memory at {last['rows']:,} rows{fate}"
    )


def _cold_meets(line: Line) -> bool:
    return max(line["max_ms"], line["first_run_max_ms"]) <= 5000


ROWS = (
    Row(
        "step-adult",
        "a line's training step against that of a model trained for one trade-off, Adult",
        _step,
        "at most 1.15 times",
        _step_meets,
    ),
    Row("step-acs", "the same, ACS-Income", _step, "at most 1.15 times", _step_meets),
    Row(
        "levels-training",
        "100 levels from one line against 100 models trained for one trade-off, same steps, training only",
        _levels,
        "at least 85 times",
        _levels_meets,
    ),
    Row(
        "levels-evaluated",
        "the same, each level or model also evaluated on the test rows, and the line's end and map found",
        _levels,
        "at least 85 times",
        _levels_meets,
    ),
    Row(
        "levels-fewest-training",
        "each side at the fewest steps that keep 97% of its own hypervolume on tune rows, training only",
        _levels_fewest,
        "at least 85 times",
        _levels_meets,
    ),
    Row(
        "levels-fewest-evaluated",
        "the same, evaluated and mapped too",
        _levels_fewest,
        "at least 85 times",
        _levels_meets,
    ),
    Row(
        "train-rows-1",
        "training on ACS-Income against the paper's loop (DataLoader, dense one-hot), the same net, one thread",
        _rows,
        "at least 5 times",
        _rows_meets,
    ),
    Row("train-rows-2", "the same, two threads", _rows, "at least 5 times", _rows_meets),
    Row(
        "train-memory",
        "its peak memory above that after imports and one step on tiny rows",
        _memory,
        "at most 1/10",
        lambda line: line["ratio"] >= 10,
    ),
    Row("train-profile", "one step of it, against the fastest matrix product of this machine on one thread", _profile),
    Row(
        "scale-train",
        "one epoch on 10^5 to 10^7 rows (California's of ACS-Income, drawn with replacement): log time on log rows",
        _slope,
        "linear: slope 1",
        _linear,
    ),
    Row(
        "scale-evaluate",
        "21 levels counted on the same rows, streamed from Parquet",
        _streamed,
        "linear; memory flat",
        _flat,
    ),
    Row(
        "scale-whole",
        "`train` with all its defaults on 1.6 million such rows",
        lambda line: f"peak {line['peak_mb']:,.0f} MB; {line['cpu_s']:.0f} s of processor time",
        "under 2 GiB (2,147 MB)",
        lambda line: line["peak_mb"] < 2**31 / 1e6,
    ),
    Row("scale-paper", "that epoch against the paper's loop, the data of its dense one-hot held to 8 GiB", _one_hot),
    Row("drag", "dragging the live slider for 2 s", _drag, "17 ms, 5%, one frame, none", _drag_meets),
    Row(
        "settle",
        "slider let go to recomputed figures painted, nothing cached",
        lambda line: f"median {line['median_ms']:.0f} ms, p95 {line['p95_ms']:.0f} ms",
        "p95 at most 150 ms",
        lambda line: line["p95_ms"] <= 150,
    ),
    Row("sessions-1-cold", "1 session moving every 2 s, cold", _moves),
    Row("sessions-10-cold", "10 sessions, cold", _moves),
    Row("sessions-100-cold", "100 sessions, cold", _moves, "no wait over 5 s", _cold_meets),
    Row("sessions-1-warm", "1 session, warm", _moves),
    Row("sessions-10-warm", "10 sessions, warm", _moves),
    Row(
        "sessions-100-warm",
        "100 sessions, warm",
        _moves,
        "p95 at most 100 ms",
        lambda line: line["p95_ms"] <= 100,
    ),
    Row(
        "coldstart",
        "fresh process to the first chart",
        lambda line: (
            f"median {line['median_s']:.1f} s, longest {line['max_s']:.1f} s; "
            f"from the page's opening median {line['page_median_s']:.1f} s, longest {line['page_max_s']:.1f} s"
        ),
        "at most 6 s",
        lambda line: line["max_s"] <= 6,
    ),
)
