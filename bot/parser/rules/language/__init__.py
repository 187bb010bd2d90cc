"""What the words of a message are: text to tokens, tokens to roles."""
