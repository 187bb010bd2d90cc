"""Programs for developers of the bot; see README.md in this folder."""
