"""Cities: the growth of each city by one pooled model, with bands, paths and a back-test."""
