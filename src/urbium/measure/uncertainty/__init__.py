"""Uncertainty: an index computed many times, with other choices and other data, and what the ranks do."""
