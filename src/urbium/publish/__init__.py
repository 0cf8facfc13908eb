"""Publish: results as files others can use."""
