"""Receives Slack's requests: transports, payload shapes, identity, and durable intake."""
