"""Queues: work that waits in the store until somebody takes it: jobs, messages, letters, notifications.

Who does the work stands in ``programme``.
"""
