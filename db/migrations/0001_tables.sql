-- The tables of Latchwork. Rows are the truth: every fact about a run is here, nothing that matters lives in a job or a process.
--
-- Every key begins with the project. Status texts are those of engine/states.ts; a test compares the CHECKs with them.

create table project (
  id integer generated always as identity primary key,
  key text not null,
  name text not null,
  created_at timestamptz not null default now(),
  constraint project_key_unique unique (key)
);

insert into project (key, name) values ('default', 'Default');

-- A named pipeline and its settings. What it does is said by its versions.
create table workflow (
  project_id integer not null references project (id),
  id integer generated always as identity,
  key text not null,
  name text not null,
  description text not null default '',
  -- The switch: off stops the admission of instances and the start of new ones; running instances finish.
  enabled boolean not null default true,
  -- How many instances may run at once; 0: no limit.
  max_running integer not null default 0,
  admission text not null default 'fifo',
  priority smallint not null default 0,
  labels jsonb not null default '{}',
  last_version integer not null default 0,
  -- Whatever new instances run when they name no version.
  published_version integer,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (project_id, id),
  constraint workflow_key_unique unique (project_id, key),
  constraint max_running_not_negative check (max_running >= 0),
  constraint admission_known check (admission in ('fifo', 'lifo'))
);

-- One definition of a workflow. Published ones never change; a workflow has one draft at most.
create table version (
  project_id integer not null,
  id integer generated always as identity,
  workflow_id integer not null,
  -- Given at publication, counted per workflow; a draft has none.
  number integer,
  status text not null,
  -- json, not jsonb: kept byte for byte as the author wrote it.
  definition json not null,
  -- The compiled plan (engine/plan.ts); its node indexes are what instances and attempts refer to.
  plan jsonb,
  summary text not null default '',
  -- Counts the saves of a draft: the ETag.
  revision integer not null default 1,
  based_on integer,
  updated_by text not null,
  updated_at timestamptz not null,
  published_at timestamptz,
  primary key (project_id, id),
  foreign key (project_id, workflow_id) references workflow (project_id, id) on delete cascade,
  constraint version_status_known check (status in ('draft', 'published', 'retired')),
  constraint numbered_iff_published check ((number is not null) = (status <> 'draft')),
  constraint planned_iff_published check ((plan is not null) = (status <> 'draft')),
  constraint version_number_unique unique (project_id, workflow_id, number)
);

-- Opening and saving the draft of a workflow: rare.
create unique index version_draft on version (project_id, workflow_id) where status = 'draft';

-- A reusable kind of task. Null timeouts: the built-in default of operations/works.
create table work (
  project_id integer not null references project (id),
  id integer generated always as identity,
  key text not null,
  name text not null,
  description text not null default '',
  delivery text not null default 'pull',
  url text,
  -- Signing secrets of a pushed work (Standard Webhooks, `whsec_…`), the newest first; two during a rotation.
  secrets text[] not null default '{}',
  -- A hand-out is only a hand-out: the worker says when it starts.
  start_report boolean not null default false,
  dispatch_seconds double precision,
  dispatch_mode text not null default 'overtaken',
  run_seconds double precision,
  heartbeat_seconds double precision,
  total_seconds double precision,
  retry jsonb,
  -- How many of its tasks may be handed out at once; 0: no limit.
  max_concurrent integer not null default 0,
  -- Token bucket: `rate_limit` hand-outs per `rate_seconds`; null: no limit.
  rate_limit integer,
  rate_seconds double precision,
  rate_tokens double precision,
  rate_at timestamptz,
  input_schema jsonb,
  output_schema jsonb,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (project_id, id),
  constraint work_key_unique unique (project_id, key),
  constraint delivery_known check (delivery in ('pull', 'push')),
  constraint pushed_has_url check (delivery = 'pull' or url is not null),
  constraint dispatch_mode_known check (dispatch_mode in ('overtaken', 'absolute')),
  constraint max_concurrent_not_negative check (max_concurrent >= 0),
  constraint rate_whole check ((rate_limit is null) = (rate_seconds is null))
);

-- Tokens of a work's bucket at a moment: those left, and what has flowed back since. Null: no rate limit.
create function tokens_of(w work, at timestamptz) returns double precision
language sql stable parallel safe as $$
  select least(
    w.rate_limit,
    coalesce(w.rate_tokens, w.rate_limit)
      + extract(epoch from at - coalesce(w.rate_at, at)) * w.rate_limit / w.rate_seconds
  )
