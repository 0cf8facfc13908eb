"""Work force: the sectors of output and of employment, hands and jobs."""
