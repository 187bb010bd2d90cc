"""Commands and questions about tickets that there are."""
