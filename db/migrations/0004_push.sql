-- What a work says of the requests that push its tasks.
alter table work
  -- How long one may take.
  add column request_seconds double precision not null default 15,
  -- How many may be under way at once, per process that pushes.
  add column request_concurrency integer not null default 64,
  add constraint request_seconds_sane check (request_seconds > 0 and request_seconds <= 300),
  add constraint request_concurrency_sane check (request_concurrency between 1 and 1000);
