"""The README's pictures, taken of the real page with the real bot behind it: `python -m tests.tools.pictures`."""
