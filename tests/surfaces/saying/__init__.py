"""What people write, and what is answered."""
