"""The bot's health and its metrics, for `/healthz`, `/readyz` and `/metrics`."""
