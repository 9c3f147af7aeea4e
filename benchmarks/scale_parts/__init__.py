"""Pieces of benchmarks/scale.py: the rows, what a fresh process does with them, the slope."""
