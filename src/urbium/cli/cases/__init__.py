"""Cases: the verbs of people and dossiers: accounts, rounds, contracts, submissions."""
