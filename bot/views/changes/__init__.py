"""Views of changes: one line, a summary of many tickets, and the history."""
