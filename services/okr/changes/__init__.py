"""Changes of agreed goals: put to the team, which has to agree before they hold."""
