"""Takes the README's pictures of the real page with the real bot: `python -m tests.tools.pictures`."""
