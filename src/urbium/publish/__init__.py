"""Publish: results as files others can use."""

from urbium.publish.open_data.export import export_folder

__all__ = ["export_folder"]
