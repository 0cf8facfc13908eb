"""Office: the office measures, projects, plans and publishes by button, and proposes what is to be adopted.

Not here: what each kind of long work is and asks for (``programme/job_kinds.py``), how a dossier that
proposes an adoption is decided (``web/desk``).

Where to change what:

- what can be begun, and the page of a job: ``jobs.py``; the form of a kind of work: ``job_forms.py``
- kept plans, and proposing one: ``kept_plans.py``
"""
