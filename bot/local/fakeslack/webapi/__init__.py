"""The Web API: one module per family of methods; `methods` is the table of all."""
