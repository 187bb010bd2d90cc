"""New tickets: asked for, or reported."""
