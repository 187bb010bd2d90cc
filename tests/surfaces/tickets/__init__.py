"""A ticket's card and forms, App Home, reactions, and where a ticket belongs."""
