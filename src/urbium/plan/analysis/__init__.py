"""What a best plan alone does not say: alternatives, trade-offs, risk, replanning, prices, delay."""
