"""What limits a list: words, people, days, and what is excluded."""
