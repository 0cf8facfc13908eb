"""``python -m urbium`` is the command; Ctrl-C while it still loads ends it without a word."""

import signal


def run() -> None:
    """Load the command and run it: what Python does on Ctrl-C is left to it once it can answer."""
    # whoever started it may want it deaf, as a shell does with what runs behind it
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from urbium.cli import main  # noqa: PLC0415 - takes a second

    main()


if __name__ == "__main__":
    run()
