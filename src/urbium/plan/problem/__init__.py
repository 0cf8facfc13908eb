"""The problem as data: the tables of a roadmap, their checks, and the files they come in."""
