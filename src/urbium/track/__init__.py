"""Track: what became of plans: progress and earned value, early warnings, and lessons for declared effects.

Pure: no room here reads the store. ``programme/cases/track.py`` gathers what is compared.

Where to change what:

- what counts as earned; earned value and earned schedule: ``earned_value.py``; plan against actuals:
  ``progress.py``; what it reads: ``programme/cases/rules/track_cases.py``
- the chance that a target is met: ``target_outlook.py``, judged by ``bench/track.py``; when it is a
  warning, and what can be done: ``early_warning.py``
- what finished projects teach: which are finished: ``finished_projects`` of
  ``programme/cases/rules/track_cases.py``; comparison, its standard error (``spread``), p-value, and when it
  is in doubt (``doubt``): ``synthetic_control.py``; which cities are compared, and which count: ``learn`` of
  ``lessons.py``; the update of an effect: ``effect_update.py``; the proposal, its adoption and what is kept
  of the comparison: ``programme/cases/rules/lesson_rules.py``, ``pilot/lessons.py``; the page:
  ``web/views/lessons.py``
"""
