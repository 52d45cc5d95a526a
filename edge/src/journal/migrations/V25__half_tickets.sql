-- how many bytes could still be wanting of a command that was begun, on a paper that may be torn
ALTER TABLE printer_state ADD COLUMN torn_command_bytes INTEGER NOT NULL DEFAULT 0;
