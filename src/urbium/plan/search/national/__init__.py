"""National plans: hundreds of cities at once, with a proven bound, on arrays.

``solver.solve_national`` makes a plan of an ``instance.Instance``: columns and cuts of each city, a
restricted master that mixes them within what the cities share, a bound by dual prices, and annealing of the
whole nation.

Nothing is imported here: the compiled loops, and the compiler with them, are loaded by the first search that
wants them.
"""
