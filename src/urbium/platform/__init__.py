"""The city's public information platform: resources, exchange, base data, live figures, one door out."""
