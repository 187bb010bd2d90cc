"""Tickets out of a store and into one: JSON lines and CSV."""

from store.transfer.columns import Form, Progress
from store.transfer.exporting import export
from store.transfer.importing import ImportRefusedError, import_tickets
from store.transfer.rows import BadLine

__all__ = ["BadLine", "Form", "ImportRefusedError", "Progress", "export", "import_tickets"]
