-- What a box had that another took the place of, and had not sent: handed in by it, looked at by a person, and counted or
-- put aside order by order. It is part of no life: `entry` stays what the protocol made it.

CREATE TABLE salvage (
    company_id   uuid        NOT NULL,
    branch_id    uuid        NOT NULL,
    journal_id   uuid        NOT NULL,               -- the fenced life
    sequence     bigint      NOT NULL,
    appliance_id uuid        NOT NULL,               -- who handed it in
    event_id     uuid        NOT NULL,
    kind         text        NOT NULL,
    order_id     uuid,                               -- the order it is about, when it is about one
    header       bytea       NOT NULL,
    body         bytea       NOT NULL,
    hash         bytea       NOT NULL,
    salt         bytea,
    personal     bytea,                              -- absent once erased
    received_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, branch_id, journal_id, sequence)
);
CREATE INDEX salvage_of_order ON salvage (company_id, branch_id, order_id);

-- What a person decided about an order in it. Decided once.
CREATE TABLE salvage_decision (
    company_id  uuid        NOT NULL,
    branch_id   uuid        NOT NULL,
    order_id    uuid        NOT NULL,
    is_accepted boolean     NOT NULL,
    decided_by  text        NOT NULL,
    decided_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, branch_id, order_id)
);

-- What was ever in use at a branch, for the box that goes on with it.
CREATE INDEX entry_of_directives ON entry (company_id, branch_id) WHERE kind = 'branch.directive_applied';

DO $$
DECLARE
    company_table text;
BEGIN
    FOREACH company_table IN ARRAY ARRAY['salvage', 'salvage_decision'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', company_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', company_table);
        EXECUTE format('CREATE POLICY own_company ON %I USING (company_id = '
                       'nullif(current_setting(''comanda.company'', true), '''')::uuid)', company_table);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO comanda_app', company_table);
    END LOOP;
END $$;

-- As in `entry`: what happened is never changed, what somebody told can be erased.
GRANT UPDATE (personal) ON salvage TO comanda_app;
