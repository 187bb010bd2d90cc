"""The data of the store. Frozen, and plain: no Slack, no clock, no randomness. Times are seconds since 1970, UTC."""
