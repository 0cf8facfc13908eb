"""What a search returns: the plan, its years, limits, comparison, similarity and summary."""
