"""Lists of tickets: the rows, the message, App Home, and what a list was asked for."""
