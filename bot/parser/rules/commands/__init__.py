"""Commands and questions about existing tickets."""
