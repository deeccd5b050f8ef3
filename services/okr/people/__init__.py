"""People, their logins and dated roles."""
