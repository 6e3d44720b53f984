"""Who may come in: passwords, keys, tokens, and the use cases around them."""
