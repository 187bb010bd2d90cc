"""Delivery to an app: over sockets or by signed HTTP, with a deadline and retries."""
