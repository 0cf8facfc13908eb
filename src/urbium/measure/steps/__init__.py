"""Steps: what is done to the values of an index before they are brought together, as array functions."""
