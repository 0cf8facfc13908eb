"""Finance: what a plan costs, by year and fund."""
