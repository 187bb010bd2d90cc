"""New tickets: requested, or made from a report."""
