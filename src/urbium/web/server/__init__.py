"""Server: what holds for every address: limits, headers, sessions, kept answers, how we say no.

Where to change what:

- a field of an API answer: its row of ``data/answers.csv`` (``answers.py``), and what makes it; the
  description of the API (OpenAPI): ``answers.py``, ``_openapi`` of ``web/app.py``
- which answers others may frame, and by what policy: ``FRAMED`` of a route, ``security.py``; what a guest
  is sent at an address, whoever asks: ``guests.py``
- limits of the server, headers, hosts, proxies: ``security.py``, ``patience.py``, ``listening.py``
- below which path of a host the pages stand: ``prefix.py``; the ids of requests, the log, numbers for
  Prometheus: ``watching.py``, ``metrics.py``; what a server does meanwhile: ``beside.py``
- which answers to the public are kept and shared by processes, how many are made at once, what readers
  see after a change: ``KEPT`` and ``LARGE`` of a route, ``kept_answers.py``; what an answer was made of:
  ``reads.py`` at the top of the package
- what comes before every form and page of people (signing in, the form of a lost session): ``reading`` and
  ``writing`` of ``routes.py``; to which addresses a form is sent again: ``keeping.py``
- that a change comes from our own pages (CSRF, anti-forgery token): ``csrf_token``, ``check_origin`` and
  ``check_form`` of ``sessions.py``, where a bearer token is exempt; a form without it: ``lost_session`` of
  ``keeping.py``
- what a page reads at one instant: ``Store.at_one_instant``, ``routes.py``; what several processes of a
  server are told and share: ``workers.py``
"""
