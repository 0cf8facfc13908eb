"""Keep: append-only observations with two time axes, and an audit log that cannot be rewritten unseen."""
