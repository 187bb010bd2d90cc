"""How well messages are understood, measured on a file of annotated ones: `python -m tests.tools.eval FILE`."""
