"""Queues: work that waits in the store until somebody takes it: jobs, messages, letters, notifications.

Who does the work stands in ``programme``. Attempts, which all processes count together, pass here, too.

Where to change what:

- how often work is tried before it has failed, and how long it waits in between: ``leases.py``
  (``PATIENCE``)
- how attempts to sign in and to report are counted: ``attempts.py``; how many are too many: ``web/app.py``
"""
