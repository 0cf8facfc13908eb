"""Views: what each page shows, gathered from a programme as plain values; no markup in here."""
