"""API: the programme's nouns for programs, one handler each, and the types of what they answer.

Where to change what:

- a field of an API answer: ``nouns.py``, described in ``answers.py``, ``market_answers.py``,
  ``platform_answers.py``
- what people do over HTTP, and on pages: ``cases.py``, ``web/desk/desk.py``
"""
