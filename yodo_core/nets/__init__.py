"""Ordinary modules; `yodo_core.line.Line` makes a line of any of them."""
