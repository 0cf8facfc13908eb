"""Web: the pages and the API; no arithmetic and no SQL in here."""
