"""Review: what scores say of an index and of its cities: statistics, influence, peers, trends."""
