"""Weighting: where the weights of an index come from: rules, data, people, or each city's own best."""
