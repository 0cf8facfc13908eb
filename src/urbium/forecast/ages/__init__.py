"""Ages: people by age and sex, from births, deaths and moves."""
