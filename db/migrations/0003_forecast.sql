-- How long things take, kept so that what is to come can be foretold.

-- Durations as histograms of logarithmic buckets: per workflow, whatever its version, node, kind of duration and day. They add up, so any
-- span of days is a sum of rows, and the percentiles of a sum are as exact as those of its parts.
create table duration (
  project_id integer not null,
  workflow_id integer not null,
  -- Key of the node; the empty text: the whole instance.
  node text not null,
  -- `wait`: ready until handed out; `run`: start until end; `segment`: the same, of one segment of a fan-out.
  kind text not null,
  day date not null,
  -- See bucket_of; its bounds are those of engine/forecast/sketch.ts.
  bucket smallint not null,
  count bigint not null,
  -- The sum of the durations themselves, so that averages are exact.
  seconds double precision not null,
  primary key (project_id, workflow_id, node, kind, day, bucket),
  foreign key (project_id, workflow_id) references workflow (project_id, id) on delete cascade,
  constraint duration_kind_known check (kind in ('wait', 'run', 'segment')),
  constraint duration_counted check (count > 0)
);

-- The forgetting of old days, once an hour.
create index duration_day on duration (day);

-- The bucket of a duration: 0 holds all up to a millisecond, k those above 1.1 ^ (k - 1) ms and up to 1.1 ^ k ms.
create function bucket_of(seconds double precision) returns smallint
language sql immutable parallel safe as $$
  select least(greatest(ceil(ln(greatest(seconds, 0.000001) * 1000) / ln(1.1)), 0), 400)::smallint
$$;

-- How far the measuring has come. What transactions below `horizon` wrote is in `duration`, and nothing else is. It begins here: what ended
-- before this migration is not measured.
create table measured (
  one boolean primary key default true,
  horizon bigint not null,
  -- Attempts that ended before this moment were written below the horizon.
  floor timestamptz not null,
  -- The next floor, once the horizon has reached `mark`: no transaction from there on had begun by then.
  mark bigint not null,
  mark_at timestamptz not null,
  constraint measured_one_row check (one)
);

insert into measured (horizon, floor, mark, mark_at)
select
  pg_snapshot_xmin(s.now)::text::bigint, now(), pg_snapshot_xmax(s.now)::text::bigint, now()
from pg_current_snapshot() as s(now);

-- Measuring, every ten seconds: what has ended lately. Attempts are appended in the order of their ends, so a few bytes per megabyte of
-- the table tell where to look, and the reports that append them pay next to nothing.
create index attempt_finished on attempt using brin (finished_at) with (pages_per_range = 64, autosummarize = on);

-- "Why is it waiting": pushes that got no answer. Empty while all endpoints answer.
create index task_undelivered on task (project_id, work) where deliveries > 0;
