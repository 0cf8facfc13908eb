"""People: accounts, how they prove who they are, and the letters that are sent to them.

What a role may do is a row of ``data/rules/rights.csv``, read by ``access.py`` (an investor is a ``partner``;
a citizen has no account and is ``public``); who is written to after a
step is decided in ``programme/cases/letters.py``.

Where to change what:

- after how many failures an account, or a browser that is known, is locked, and how long: ``devices.py``
  (``MOST_FAILURES``, ``LOCKED``), counted by ``people.py``, which says the number in words, as do a row
  ``change`` of ``data/words.csv``, ``letter_texts.py`` and SECURITY.md; attempts of one address:
  ``web/app.py``
- what of a person is kept, closed or deleted: an account is closed (``data/rules/steps.csv``) and stays in
  the log; what citizens wrote: ``store/service_requests.py`` (``forget``)
- when a session ends: ``people.py`` (unused), ``invitations.py`` (at the latest); said in
  ``web/templates/account.html`` and ``SECURITY.md``
- how people sign in, tokens: ``people.py``, ``one_time_codes.py``, ``store/accounts.py``; who a request
  acts for: ``web/server/sessions.py``; the pages: ``web/accounts/signing_in.py``
- who makes accounts and sees their invitations; what needs a second person: ``invitations.py``,
  ``programme/cases/rules/account_rules.py``; who is no second person: ``programme/cases/four_eyes.py``
- what somebody follows by a weekly letter, and how that ends without signing in: ``following.py``; what the
  letter says: ``letter_texts.py``; the pages: ``web/accounts/following.py``
- signing in by an OpenID provider, a passkey; browsers that are known; how passwords are hashed
  (argon2id), which are refused:
  ``providers.py``, ``passkeys.py``, ``devices.py``, ``passwords.py``; the pages:
  ``web/accounts/other_ways.py``
"""
