"""Pieces of benchmarks/levels.py: what lines and fixed models cost, and the fewest steps that hold a front."""
