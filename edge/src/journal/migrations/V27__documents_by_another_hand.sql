-- no table changes: the library that writes documents does, and chooses another of two ways to write some numbers. What
-- stands in a file is to be, byte for byte, what its journal gives, so the start makes the documents anew
SELECT 1;
