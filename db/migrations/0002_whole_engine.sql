-- Every node type, every move: what the engine needs beyond plain tasks.

-- Works that Latchwork runs itself, one per node type that is not a `task`. Their keys cannot be taken by people's works. A child, a wait
-- and a signal take as long as they take: ten years are no limit.
alter table work
  drop constraint delivery_known,
  add constraint delivery_known check (delivery in ('pull', 'push', 'internal')),
  drop constraint pushed_has_url,
  add constraint pushed_has_url check (delivery <> 'push' or url is not null),
  add constraint internal_iff_built_in check ((delivery = 'internal') = (key like '#%'));

insert into work (project_id, key, name, delivery, run_seconds, retry, created_at, updated_at)
select p.id, built_in.key, built_in.name, 'internal', built_in.run_seconds, built_in.retry::jsonb, now(), now()
from project p
cross join (
  values
    ('#http', 'HTTP request', 3600, '{"limit": 3}'),
    ('#script', 'Script', 60, '{"limit": 0}'),
    ('#workflow', 'Child workflow', 315360000, '{"limit": 0}'),
    ('#wait', 'Wait', 315360000, '{"limit": 0}'),
    ('#signal', 'Signal', 315360000, '{"limit": 0}'),
    ('#notify', 'Notification', 60, '{"limit": 5, "delaySeconds": 5}')
) as built_in(key, name, run_seconds, retry);

alter table task
  -- When the executor of an `http` node looks again: its next status request, or the lease of the one under way.
  add column poll_at timestamptz,
  -- What an `http` node knows of the service it drives: its answer to `submit`.
  add column remote jsonb,
  -- The child instance of a `workflow` node or segment.
  add column child_id uuid;

-- The executor of `http` nodes, once a second: status requests that are due. Empty for everything else.
create index task_poll on task (poll_at) where poll_at is not null;

alter table attempt
  add column remote jsonb,
  add column child_id uuid;

alter table workflow
  -- What a second instance for the same object id does while one has not ended.
  add column on_object_busy text not null default 'allow',
  -- A queued instance rises by one priority per so many seconds of waiting; null: it does not.
  add column ageing_seconds double precision,
  add constraint on_object_busy_known check (on_object_busy in ('allow', 'queue', 'reject', 'replace')),
  add constraint ageing_positive check (ageing_seconds is null or ageing_seconds > 0),
  -- The newest first, and the oldest first: both at once have no meaning.
  add constraint no_ageing_if_lifo check (ageing_seconds is null or admission = 'fifo');

alter table instance
  -- Its place in line, the highest first: the priority or, with ageing, priority - (created_at in seconds / ageing_seconds), which orders
  -- the queue as it would be ordered at any moment without ever being written again.
  add column rank double precision not null default 0,
  -- Queued behind another instance for the same object id; not in line until that one has ended.
  add column blocked boolean not null default false,
  -- Its workflow lets one instance per object id run, so that its end wakes the next one.
  add column exclusive boolean not null default false,
  -- The instance whose task this one is, and that task's attempt.
  add column parent_id uuid,
  add column parent_node smallint,
  add column parent_segment integer,
  add column parent_attempt integer,
  add column parent_token uuid,
  -- The parent has heard how this one ended.
  add column parent_told boolean not null default false,
  add constraint blocked_if_queued check (not blocked or status = 'queued'),
  add constraint parent_whole check (
    (parent_id is null) = (parent_node is null) and (parent_id is null) = (parent_segment is null)
    and (parent_id is null) = (parent_attempt is null) and (parent_id is null) = (parent_token is null)
  );

update instance set rank = priority;

drop index instance_queue;

-- Admission: the next ones in line. FIFO reads it forwards, LIFO takes the run of the highest priority backwards.
create index instance_queue on instance (project_id, workflow_id, rank desc, id)
  where status = 'queued' and not blocked;
-- Who has an object and who waits for it, in that order: at creation and at the end of an instance. Empty for workflows that allow several.
create index instance_object on instance (workflow_id, object_id, blocked, id)
  where exclusive and status in ('queued', 'running', 'paused');
-- The safety net under the freeing of objects: those that somebody waits for.
create index instance_blocked on instance (workflow_id, object_id) where blocked;
-- Children of an instance: those to be told of, those to be cancelled with it, and what its page shows.
create index instance_child on instance (parent_id, parent_told) where parent_id is not null;

-- Signals, as they came: one that comes before its node opens waits here.
create table signal (
  project_id integer not null,
  instance_id uuid not null,
  id bigint generated always as identity,
  name text not null,
  payload jsonb,
  at timestamptz not null,
  actor text not null,
  -- The node that took it; null: it waits.
  node smallint,
  primary key (project_id, instance_id, id)
);

-- A signal node that opens: the oldest signal of its name that waits.
create index signal_waiting on signal (instance_id, name, id) where node is null;

-- Segments of a fan-out that wait for room (`maxParallel`): made into tasks, a few at a time, as others end. Chunks of up to 100, so that
-- letting one go reads little and writes nothing here.
create table segment_queue (
  project_id integer not null,
  instance_id uuid not null,
  node smallint not null,
  -- Place of the first segment of the chunk in the opening of the fan-out: see FanoutState.made.
  first integer not null,
  -- [[order, attempts so far, input], …]
  segments jsonb not null,
  primary key (project_id, instance_id, node, first)
);

-- Moves of many instances, made in the background.
create table bulk (
  project_id integer not null references project (id),
  id uuid not null,
  action text not null,
  -- What the action needs, as the move of one instance would get it.
  params jsonb not null default '{}',
  -- The instances it names: a list's filter, or ids.
  filter jsonb,
  ids uuid[],
  reason text not null default '',
  -- The person or key, and the right it had: each batch acts as them.
  actor jsonb not null,
  status text not null default 'running',
  total integer not null,
  done integer not null default 0,
  failed integer not null default 0,
  -- The last instance it has seen: it goes on from there after a crash.
  cursor uuid,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (project_id, id),
  constraint bulk_status_known check (status in ('running', 'succeeded', 'aborted')),
  constraint filter_or_ids check ((filter is null) <> (ids is null)),
  constraint bulk_finished_iff_ended check ((finished_at is null) = (status = 'running'))
);

-- Instances that a bulk could not move, and why.
create table bulk_failure (
  project_id integer not null,
  bulk_id uuid not null,
  instance_id uuid not null,
  code text not null,
  message text not null,
  primary key (project_id, bulk_id, instance_id),
  foreign key (project_id, bulk_id) references bulk (project_id, id) on delete cascade
);