$$;

-- When a running task is due for the sweep: the nearest of its run, heartbeat and total timeouts. Nulls set no limit.
create function running_due(
  started timestamptz, first_at timestamptz, seen timestamptz,
  run_seconds double precision, heartbeat_seconds double precision, total_seconds double precision
) returns timestamptz language sql stable parallel safe as $$
  select least(
    started + make_interval(secs => run_seconds),
    seen + make_interval(secs => heartbeat_seconds),
    first_at + make_interval(secs => total_seconds)
  )
$$;

-- What moves often about a work, apart from its settings so that claims never write those.
create table work_pulse (
  project_id integer not null,
  work text not null,
  -- Somebody asked for tasks of this work; written every few seconds at most.
  claimed_at timestamptz,
  claimed_by text,
  -- The latest hand-out whose start was heard. A task handed out before it and not started was overtaken: lost, not queued.
  overtaken_at timestamptz,
  primary key (project_id, work)
);

-- One run of one version for one object id. `state` holds all its nodes (engine/state.ts), so one HOT update per batch advances it.
-- No foreign keys: they would lock the workflow's row once per instance; a workflow or version is never deleted while it has instances.
create table instance (
  project_id integer not null,
  -- UUIDv7: ordered by creation, which is the order of lists and the age in claims.
  id uuid not null,
  workflow_id integer not null,
  version_id integer not null,
  status text not null,
  priority smallint not null default 0,
  -- What the plan's expressions read, to load no more than that: 1 = input, 2 = context.
  reads smallint not null,
  -- Its workflow has a limit, so that its end wakes admission.
  limited boolean not null,
  -- It was retried: attempts of its nodes may exist already, so new ones must be numbered after them.
  retried boolean not null default false,
  state text not null,
  object_id text not null,
  input jsonb not null,
  context jsonb not null default '{}',
  output jsonb,
  error jsonb,
  labels jsonb not null default '{}',
  dedupe_key text,
  run_at timestamptz,
  created_at timestamptz not null,
  started_at timestamptz,
  -- When a run that has not ended fails: the workflow's timeout.
  expires_at timestamptz,
  finished_at timestamptz,
  primary key (project_id, id),
  constraint instance_status_known check (
    status in ('scheduled', 'queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled')
  ),
  constraint finished_at_iff_final check (
    (finished_at is not null) = (status in ('succeeded', 'failed', 'cancelled'))
  ),
  constraint run_at_if_scheduled check (status <> 'scheduled' or run_at is not null),
  constraint open_node_iff_live check (
    (status in ('running', 'paused')) = (strpos(split_part(state, ';', 1), 'o') > 0)
  )
) with (fillfactor = 70, toast_tuple_target = 512);

-- These begin with what tells most, not with the project: where there are no statistics yet Postgres goes by the first column, and must
-- not take one of them for the primary key when the engine looks for an instance by its id.
--
-- Instance lists of a workflow, newest first, and how many of it run or wait.
create index instance_by_workflow on instance (workflow_id, project_id, status, id);
-- Instance lists by status over all workflows.
create index instance_by_status on instance (status, project_id, id);
-- Everything that ever ran for one object id.
create index instance_by_object on instance (object_id, project_id, id);
-- Admission: the next ones in line. FIFO reads it forwards, LIFO takes the run of the highest priority backwards.
create index instance_queue on instance (project_id, workflow_id, priority desc, id)
  where status = 'queued';
-- The sweep, once a second: scheduled instances whose time has come.
create index instance_scheduled on instance (run_at) where status = 'scheduled';
-- The sweep, once a second: runs whose time is up. Empty for workflows without a timeout.
create index instance_expiry on instance (expires_at)
  where status in ('running', 'paused') and expires_at is not null;
-- Business idempotency: one instance per key.
create unique index instance_dedupe on instance (project_id, workflow_id, dedupe_key)
  where dedupe_key is not null;

