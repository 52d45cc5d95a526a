-- Sync with the cloud.

-- operational: what the cloud has said to have, and how far its commands are carried out; a memory, for the cloud says
-- both again with every connection
CREATE TABLE sync_cursor (
    one      INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    cursor   INTEGER NOT NULL,
    commands INTEGER NOT NULL
) STRICT;
INSERT INTO sync_cursor (one, cursor, commands) VALUES (1, 0, 0);
