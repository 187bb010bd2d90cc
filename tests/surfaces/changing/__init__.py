"""What becomes of tickets: closed, changed several at once, undone, and who is told."""
