"""The language model: asking it, limiting its cost, and validating its answer. Only `client` loads OpenAI's
library.
"""
