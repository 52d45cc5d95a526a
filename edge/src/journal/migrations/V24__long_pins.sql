-- secret: how many digits a PIN has, known once it was typed right: who guesses at a long one is slowed down less
ALTER TABLE staff_secret ADD COLUMN pin_digits INTEGER;
