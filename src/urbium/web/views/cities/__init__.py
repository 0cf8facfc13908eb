"""Cities: what the page of a city shows: its people, its part of the plan, its figures."""
