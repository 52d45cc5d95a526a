-- What is too long for a row's page is compressed by LZ4, which takes a fraction of the time of PostgreSQL's own method; what is
-- there already stays as it is. A server that was built without LZ4 goes on as before.
DO $$
DECLARE
    place record;
BEGIN
    FOR place IN
        SELECT class.oid::regclass AS name, attribute.attname AS of
          FROM pg_class AS class
          JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid
         WHERE class.relkind IN ('r', 'p')
           AND class.relname ~ '^(entry|orders|kitchen_ledger)(_[0-9]+)?$'
           AND pg_table_is_visible(class.oid)
           AND attribute.attname IN ('header', 'body', 'document')
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET COMPRESSION lz4', place.name, place.of);
    END LOOP;
EXCEPTION
    WHEN feature_not_supported THEN
        RAISE NOTICE 'this server has no LZ4: %', SQLERRM;
END $$;
