"""What answers each address; every decision is made by a use case."""
