"""The language model: asking it, limiting its cost, validating its answer. Only `client` loads OpenAI's library."""
