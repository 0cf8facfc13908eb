"""Observations: which figure of a place and year is in force, and why others are not."""
