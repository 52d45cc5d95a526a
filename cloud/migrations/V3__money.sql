-- Payments, shifts, and what ran out. All of it is derived from `entry`: a rebuild gives exactly these rows, so branches
-- that were heard before are rebuilt once (`comanda-cloud rebuild COMPANY/CODE`).

CREATE TABLE payment (
    company_id   uuid        NOT NULL,
    branch_id    uuid        NOT NULL,
    payment_id   uuid        NOT NULL,
    order_id     uuid        NOT NULL,
    business_day date        NOT NULL,               -- it was taken in, which may be later than the order's
    taken_at     timestamptz NOT NULL,
    method       text        NOT NULL,
    currency     text        NOT NULL,
    amount       bigint      NOT NULL,               -- minor units, with tip, without change
    tip          bigint      NOT NULL,
    refunded     bigint      NOT NULL,
    shift_id     uuid,
    PRIMARY KEY (company_id, branch_id, payment_id)
) PARTITION BY HASH (company_id);

CREATE TABLE takings_day (
    company_id   uuid   NOT NULL,
    branch_id    uuid   NOT NULL,
    business_day date   NOT NULL,                    -- money came or went back in
    method       text   NOT NULL,
    currency     text   NOT NULL,
    payments     bigint NOT NULL,
    amount       bigint NOT NULL,                    -- minor units
    tip          bigint NOT NULL,
    refunds      bigint NOT NULL,
    refunded     bigint NOT NULL,
    tip_refunded bigint NOT NULL,
    PRIMARY KEY (company_id, branch_id, business_day, method, currency)
) PARTITION BY HASH (company_id);

CREATE TABLE shift (
    company_id    uuid        NOT NULL,
    branch_id     uuid        NOT NULL,
    shift_id      uuid        NOT NULL,
    drawer        text        NOT NULL,
    business_day  date        NOT NULL,              -- it began in
    opened_at     timestamptz NOT NULL,
    closed_at     timestamptz,
    number        text,                              -- of its count
    currency      text        NOT NULL,
    opening_float bigint      NOT NULL,              -- minor units
    expected_cash bigint,
    difference    bigint,                            -- over all that was counted; negative where something is missing
    document      bytea       NOT NULL,              -- the aggregate, JSON
    PRIMARY KEY (company_id, branch_id, shift_id)
) PARTITION BY HASH (company_id);

-- What is out or counted at this moment.
CREATE TABLE stockout (
    company_id uuid        NOT NULL,
    branch_id  uuid        NOT NULL,
    ordinal    integer     NOT NULL,                 -- from 0, in the branch's own order
    is_product boolean     NOT NULL,                 -- otherwise a modifier
    sku        text        NOT NULL,
    name       text        NOT NULL,
    left_count bigint      NOT NULL,                 -- 0 when it ran out
    until_at   timestamptz,                          -- it is back by itself
    reason     text,
    since      timestamptz NOT NULL,
    PRIMARY KEY (company_id, branch_id, ordinal)
);

CREATE TABLE stockouts (
    company_id uuid  NOT NULL,
    branch_id  uuid  NOT NULL,
    document   bytea NOT NULL,                       -- the aggregate, JSON
    PRIMARY KEY (company_id, branch_id)
);

DO $$
DECLARE
    parted text;
    company_table text;
BEGIN
    FOREACH parted IN ARRAY ARRAY['payment', 'takings_day', 'shift'] LOOP
        FOR part IN 0..15 LOOP
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 16, REMAINDER %s)',
                           parted || '_' || part, parted, part);
        END LOOP;
    END LOOP;
    FOREACH company_table IN ARRAY ARRAY['payment', 'takings_day', 'shift', 'stockout', 'stockouts'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', company_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', company_table);
        EXECUTE format('CREATE POLICY own_company ON %I USING (company_id = '
                       'nullif(current_setting(''comanda.company'', true), '''')::uuid)', company_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO comanda_app', company_table);
    END LOOP;
END $$;
