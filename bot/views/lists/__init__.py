"""Lists of tickets: the rows, the message, App Home, and the query in words."""
