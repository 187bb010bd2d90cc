"""Benchmarks; each compares its figures with a reference in the same run: `python -m tests.tools.bench store`."""
