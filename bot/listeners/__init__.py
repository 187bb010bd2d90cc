"""Handles what people do in Slack: one module per surface, registered in `registration`."""
