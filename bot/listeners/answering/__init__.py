"""Sends answers, and updates the cards, lines and people that a change concerns."""
