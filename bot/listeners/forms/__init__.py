"""Forms: opening them, checking what was submitted, and carrying it out."""
