"""Bundles: signed files that anybody can compute again."""
