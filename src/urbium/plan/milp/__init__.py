"""The model on HiGHS: one place for the matrix, the objective and the financing of fixed starts.

Where to change what:

- what a plan is worth (the objective): ``objective.py``, and once more, apart,
  ``plan/verify/objective.py``
- who pays what of a plan once its starts are fixed: ``financing.py``
"""
