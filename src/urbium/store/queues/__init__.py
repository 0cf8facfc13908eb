"""Queues: work that waits in the store until somebody takes it: jobs, messages, letters, notifications.

Who does the work stands in ``programme``. Attempts, which all processes count together, pass here, too.

Where to change what:

- how often work is tried before it has failed, and how long it waits in between: ``leases.py``
  (``PATIENCE``)
- what happens when a worker is killed: its job is free when the lease runs out, is begun a few times at
  most, and its result is stored in the change that ends it: ``leases.py``, ``programme/worker.py``; tried by
  ``tests/reliability/test_jobs_killed.py``
- how attempts to sign in and to report are counted: ``attempts.py``; how many are too many: ``web/app.py``
- that a job is taken once is tried by ``tests/store/queues/test_jobs.py``, with processes by
  ``tests/reliability/test_workers.py``; that a request sent again is answered once:
  ``tests/web/test_answered_once.py``
"""
