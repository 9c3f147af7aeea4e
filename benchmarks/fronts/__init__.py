"""The parts of `benchmarks/front.py`: settings, cached decisions, trained methods, scores and intervals."""
