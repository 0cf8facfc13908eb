"""Reports: problems that citizens report without an account, and what their city makes of them.

Not here: the rules of a report (``programme/platform/problem_reports.py``), Open311 (``web/api``), the page
of a city for its citizens (``web/views/cities``).

Where to change what:

- what a citizen sends, and how its author reads its state: ``reporting.py``
- the desk of a city for reports: ``problems.py``
"""
