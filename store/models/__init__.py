"""The store's data: frozen, without Slack, clock or randomness. Times are seconds since 1970, UTC."""
