"""Contractions as people type them on a phone: `cant` for `can't`. Those that are words too, as `its` or `were`, are left alone."""

_WRITTEN = """
can't don't won't isn't aren't wasn't weren't doesn't didn't hasn't haven't hadn't couldn't wouldn't shouldn't
that's what's who's where's there's here's i've you're they're
"""
CONTRACTED = {word.replace("'", ""): word for word in _WRITTEN.split()}
