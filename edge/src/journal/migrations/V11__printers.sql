-- operational: what a printer is and how its paper stands
ALTER TABLE printer_state ADD COLUMN is_torn  INTEGER NOT NULL DEFAULT 0;  -- bytes left, and nobody knows that all came out
ALTER TABLE printer_state ADD COLUMN model    TEXT;                        -- as it says itself
ALTER TABLE printer_state ADD COLUMN hardware TEXT;                        -- its network card's address, as last seen
