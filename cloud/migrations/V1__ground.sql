-- The ground of the cloud. Run by the owner of the database; the program itself works as comanda_app, which can neither
-- change the schema nor see past row-level security.

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'comanda_app') THEN
        CREATE ROLE comanda_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
    END IF;
END $$;

-- Directories: how to find the company before there is one to speak for. Ids, no data; no row-level security.

CREATE TABLE company_directory (
    company_id uuid NOT NULL PRIMARY KEY,
    slug       text NOT NULL UNIQUE
);

CREATE TABLE branch_directory (
    branch_id  uuid NOT NULL PRIMARY KEY,
    company_id uuid NOT NULL REFERENCES company_directory
);

CREATE TABLE enrolment_code (
    code_hash  bytea       NOT NULL PRIMARY KEY,     -- BLAKE3 of the code
    company_id uuid        NOT NULL REFERENCES company_directory,
    branch_id  uuid        NOT NULL REFERENCES branch_directory,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz                           -- a code works once
);

-- What belongs to a company. Every key is led by it, and every row is seen by nobody else.

CREATE TABLE company (
    company_id uuid        NOT NULL PRIMARY KEY,
    name       text        NOT NULL,
    timezone   text        NOT NULL DEFAULT 'America/Bogota',
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE branch (
    company_id uuid        NOT NULL,
    branch_id  uuid        NOT NULL,
    code       text        NOT NULL,
    name       text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, branch_id),
    UNIQUE (company_id, code)
);

-- A box that was enrolled for a branch. Its certificate ends with not_after; revoked_at ends it at once.
CREATE TABLE appliance (
    company_id   uuid        NOT NULL,
    appliance_id uuid        NOT NULL,
    branch_id    uuid        NOT NULL,
    enrolled_at  timestamptz NOT NULL DEFAULT now(),
    not_after    timestamptz NOT NULL,
    revoked_at   timestamptz,
    PRIMARY KEY (company_id, appliance_id)
);
CREATE INDEX appliance_of_branch ON appliance (company_id, branch_id, enrolled_at);

-- The line to a branch: one row, locked by whoever works for it.
CREATE TABLE link (
    company_id    uuid   NOT NULL,
    branch_id     uuid   NOT NULL,
    appliance_id  uuid,                              -- the box that may speak for it
    session       bigint NOT NULL DEFAULT 0,         -- of its last hello; bits of a u64
    commands_done bigint NOT NULL DEFAULT 0,
    head          bigint NOT NULL DEFAULT 0,         -- the branch's own end, as last told
    app           text,
    clock_skew_ms bigint,
    refusal       text,                              -- why it may not go on, when it may not
    heard_at      timestamptz,
    PRIMARY KEY (company_id, branch_id)
);

-- Lives of a branch's journal, see docs/protocol.md.
CREATE TABLE life (
    company_id     uuid        NOT NULL,
    branch_id      uuid        NOT NULL,
    epoch          integer     NOT NULL,
    journal_id     uuid        NOT NULL,
    first_sequence bigint      NOT NULL,
    parent_hash    bytea       NOT NULL,
    applied        bigint      NOT NULL,
    hash           bytea       NOT NULL,
    heard_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, branch_id, epoch),
    UNIQUE (company_id, branch_id, journal_id)
);

-- Every entry of every journal, byte for byte as hashed; all else can be made of it again.
CREATE TABLE entry (
    company_id    uuid        NOT NULL,
    branch_id     uuid        NOT NULL,
    epoch         integer     NOT NULL,
    sequence      bigint      NOT NULL,
    event_id      uuid        NOT NULL,
    kind          text        NOT NULL,
    business_day  date,
    header        bytea       NOT NULL,
    body          bytea       NOT NULL,
    hash          bytea       NOT NULL,
    salt          bytea,                             -- of personal data, when there is or was some
    personal      bytea,                             -- absent once erased
    received_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, branch_id, epoch, sequence),
    UNIQUE (company_id, branch_id, event_id)
) PARTITION BY HASH (company_id);

-- Entries that could not be read or projected; they are in `entry` all the same.
CREATE TABLE dead_letter (
    company_id uuid        NOT NULL,
    branch_id  uuid        NOT NULL,
    epoch      integer     NOT NULL,
    sequence   bigint      NOT NULL,
    kind       text        NOT NULL,
    error      text        NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, branch_id, epoch, sequence)
);

-- What is asked of a branch, in order.
CREATE TABLE command (
    company_id uuid        NOT NULL,
    branch_id  uuid        NOT NULL,
    sequence   bigint      NOT NULL,
    command_id uuid        NOT NULL,
    kind       text        NOT NULL,
    version    smallint    NOT NULL,
    body       text        NOT NULL,
    asked_at   timestamptz NOT NULL DEFAULT now(),
    outcome    text,                                 -- JSON, once the branch has said
    PRIMARY KEY (company_id, branch_id, sequence)
);

