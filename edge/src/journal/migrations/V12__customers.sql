-- Guests the branch knows.

-- derived: their cards; of one that was erased, nothing but that there was one
CREATE TABLE customer (
    id         BLOB NOT NULL PRIMARY KEY,
    phone      TEXT,                                 -- the digits it is compared by: the last ten
    phone_back TEXT,                                 -- the same from the end, for a search by the last digits
    name       TEXT NOT NULL,                        -- lower case, without accents
    document   BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX customer_by_phone ON customer (phone) WHERE phone IS NOT NULL;
CREATE INDEX customer_by_phone_back ON customer (phone_back) WHERE phone_back IS NOT NULL;

-- derived, from the card: the words it is found by, lower case, without accents
CREATE TABLE customer_word (
    word        TEXT NOT NULL,
    customer_id BLOB NOT NULL,
    PRIMARY KEY (word, customer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_word_by_customer ON customer_word (customer_id);

-- derived: whose order it is
ALTER TABLE orders ADD COLUMN customer_id BLOB;
CREATE INDEX orders_by_customer ON orders (customer_id, created_at, id) WHERE customer_id IS NOT NULL;
