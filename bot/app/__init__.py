"""The composition root: the only package that builds objects and wires them together."""
