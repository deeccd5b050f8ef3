-- Who asked what of goals, for when it is answered. What was said before comes by a rebuild.

CREATE TABLE remarks (
    id          uuid PRIMARY KEY,
    parent      uuid,
    remark_kind text NOT NULL,
    author      uuid NOT NULL,
    state       text NOT NULL
);
CREATE INDEX remarks_by_thread ON remarks (parent);
