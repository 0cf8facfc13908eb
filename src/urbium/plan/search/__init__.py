"""How a plan is sought: exactly, by decomposition, by heuristics, and which limits conflict."""
