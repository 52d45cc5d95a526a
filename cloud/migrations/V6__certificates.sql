-- A box is given its next certificate for the key it was enrolled with, and for no other. Unknown of boxes that were
-- enrolled before; their next renewal says it.
ALTER TABLE appliance ADD COLUMN key_hash bytea;         -- BLAKE3 of the public key, DER
