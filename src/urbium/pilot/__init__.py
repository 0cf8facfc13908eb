"""Pilot: the life of a pilot city, from the call to the grade; pure functions of dossiers and results."""
