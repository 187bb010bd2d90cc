"""Figures, measured against others in the same run: `python -m tests.tools.bench store`."""
