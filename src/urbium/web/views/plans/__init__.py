"""Plans: what the pages of a plan show: years, limits, people, money, comparison, and how it was checked."""
