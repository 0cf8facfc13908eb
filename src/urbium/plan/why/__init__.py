"""Why a project is in a plan, why it is not, and what it would take."""
