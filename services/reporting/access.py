"""Who may ask what in reporting: every operation, default no, and who may read words."""

from chassis.access import AccessTable, head, in_team, staff

ACCESS = AccessTable(
    {
        "get_board": [staff()],
        "get_duties": [staff()],
        "get_overview": [staff()],
        "get_practice": [staff()],
        "get_history": [staff()],
        "get_serves": [staff()],
        "list_findings": [staff()],
        "list_learnings": [staff()],
    }
)

TEAM_ROLES = ("member", "torchbearer", "deputy", "supervisor", "project-lead")
"""Who reads a team's words; a role that is not known here opens nothing."""

# What is not a route: parts of answers that goals and progress don't open. A claim is not enough.
PARTS = AccessTable(
    {
        "read_words": [in_team(*TEAM_ROLES), head()],
        # Which teams somebody is in is for those who work with them; everybody sees their own.
        "see_teams_of_person": [in_team(*TEAM_ROLES), head()],
    }
)
