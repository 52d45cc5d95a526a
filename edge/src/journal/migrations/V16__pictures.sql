-- operational: what a branch has on its papers, each file once, by its hash; the templates that name it are documents
CREATE TABLE picture (
    sha256 BLOB NOT NULL PRIMARY KEY,
    file   BLOB NOT NULL                             -- a PNG
) STRICT;

-- operational: the order whose guest's words stand on a paper, so that what was kept of it goes with them
ALTER TABLE print_job ADD COLUMN order_id BLOB;
CREATE INDEX print_job_by_order ON print_job (order_id) WHERE order_id IS NOT NULL;
