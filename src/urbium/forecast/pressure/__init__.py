"""Pressure: what people need of each service against what there is, and when it runs short."""
