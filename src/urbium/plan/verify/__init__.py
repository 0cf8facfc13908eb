"""The independent check of a plan: limits, objective, dual bound; it shares nothing with the planner."""
