"""``python -m urbium`` is the command."""

from urbium.cli import main

main()
