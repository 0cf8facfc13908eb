"""The model on HiGHS: one place for the matrix, the objective and the financing of fixed starts."""
