"""Filing: a file of figures that is sent over HTTP: checked, stored or submitted, and doubts decided."""
