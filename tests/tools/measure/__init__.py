"""What a prompt is worth on a real model: `python -m tests.tools.measure`."""
