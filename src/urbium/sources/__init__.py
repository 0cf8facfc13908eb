"""Bring in: read other people's tables, check them, refuse or mark them."""
