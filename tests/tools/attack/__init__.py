"""Tries, by the thousand, to make the bot break a promise: `python -m tests.tools.attack`.

Each module here is an attack. It has `main(count: int, seed: int) -> int`, which tries `count` times with chance that starts from
`seed`, and returns 0 if every promise was kept; `COUNT`, how many tries are a full proof; and a docstring whose first line says
what is tried. Modules whose name begins with `_` are shared between attacks.
"""
