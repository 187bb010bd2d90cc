"""The connection to the server: calls with a time limit and retries, and the tables."""
