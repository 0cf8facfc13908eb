"""Households: how many there are beside the people, in the years ahead."""
