-- secret: wrong PINs typed at machines of the network that are no paired screens; those of screens stand in device_secret
CREATE TABLE address_guess (
    address      TEXT    NOT NULL PRIMARY KEY,
    failures     INTEGER NOT NULL,                   -- wrong PINs in a row, whosesoever
    locked_until INTEGER NOT NULL,                   -- microseconds since 1970
    last_at      INTEGER NOT NULL                    -- of the latest, microseconds since 1970
) STRICT, WITHOUT ROWID;
