"""Accounts: the pages by which people sign in, keep their own account, and are invited."""
