"""How many examples Hypothesis tries: few while somebody waits, many when asked for.

`small` is what runs by itself; `pytest --hypothesis-profile=large --timeout=0` tries forty times as many, others each time, for as
long as it takes.
"""

from hypothesis import settings

# Always the same examples, and no file of them, so that a run here says the same as a run elsewhere.
settings.register_profile("small", max_examples=50, deadline=None, derandomize=True, database=None)
settings.register_profile("large", max_examples=2000, deadline=None, derandomize=False, print_blob=True)


def examples(share: float) -> settings:
    """As a decorator: `share` times as many examples as the profile says, at least one."""
    current = settings()
    return settings(current, max_examples=max(1, round(current.max_examples * share)))
