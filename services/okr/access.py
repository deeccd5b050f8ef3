"""Who may do what in okr: every operation, default no."""

from chassis.access import AccessTable, claim, head, in_team, scope, staff
from services.okr.organisation.domain import ROOT

MEMBERS = in_team("member", "torchbearer", "deputy", "supervisor", "project-lead")
LEADERS = in_team("torchbearer", "deputy", "supervisor")
STRATEGY_OFFICE = claim("strategy", of=ROOT)
"""The strategy office, for what the agency itself owns."""

ACCESS = AccessTable(
    {
        # organisation
        "create_unit": [claim("admin")],
        "change_unit": [claim("admin")],
        "put_unit_by_ref": [claim("admin")],
        "list_units": [staff()],
        "get_unit": [staff()],
        "create_team": [claim("admin")],
        "change_team": [claim("admin")],
        "put_team_by_ref": [claim("admin")],
        "list_teams": [staff()],
        "get_team": [staff()],
        # people
        "create_person": [claim("admin")],
        "change_person": [claim("admin")],
        "put_person_by_ref": [claim("admin")],
        "get_person": [claim("admin")],
        "get_me": [staff(), scope("values:write", "values:write-named")],
        # torchbearers
        "stand_for_torchbearer": [MEMBERS],
        "accept_candidacy": [MEMBERS],
        "decline_candidacy": [staff()],  # who left the team too: whose it is to answer decides
        "say_yes": [MEMBERS],
        "take_back_yes": [MEMBERS],
        "confirm_candidacy": [LEADERS],
        "list_candidacies": [MEMBERS],
        "get_candidacy": [staff()],  # who stands, and of others the team's members
        "write_hand_over": [staff()],  # who left the team too: whose it is to write decides
        "get_hand_over": [LEADERS],
        # grants
        "ask_grant": [claim("admin")],
        "give_grant": [claim("admin")],
        "end_grant": [claim("admin")],
        "list_grants": [staff()],
        "get_grant": [claim("admin")],
        # strategy
        "create_pillar": [claim("strategy", "admin")],
        "change_pillar": [claim("strategy", "admin")],
        "retire_pillar": [claim("strategy", "admin")],
        "translate_pillar": [claim("strategy", "admin")],
        "untranslate_pillar": [claim("strategy", "admin")],
        "put_pillar_by_ref": [claim("admin")],
        "list_pillars": [staff()],
        "get_pillar": [staff()],
        # cycles
        "plan_year": [claim("strategy", "admin")],
        "create_cycle": [claim("strategy", "admin")],
        "put_cycle_by_ref": [claim("admin")],
        "open_cycle": [claim("strategy", "admin")],
        "close_cycle": [claim("strategy", "admin")],
        "list_cycles": [staff()],
        "get_cycle": [staff()],
        "move_team_cycle": [LEADERS, claim("admin")],
        "list_team_cycles": [staff()],
        "get_team_cycle": [staff()],
        # objectives; another's proposal is reworded or closed by who leads
        "propose_objective": [MEMBERS, head(), claim("strategy")],
        "revise_objective": [MEMBERS, head(), claim("strategy")],
        "close_objective": [MEMBERS, head(), STRATEGY_OFFICE],
        "move_objective": [LEADERS],
        "translate_objective": [MEMBERS, STRATEGY_OFFICE],
        "untranslate_objective": [MEMBERS, STRATEGY_OFFICE],
        "link_objective": [LEADERS, claim("strategy")],
        "put_objective_by_ref": [claim("admin")],
        "list_objectives": [staff()],
        "get_objective": [staff()],
        "get_hints": [staff()],
        "dismiss_hint": [MEMBERS],
        "take_back_dismissal": [MEMBERS],
        # contributing
        "invite_contributor": [LEADERS],
        "agree_to_contribute": [LEADERS],
        "decline_to_contribute": [LEADERS],
        "leave_objective": [LEADERS],
        # changes; another's are replaced or taken back by who leads
        "put_change": [MEMBERS, head(), claim("strategy")],
        "withdraw_change": [MEMBERS, head(), claim("strategy")],
        # remarks; in a team's name: who leads it, and one's own words: who wrote them; a request
        # is answered by who leads the team that is asked
        "make_remark": [staff()],
        "list_remarks": [staff()],
        "get_remark": [staff()],
        "reword_remark": [staff()],
        "remove_remark": [staff()],
        "hide_remark": [LEADERS],
        "show_remark": [LEADERS],
        "answer_request": [LEADERS],
        # choosing
        "support_objective": [MEMBERS],
        "withdraw_support": [MEMBERS],
        "get_support": [staff()],
        "agree_objective": [LEADERS, STRATEGY_OFFICE],
        "confirm_objective": [LEADERS],
        "get_participation": [MEMBERS],
        "get_team_choosing": [staff()],
        "put_team_choosing": [LEADERS],
        # strategies
        "create_strategy": [claim("strategy", "admin")],
        "change_strategy": [claim("strategy", "admin")],
        "publish_strategy": [claim("strategy", "admin")],
        "amend_strategy": [claim("strategy", "admin")],
        "put_strategy_by_ref": [claim("admin")],
        "list_strategies": [staff()],
        "get_strategy": [staff()],
        # progress
        "add_key_result": [LEADERS],
        "drop_key_result": [LEADERS],
        "set_baseline": [LEADERS],
        "translate_key_result": [MEMBERS, STRATEGY_OFFICE],
        "untranslate_key_result": [MEMBERS, STRATEGY_OFFICE],
        "put_key_result_by_ref": [claim("admin")],
        "get_key_result": [staff()],
        "list_values": [staff()],
        "get_pace": [staff()],
        # asked
        "get_asked": [staff()],
        # cut-over
        "get_cut_over": [staff()],
        "decide_cut_over": [LEADERS],
        # scores
        "put_score": [LEADERS],
        "put_score_by_ref": [claim("admin")],
        "get_scores": [staff()],
        # machines
        "name_machines": [LEADERS],
        "put_machine_value": [scope("values:write", "values:write-named")],
        "put_machine_values": [scope("values:write-named")],
    }
)

PARTS = AccessTable(
    {
        "lead_team": [LEADERS],
        "lead_unit": [head(), claim("strategy")],
        "read_supporters": [MEMBERS],
        "read_candidacy": [MEMBERS],
    }
)
"""What is not a route: whose proposal one may also reword, and what of an answer is the team's."""
