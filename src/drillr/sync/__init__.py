"""The client's side of sync: HTTP, tokens, and nothing that decides what facts mean."""
