"""The Web API: one module a family of methods, `methods` the table of them."""
