"""Mappings: how tables that are not ours are laid out, as files in TOML; those that come along, too."""
