"""How many examples Hypothesis tries: few by default, many on request.

`small` is the default. `pytest --hypothesis-profile=large --timeout=0` tries forty times as many, with new
ones in each run, for as long as it takes.
"""

from hypothesis import settings

# The same examples in every run and no example database, so that runs agree on all machines.
settings.register_profile("small", max_examples=50, deadline=None, derandomize=True, database=None)
settings.register_profile("large", max_examples=2000, deadline=None, derandomize=False, print_blob=True)


def examples(share: float) -> settings:
    """A decorator: try `share` times as many examples as the profile says, at least one."""
    current = settings()
    return settings(current, max_examples=max(1, round(current.max_examples * share)))
