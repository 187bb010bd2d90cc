"""Recovers what can still be read from the files of a damaged store, whatever their format. Pure."""

from store.salvage.tickets import Salvaged, salvage

__all__ = ["Salvaged", "salvage"]
