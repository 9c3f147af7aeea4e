"""Pieces of benchmarks/train_speed.py: the paper's loop, resident memory, the machine's GEMM, time by parts."""
