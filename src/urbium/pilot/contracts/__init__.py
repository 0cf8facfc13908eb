"""Contracts: agreements, task books and their amendments, yearly reports, and the grade of a pilot.

What is to be looked at in a report stands in ``pilot/alarms``; what became of the plan as a whole in
``track``.

Where to change what:

- how a pilot is graded: parts, minimum conditions, levels: ``data/rulesets/grades.csv``; what is
  measured: ``grading.py`` (a threshold that is just reached counts); the certificate: its words
  ``publish/certificates.py``, its layout ``publish/certificate.typ``
- what a task book, a task and its deliverables hold: ``taskbooks.py``; a yearly report, and what of it must
  be answered: ``reports.py``
- how a task book is made of a plan, and amended: ``taskbook_of_plan.py``, ``amendments.py``; when:
  ``programme/cases/rules/contract_rules.py``
- what an agreement holds, and what is refused of it: ``agreements.py``, ``agreement_checks.py``; when, and
  what needs the store: ``programme/cases/rules/agreement_rules.py``
"""
