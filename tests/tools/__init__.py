"""Programs for whoever works on the bot: see README.md beside this file."""
