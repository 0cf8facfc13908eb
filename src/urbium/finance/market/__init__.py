"""The market: what investors ask, which projects answer it, and who finances what."""
