"""What a walk is about: which commands are drawn, and each how often, where it would be done."""

from collections.abc import Mapping

from tests.service.okr.at_once.drawing import Draw
from tests.service.okr.at_once.draws import (
    add_key_result,
    agree,
    ask,
    change_person,
    close,
    comment,
    confirm,
    confirm_candidacy,
    decide,
    decline,
    dismiss_hint,
    drop_key_result,
    hand_over,
    invite,
    join,
    leave,
    link,
    move_objective,
    move_place,
    name_desk,
    name_machines,
    of_candidacy,
    of_remark,
    propose,
    put_change,
    put_score,
    put_value,
    put_values,
    revise,
    set_baseline,
    set_share,
    stand,
    support,
    translate,
    translate_key_result,
    withdraw_change,
    withdraw_support,
)
from tests.service.okr.at_once.office_draws import (
    agree_yearly,
    amend_strategy,
    change_pillar,
    change_strategy,
    close_cycle,
    close_year,
    create_cycle,
    create_pillar,
    create_strategy,
    enter,
    leap,
    move_anywhere,
    of_grant,
    open_cycle,
    open_year,
    plan_year,
    propose_anywhere,
    propose_yearly,
    publish_strategy,
    retire_pillar,
    serve,
    translate_pillar,
)

Draws = Mapping[Draw, int]

THEMES: Mapping[str, Draws] = {
    "choosing": {
        propose: 8, revise: 8, close: 2, support: 8, withdraw_support: 4, agree: 14, confirm: 10,
        set_share: 4, put_change: 8, withdraw_change: 3, comment: 3, add_key_result: 3,
        drop_key_result: 2, move_objective: 3,
    },
    "other teams": {
        propose: 6, revise: 4, invite: 6, join: 8, decline: 4, leave: 5, agree: 6, confirm: 4,
        support: 6, withdraw_support: 2, put_change: 5, ask: 4, close: 1,
    },
    "alignment": {
        propose: 6, link: 20, translate: 8, agree: 4, confirm: 4, put_change: 4, close: 3,
        drop_key_result: 4, name_machines: 3, decide: 2, revise: 3, translate_key_result: 4,
    },
    "who leads": {
        propose: 6, agree: 16, confirm: 12, put_change: 10, change_person: 8, stand: 3,
        of_candidacy: 7, confirm_candidacy: 4, hand_over: 2, set_share: 1, put_score: 1,
        of_remark: 1,
    },
    "talk": {
        comment: 5, ask: 4, of_remark: 24, propose: 3, revise: 3, close: 2, agree: 3, confirm: 3,
        move_place: 1, change_person: 1,
    },
    "what is measured": {
        propose: 6, agree: 8, confirm: 8, put_value: 10, put_change: 10, set_baseline: 6,
        add_key_result: 5, drop_key_result: 4, put_score: 6, close: 1, move_place: 1,
    },
    "a cycle's end": {
        propose: 10, agree: 14, confirm: 12, decide: 16, move_place: 5, move_objective: 6,
        put_value: 3, put_score: 4, put_change: 6, close: 1,
    },
    "cycles": {
        close_cycle: 24, open_cycle: 8, create_cycle: 6, enter: 10, propose_anywhere: 12,
        agree: 6, confirm: 6, revise: 3, put_change: 3, move_anywhere: 12, move_place: 8, leap: 2,
        decide: 6, create_pillar: 2, retire_pillar: 3, serve: 2, close: 2, dismiss_hint: 2,
    },
    "strategy": {
        create_pillar: 4, change_pillar: 8, translate_pillar: 8, retire_pillar: 4, plan_year: 4,
        open_year: 4, close_year: 2, create_strategy: 10, change_strategy: 16,
        publish_strategy: 8, amend_strategy: 16, propose_yearly: 16, agree_yearly: 12,
        put_change: 4, serve: 4, of_grant: 3,
    },
    "machines": {
        put_values: 30, name_desk: 10, put_value: 4, propose: 6, agree: 12, confirm: 12,
        set_baseline: 6, put_change: 6, drop_key_result: 3, revise: 2, decide: 5, move_place: 3,
        put_score: 2,
    },
}  # fmt: skip
