"""What towns with a harbour add to urbium: one row of each kind that a package can add."""
