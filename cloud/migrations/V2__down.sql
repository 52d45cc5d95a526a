-- What goes down to branches, and who may say so.

-- Credentials of scripts and people for the API: found before there is a company to speak for, so a directory.
CREATE TABLE access_token (
    token_hash bytea       NOT NULL PRIMARY KEY,     -- BLAKE3 of the token
    company_id uuid        NOT NULL REFERENCES company_directory,
    name       text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);

-- Whole immutable versions of what the company lays down. The newest that is addressed to a branch is the one it uses.
CREATE TABLE directive (
    company_id   uuid        NOT NULL,
    kind         text        NOT NULL,               -- catalog, settings
    version      bigint      NOT NULL,               -- from 1 for each kind of a company, over all its branches
    branch_id    uuid,                               -- for this branch; for all of them when absent
    sha256       text        NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now(),
    published_by text        NOT NULL,
    PRIMARY KEY (company_id, kind, version)
);

-- What directives name, and what branches use that the cloud did not lay down. JSON, byte for byte as hashed.
CREATE TABLE document (
    company_id uuid NOT NULL,
    sha256     text NOT NULL,
    body       text NOT NULL,
    PRIMARY KEY (company_id, sha256)
);

-- What a branch says it uses.
CREATE TABLE directive_state (
    company_id        uuid        NOT NULL,
    branch_id         uuid        NOT NULL,
    kind              text        NOT NULL,
    version           bigint      NOT NULL,          -- of the company; 0 when the branch laid it down itself
    sha256            text,
    not_taken_version bigint,
    not_taken_detail  text,
    not_taken_final   boolean,
    told_at           timestamptz NOT NULL,
    PRIMARY KEY (company_id, branch_id, kind)
);

ALTER TABLE link ADD COLUMN disk_free bigint;        -- bytes, as last told
ALTER TABLE link ADD COLUMN printers  text;          -- JSON, as last told
ALTER TABLE link ADD COLUMN told_at   timestamptz;   -- when it last told

DO $$
DECLARE
    company_table text;
BEGIN
    FOREACH company_table IN ARRAY ARRAY['directive', 'document', 'directive_state'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', company_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', company_table);
        EXECUTE format('CREATE POLICY own_company ON %I USING (company_id = '
                       'nullif(current_setting(''comanda.company'', true), '''')::uuid)', company_table);
    END LOOP;
END $$;

-- What was laid down is never changed.
GRANT SELECT, INSERT ON directive, document TO comanda_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON directive_state TO comanda_app;
GRANT SELECT, INSERT, UPDATE ON access_token TO comanda_app;
