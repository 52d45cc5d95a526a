-- Alerts; and print jobs that can be held, handed over, doubted and taken back, of tickets and of other papers.

-- derived
CREATE TABLE alert (
    id        BLOB    NOT NULL PRIMARY KEY,
    kind      TEXT    NOT NULL,
    subject   BLOB    NOT NULL,                      -- what it is about; nil for the branch
    raised_at INTEGER NOT NULL,                      -- microseconds since 1970
    closed_at INTEGER,                               -- none while it is open
    document  BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX alert_open ON alert (kind, subject) WHERE closed_at IS NULL;
CREATE INDEX alert_closed ON alert (closed_at, id) WHERE closed_at IS NOT NULL;

-- operational: made anew, for a job need not be about a ticket any more and has further statuses
CREATE TABLE print_job_anew (
    ordinal            INTEGER NOT NULL PRIMARY KEY,      -- grows: rows are never removed
    id                 BLOB    NOT NULL,
    ticket_id          BLOB,                              -- what it prints: a ticket,
    paper              BLOB,                              -- or a document, as MessagePack
    printer_id         BLOB    NOT NULL,
    status             TEXT    NOT NULL CHECK (status = 'queued' OR status = 'sending' OR status = 'sent'
                                               OR status = 'printed' OR status = 'unknown' OR status = 'held'
                                               OR status = 'failed' OR status = 'rerouted' OR status = 'cancelled'),
    priority           INTEGER NOT NULL DEFAULT 1,        -- 0 at once, 1 in its turn, 2 when nothing else waits
    proof              TEXT,                              -- of a printed one
    attempts           INTEGER NOT NULL DEFAULT 0,        -- bytes may have left this often
    failures           INTEGER NOT NULL DEFAULT 0,        -- in a row, before a byte left
    possible_duplicate INTEGER NOT NULL DEFAULT 0,
    next_at            INTEGER NOT NULL DEFAULT 0,        -- not before, microseconds since 1970
    error              TEXT,
    created_at         INTEGER NOT NULL,
    begun_at           INTEGER,                           -- when bytes last began to leave
    ended_at           INTEGER,                           -- none while it waits, is held or in doubt
    expires_at         INTEGER,                           -- not printed after this
    reprint            INTEGER NOT NULL DEFAULT 0,        -- of its ticket, from 1; 0 for the first print
    backup_of          BLOB,                              -- the printer it was meant for, where another took over
    CHECK ((ticket_id IS NULL) <> (paper IS NULL))
) STRICT;
INSERT INTO print_job_anew (ordinal, id, ticket_id, printer_id, status, proof, attempts, failures, possible_duplicate,
                            next_at, error, created_at, ended_at, reprint)
     SELECT ordinal, id, ticket_id, printer_id, status, proof, attempts, failures, possible_duplicate,
            next_at, error, created_at, ended_at, reprint
       FROM print_job;
DROP TABLE print_job;
ALTER TABLE print_job_anew RENAME TO print_job;
CREATE INDEX print_job_waiting ON print_job (printer_id, priority, ordinal) WHERE ended_at IS NULL;
CREATE INDEX print_job_ended ON print_job (printer_id, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX print_job_by_ticket ON print_job (ticket_id) WHERE ticket_id IS NOT NULL;

-- operational: what somebody told a printer, and what it told us of itself
CREATE TABLE printer_state (
    printer_id BLOB NOT NULL PRIMARY KEY,
    paused_at  INTEGER,                                   -- none while it may print
    abilities  TEXT                                       -- JSON, of the last probe
) STRICT;
