"""Queues: work that waits in the store until somebody takes it: jobs, messages, letters, notifications.

Who does the work stands in ``programme``.

Where to change what:

- how often work is tried before it has failed, and how long it waits in between: ``leases.py``
  (``PATIENCE``)
"""
