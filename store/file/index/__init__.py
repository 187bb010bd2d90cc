"""Which tickets a filter finds, and which are like a text, without looking at every ticket."""

from store.file.index.tickets import Found, Index

__all__ = ["Found", "Index"]
