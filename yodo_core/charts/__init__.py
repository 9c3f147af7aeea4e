"""Pure: tables of figures -> a plotly figure. The only part that imports plotly, for app and report alike."""

from yodo_core.charts.looks import COLOURS, OTHERS
from yodo_core.charts.person import person
from yodo_core.charts.places import elsewhere
from yodo_core.charts.trade_off import SYMBOLS, trade_off

__all__ = ["COLOURS", "OTHERS", "SYMBOLS", "elsewhere", "person", "trade_off"]