-- Derived from `entry`: a rebuild gives exactly these rows.

CREATE TABLE orders (
    company_id   uuid        NOT NULL,
    branch_id    uuid        NOT NULL,
    order_id     uuid        NOT NULL,
    consecutive  text        NOT NULL,
    number       text        NOT NULL,
    type         text        NOT NULL,
    channel      text        NOT NULL,
    status       text        NOT NULL,
    business_day date        NOT NULL,
    placed_at    timestamptz NOT NULL,
    accepted_at  timestamptz,
    ready_at     timestamptz,                        -- the first time
    currency     text        NOT NULL,
    subtotal     bigint      NOT NULL,               -- minor units
    discount     bigint      NOT NULL,
    tax          bigint      NOT NULL,
    total        bigint      NOT NULL,
    document     bytea       NOT NULL,               -- the aggregate, JSON
    PRIMARY KEY (company_id, branch_id, order_id)
) PARTITION BY HASH (company_id);

CREATE TABLE order_line (
    company_id   uuid    NOT NULL,
    branch_id    uuid    NOT NULL,
    order_id     uuid    NOT NULL,
    ordinal      integer NOT NULL,                   -- from 0, as ordered
    line_id      uuid    NOT NULL,
    product_id   uuid    NOT NULL,
    name         text    NOT NULL,
    quantity     bigint  NOT NULL,                   -- thousandths
    total        bigint  NOT NULL,                   -- minor units
    is_voided    boolean NOT NULL,
    PRIMARY KEY (company_id, branch_id, order_id, ordinal)
) PARTITION BY HASH (company_id);

CREATE TABLE sales_hour (
    company_id    uuid    NOT NULL,
    branch_id     uuid    NOT NULL,
    business_day  date    NOT NULL,
    hour          integer NOT NULL,                  -- of the company's clock
    type          text    NOT NULL,
    channel       text    NOT NULL,
    currency      text    NOT NULL,
    placed        bigint  NOT NULL,
    cancelled     bigint  NOT NULL,
    subtotal      bigint  NOT NULL,                  -- without the cancelled
    discount      bigint  NOT NULL,
    tax           bigint  NOT NULL,
    total         bigint  NOT NULL,
    ready         bigint  NOT NULL,                  -- orders the kitchen made
    ready_seconds bigint  NOT NULL,                  -- from accepted to ready, their sum
    PRIMARY KEY (company_id, branch_id, business_day, hour, type, channel, currency)
) PARTITION BY HASH (company_id);

CREATE TABLE sales_product (
    company_id   uuid   NOT NULL,
    branch_id    uuid   NOT NULL,
    business_day date   NOT NULL,
    product_id   uuid   NOT NULL,
    currency     text   NOT NULL,
    quantity     bigint NOT NULL,                    -- thousandths, without cancelled orders and voided lines
    total        bigint NOT NULL,
    PRIMARY KEY (company_id, branch_id, business_day, product_id, currency)
) PARTITION BY HASH (company_id);

DO $$
DECLARE
    parted text;
    company_table text;
BEGIN
    FOREACH parted IN ARRAY ARRAY['entry', 'orders', 'order_line', 'sales_hour', 'sales_product'] LOOP
        FOR part IN 0..15 LOOP
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 16, REMAINDER %s)',
                           parted || '_' || part, parted, part);
        END LOOP;
    END LOOP;
    -- The policy is one comparison of a leakproof operator, so that it is an index condition; unset, it shows nothing.
    -- Partitions are reached through their parents only: the program has no right to them.
    FOREACH company_table IN ARRAY ARRAY['company', 'branch', 'appliance', 'link', 'life', 'entry', 'dead_letter',
                                         'command', 'orders', 'order_line', 'sales_hour', 'sales_product'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', company_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', company_table);
        EXECUTE format('CREATE POLICY own_company ON %I USING (company_id = '
                       'nullif(current_setting(''comanda.company'', true), '''')::uuid)', company_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO comanda_app', company_table);
    END LOOP;
END $$;

-- What happened is never changed; erasing personal data blanks one column, and a rebuild touches none of it.
REVOKE UPDATE, DELETE ON entry FROM comanda_app;
GRANT UPDATE (personal) ON entry TO comanda_app;
GRANT SELECT, INSERT ON company_directory, branch_directory TO comanda_app;
GRANT SELECT, INSERT, UPDATE ON enrolment_code TO comanda_app;
