"""Repositories of the tables that only a server has."""
