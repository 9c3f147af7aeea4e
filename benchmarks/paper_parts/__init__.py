"""The parts of `benchmarks/paper.py`: what is run, how it is measured, and the tables of docs/paper.md."""
