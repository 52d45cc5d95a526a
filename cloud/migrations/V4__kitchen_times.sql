-- How long kitchens take. All of it is derived from `entry`: a rebuild gives exactly these rows, so branches that were heard
-- before are rebuilt once (`comanda-cloud rebuild COMPANY/CODE`).

-- What the kitchen of a branch knows of an order; times are made of it.
CREATE TABLE kitchen_ledger (
    company_id uuid  NOT NULL,
    branch_id  uuid  NOT NULL,
    order_id   uuid  NOT NULL,
    document   bytea NOT NULL,                       -- the aggregate, JSON
    PRIMARY KEY (company_id, branch_id, order_id)
) PARTITION BY HASH (company_id);

-- A line at a station that has made it.
CREATE TABLE kitchen_time (
    company_id     uuid        NOT NULL,
    branch_id      uuid        NOT NULL,
    line_id        uuid        NOT NULL,
    station_id     uuid        NOT NULL,
    order_id       uuid        NOT NULL,
    product_id     uuid        NOT NULL,
    business_day   date        NOT NULL,             -- the order's
    hour           integer     NOT NULL,             -- it was fired in, of the company's clock
    received_at    timestamptz NOT NULL,             -- when the order was taken
    fired_at       timestamptz NOT NULL,
    started_at     timestamptz,                      -- when the station said that it begins, if it did
    ready_at       timestamptz NOT NULL,
    target_seconds bigint      NOT NULL,
    PRIMARY KEY (company_id, branch_id, line_id, station_id)
) PARTITION BY HASH (company_id);
CREATE INDEX kitchen_time_of_order ON kitchen_time (company_id, branch_id, order_id);
CREATE INDEX kitchen_time_of_day ON kitchen_time (company_id, business_day, branch_id);

-- Their sums; a row that counts nothing any more is not there.
CREATE TABLE kitchen_hour (
    company_id      uuid    NOT NULL,
    branch_id       uuid    NOT NULL,
    business_day    date    NOT NULL,
    hour            integer NOT NULL,
    station_id      uuid    NOT NULL,
    product_id      uuid    NOT NULL,
    lines           bigint  NOT NULL,                -- made
    late            bigint  NOT NULL,                -- of them, later than their target
    started         bigint  NOT NULL,                -- of them, those a station said it begins with
    started_seconds bigint  NOT NULL,                -- from fired to begun, their sum
    ready_seconds   bigint  NOT NULL,                -- from fired to ready, their sum
    PRIMARY KEY (company_id, branch_id, business_day, hour, station_id, product_id)
) PARTITION BY HASH (company_id);

DO $$
DECLARE
    parted text;
BEGIN
    FOREACH parted IN ARRAY ARRAY['kitchen_ledger', 'kitchen_time', 'kitchen_hour'] LOOP
        FOR part IN 0..15 LOOP
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 16, REMAINDER %s)',
                           parted || '_' || part, parted, part);
        END LOOP;
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', parted);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', parted);
        EXECUTE format('CREATE POLICY own_company ON %I USING (company_id = '
                       'nullif(current_setting(''comanda.company'', true), '''')::uuid)', parted);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO comanda_app', parted);
    END LOOP;
END $$;
