"""The forms: opened, checked while the person still sees them, and carried out."""
