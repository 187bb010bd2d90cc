"""Tries thousands of times to make the bot break a promise: `python -m tests.tools.attack`.

Each module or package here is one attack. `main(count: int, seed: int) -> int` makes `count` random tries, starting from
`seed`, and returns 0 if every promise was kept. `COUNT` is the number of tries in a full run. The first paragraph
of the docstring says what is tried. `_shared/` holds what several attacks need.
"""
