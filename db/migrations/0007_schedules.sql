-- What makes instances by itself: schedules by the clock, triggers by requests of others.

create table schedule (
  project_id integer not null,
  id uuid not null,
  workflow_id integer not null,
  key text not null,
  name text not null,
  cron text not null,
  time_zone text not null,
  -- Templates over `schedule` (engine/schedule/recipe.ts).
  object_id text not null,
  input jsonb not null,
  labels jsonb not null default '{}',
  -- Null: the workflow's.
  priority smallint,
  enabled boolean not null default true,
  overlap text not null default 'allow',
  catch_up text not null default 'last',
  catch_up_limit integer not null default 10,
  start_at timestamptz,
  end_at timestamptz,
  -- The first due time that was not looked at yet. Null: switched off, or none will come.
  next_at timestamptz,
  -- A due time that waits for the end of an earlier instance.
  waiting_at timestamptz,
  last_at timestamptz,
  last_instance_id uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (project_id, id),
  foreign key (project_id, workflow_id) references workflow (project_id, id) on delete cascade,
  constraint schedule_key_unique unique (project_id, workflow_id, key),
  constraint overlap_known check (overlap in ('allow', 'skip', 'queue', 'replace')),
  constraint catch_up_known check (catch_up in ('none', 'last', 'all')),
  constraint catch_up_limit_sane check (catch_up_limit between 1 and 100),
  constraint next_only_enabled check (next_at is null or enabled),
  constraint waiting_only_queue check (waiting_at is null or overlap = 'queue')
);

-- The sweep, every second: is any due? The job: which.
create index schedule_due on schedule (next_at) where next_at is not null;
-- The sweep, every second: those that wait for an instance to end. Nearly always few.
create index schedule_waiting on schedule (project_id, id) where waiting_at is not null;

-- What became of due times: the log of a schedule, its newest kept.
create table schedule_run (
  project_id integer not null,
  id bigint generated always as identity,
  schedule_id uuid not null,
  due_at timestamptz not null,
  -- When it was looked at.
  at timestamptz not null,
  outcome text not null,
  -- Who asked for it, of one that was not due.
  run_by text,
  instance_id uuid,
  message text,
  -- Its instance was not seen to have ended.
  open boolean not null,
  primary key (project_id, id),
  foreign key (project_id, schedule_id) references schedule (project_id, id) on delete cascade,
  constraint run_outcome_known check (
    outcome in ('started', 'waiting', 'skipped', 'missed', 'failed')
  ),
  constraint instance_iff_started check ((instance_id is not null) = (outcome = 'started')),
  constraint open_only_started check (not open or outcome = 'started')
);

-- The log of a schedule; forgetting its oldest.
create index schedule_run_by_schedule on schedule_run (project_id, schedule_id, id);
-- Each due time of a schedule that does not allow overlaps: has an earlier instance ended?
create index schedule_run_open on schedule_run (project_id, schedule_id) where open;

create table trigger (
  project_id integer not null,
  id uuid not null,
  workflow_id integer not null,
  key text not null,
  name text not null,
  enabled boolean not null default true,
  -- The capability in its URL, and the one before while it is still taken.
  token text not null,
  previous_token text,
  previous_until timestamptz,
  -- How senders sign (operations/triggers/signature.ts), secret included.
  signature jsonb not null,
  -- Templates over `body`, `headers` and `query` (engine/schedule/recipe.ts).
  object_id text not null,
  input jsonb not null,
  labels jsonb not null default '{}',
  dedupe_key text,
  condition text,
  priority smallint,
  last_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (project_id, id),
  foreign key (project_id, workflow_id) references workflow (project_id, id) on delete cascade,
  constraint trigger_key_unique unique (project_id, workflow_id, key),
  constraint previous_until_iff_previous check ((previous_token is null) = (previous_until is null))
);

-- Each request to a hook.
create unique index trigger_token on trigger (token);
create unique index trigger_previous_token on trigger (previous_token) where previous_token is not null;

-- The last requests to a trigger, and what became of them.
create table trigger_delivery (
  project_id integer not null,
  id bigint generated always as identity,
  trigger_id uuid not null,
  at timestamptz not null,
  outcome text not null,
  -- Of the answer.
  status smallint not null,
  instance_id uuid,
  message text,
  -- What was wrong with its mapping, by pointer and place.
  errors jsonb not null default '[]',
  -- Without what may hold secrets. Of a request that nobody vouches for, nothing is kept.
  headers jsonb not null default '{}',
  -- Its first part.
  body text,
  primary key (project_id, id),
  foreign key (project_id, trigger_id) references trigger (project_id, id) on delete cascade,
  constraint delivery_outcome_known check (
    outcome in ('started', 'repeated', 'ignored', 'refused', 'failed')
  ),
  constraint instance_iff_made check (
    (instance_id is not null) = (outcome in ('started', 'repeated'))
  )
);

-- The log of a trigger; forgetting its oldest.
create index trigger_delivery_by_trigger on trigger_delivery (project_id, trigger_id, id);
