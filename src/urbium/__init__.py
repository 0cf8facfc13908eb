"""urbium: a national smart-city programme as one integrated model."""
