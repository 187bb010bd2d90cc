"""Finds tickets by filter and by likeness to a text, without looking at every ticket."""

from store.file.index.tickets import Found, Index

__all__ = ["Found", "Index"]
