-- operational: what a branch has on its papers, each file once, by its hash; the templates that name it are documents
CREATE TABLE picture (
    sha256 BLOB NOT NULL PRIMARY KEY,
    file   BLOB NOT NULL                             -- a PNG
) STRICT;
