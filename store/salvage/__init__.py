"""What can still be read of the files of a damaged store, in whatever form they are. Pure."""

from store.salvage.tickets import Salvaged, rebuild, salvage

__all__ = ["Salvaged", "rebuild", "salvage"]
