"""What changed: in a line, for many tickets at once, and as a history."""
