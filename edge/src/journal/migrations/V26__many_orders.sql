-- half a million orders later: a list is found in an index, and only what it shows is read
DROP INDEX orders_by_time;
CREATE INDEX orders_by_time ON orders (created_at, id, search);
CREATE INDEX orders_unpaid ON orders (created_at, id) WHERE due > 0 AND is_closed = 0;
CREATE INDEX orders_cancelled ON orders (created_at, id) WHERE status = 'cancelled';
CREATE INDEX print_job_not_printed ON print_job (status, ordinal) WHERE ended_at IS NOT NULL AND status <> 'printed';
