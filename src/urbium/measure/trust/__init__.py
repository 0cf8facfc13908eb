"""Trust: what is missing, poor, withheld or copied, and what that does to the ranks."""
