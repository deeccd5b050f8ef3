-- Asks for a rebuild, where anything was read before.

DO $$
BEGIN
    IF EXISTS (SELECT FROM consumer_offsets) THEN
        CREATE TABLE IF NOT EXISTS rebuild_due ();
        COMMENT ON TABLE rebuild_due IS 'While it is there, what was read before lacks what a
migration added; a rebuild drops it.';
    END IF;
END
$$;
