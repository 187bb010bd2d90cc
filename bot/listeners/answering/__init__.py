"""What follows from a delivery: who gets to read the answer, and the cards, lines and people that a change concerns."""
