"""Accounts: the pages by which people sign in, keep their own account, and are invited.

Where to change what:

- the bar of the demo's people: who is in it: ``data/demo/accounts.csv``; which are shown, and taking a
  place: ``signing_in.py``; how it looks: ``templates/base.html``
- how long a session lasts is said in ``templates/account.html``, and decided in ``programme/people``
"""
