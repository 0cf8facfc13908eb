"""Plan: choose projects and start years under limits, with a proven bound and a certificate."""
