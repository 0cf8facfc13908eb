"""Claims: stated figures held against the stored series."""
