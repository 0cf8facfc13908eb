"""Accounts: the pages by which people sign in, keep their own account, and are invited.

Where to change what:

- the places of the demo that a visitor may take: who is there: ``data/demo/accounts.csv``; which are shown,
  and taking one: ``signing_in.py``; how it looks: ``web/templates/base.html``
- how long a session lasts is said in ``web/templates/account.html``, and decided in ``programme/people``
"""
