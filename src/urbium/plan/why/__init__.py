"""Why a project is in a plan, why it is not, and what it would take.

Where to change what:

- a sentence of why a project is not in a plan: what forbids it: ``absence.py``; what it would cost, and
  the limits it would break: ``forced.py``; what limits are called: ``names.py``
- a sentence of why a project is in a plan: ``chosen.py``
"""