-- Live tasks only: made when a node opens, changed at hand-out, deleted at the end. Small and hot. A fan-out has one row per segment.
create table task (
  project_id integer not null,
  instance_id uuid not null,
  -- Index of the node in the plan.
  node smallint not null,
  -- Order of the segment in its fan-out, from 0; -1: not a segment.
  segment integer not null default -1,
  work text not null,
  status text not null,
  -- Not handed out for now: the instance is paused, or the fan-out has enough segments under way.
  held boolean not null default false,
  priority smallint not null,
  -- Number of the latest hand-out; 0: none yet.
  attempt integer not null default 0,
  -- Hand-outs that failed. A `delay` or `reject` by the worker is not a failure.
  failures integer not null default 0,
  -- Pushes of the present attempt that got no answer. More than 0: the next hand-out repeats the attempt, with its token.
  deliveries integer not null default 0,
  -- A push is under way; `due_at` is when it is given up and repeated.
  delivering boolean not null default false,
  -- Secret of the present attempt; null between attempts.
  token uuid,
  worker text,
  progress real,
  -- Counts against the work's max_concurrent.
  slot boolean not null default false,
  -- Overrides by the node; null: the work's.
  dispatch_seconds double precision,
  run_seconds double precision,
  heartbeat_seconds double precision,
  total_seconds double precision,
  opened_at timestamptz not null,
  -- Its first hand-out: the total timeout counts from here, since waiting for a worker is never a timeout.
  first_at timestamptz,
  dispatched_at timestamptz,
  started_at timestamptz,
  -- When the sweep must look: end of a delay, or the nearest timeout.
  due_at timestamptz,
  input jsonb,
  primary key (project_id, instance_id, node, segment),
  constraint task_status_known check (
    status in ('pending', 'delayed', 'ready', 'dispatched', 'running')
  ),
  constraint token_while_handed_out check (token is not null or status in ('pending', 'delayed', 'ready')),
  constraint due_if_delayed check (status <> 'delayed' or due_at is not null)
) with (
  fillfactor = 80,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0
);

-- The claim: highest priority, then the older instance, then the node's place in the plan. The hottest index there is.
create index task_claim on task (project_id, work, priority desc, instance_id, node, segment)
  where status = 'ready' and not held;
-- The sweep, once a second: due delays, retries and timeouts.
create index task_due on task (due_at) where due_at is not null;
-- Hand-outs under way of a work with a limit; empty for all others.
create index task_slot on task (project_id, work) where slot;

-- Finished attempts: the trace. Append-only; partitioned by the age of the instance, so that expiry drops whole tables.
create table attempt (
  project_id integer not null,
  instance_id uuid not null,
  node smallint not null,
  segment integer not null,
  number integer not null,
  outcome text not null,
  code text,
  error jsonb,
  worker text,
  token uuid,
  opened_at timestamptz,
  dispatched_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz not null,
  input jsonb,
  output jsonb,
  primary key (project_id, instance_id, node, segment, number),
  constraint outcome_known check (
    outcome in ('succeeded', 'failed', 'delayed', 'rejected', 'cancelled')
  ),
  constraint code_iff_failed check ((code is not null) = (outcome = 'failed'))
) partition by range (instance_id);

create table attempt_default partition of attempt default;

-- Control moves and notable turns of an instance: who, what, when, why.
create table instance_event (
  project_id integer not null,
  instance_id uuid not null,
  id bigint generated always as identity,
  at timestamptz not null,
  type text not null,
  actor text not null,
  message text not null default '',
  data jsonb not null default '{}',
  primary key (project_id, instance_id, id)
) partition by range (instance_id);

create table instance_event_default partition of instance_event default;

create table "user" (
  id uuid primary key,
  email text not null,
  name text not null,
  password_hash text not null,
  role text not null,
  created_at timestamptz not null,
  constraint user_email_unique unique (email),
  constraint role_known check (role in ('admin', 'editor', 'operator', 'viewer'))
);

-- Keys of machines: only a hash is kept. `id` is the part of the key that is shown.
create table api_key (
  project_id integer not null references project (id),
  id text primary key,
  name text not null,
  hash bytea not null,
  scopes text[] not null,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);

-- Answers to creating requests, kept a day, written in the transaction of what they created.
create table idempotency (
  project_id integer not null,
  owner text not null,
  key text not null,
  request_hash bytea not null,
  answer jsonb not null,
  created_at timestamptz not null,
  primary key (project_id, owner, key)
);

create index idempotency_age on idempotency (created_at);

-- Web and worker processes, seen alive. /readyz and the recovery of jobs of dead workers read it.
create table process (
  id text primary key,
  kind text not null,
  host text not null,
  pid integer not null,
  started_at timestamptz not null,
  seen_at timestamptz not null,
  constraint kind_known check (kind in ('web', 'worker'))
);
