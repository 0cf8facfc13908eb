"""Checks of the catalogue: each function a rule that yields the faults it finds.

Only ``load_catalogue`` raises.

Where to change what:

- how many people a solution's money pays, to build and to run it; what is refused: cost, wage and the
  part that is wages: ``data/solutions/solutions.csv``; arithmetic and rules: ``labour.py``; where a
  source counts more: ``talent/labour_cost.py``
"""
