"""Measures a prompt on a real model: `python -m tests.tools.measure`."""
