"""SQL for lists, searches and similar tickets. Pure."""
