"""The language model: how it is asked, what it costs, and what of its answer is believed. `client` alone loads OpenAI's library."""
