"""How well messages are understood, measured on a file of annotated messages: `python -m tests.tools.eval FILE`."""
