-- Guaranteed notifications: who is told of what, what is to be told, and every try at it.

-- Somebody's URL that is told of events. Signed as Standard Webhooks with its own secrets.
create table endpoint (
  project_id integer not null references project (id),
  id uuid not null,
  -- Null: of all workflows, and of what concerns no workflow.
  workflow_id integer,
  name text not null,
  url text not null,
  -- Types of events, see operations/notifications/events.ts.
  events text[] not null,
  -- `whsec_…`, the newest first; two during a rotation.
  secrets text[] not null,
  enabled boolean not null default true,
  -- `person`; `gone`: it answered 410; `failing`: nothing got through for days.
  disabled_reason text,
  disabled_at timestamptz,
  -- The first failed try since the last one that got through.
  failing_since timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (project_id, id),
  foreign key (project_id, workflow_id) references workflow (project_id, id) on delete cascade,
  constraint endpoint_disabled_whole check (
    enabled = (disabled_reason is null) and enabled = (disabled_at is null)
  ),
  constraint disabled_reason_known check (disabled_reason in ('person', 'gone', 'failing')),
  constraint endpoint_has_secret check (cardinality(secrets) between 1 and 2)
);

-- The outbox: an event for one receiver, written in the transaction of what happened.
create table notification (
  project_id integer not null references project (id),
  id bigint generated always as identity,
  -- The same for every try: what the receiver tells repetitions by.
  webhook_id uuid not null default gen_random_uuid(),
  type text not null,
  workflow_id integer,
  instance_id uuid,
  -- Whose queue it stands in: the id of an endpoint (`ping:` before it: of its pings), or scheme and host of a URL that an instance brought.
  target text not null,
  endpoint_id uuid,
  url text,
  -- As it is sent; the worker process adds the address of the page.
  data jsonb not null,
  at timestamptz not null,
  status text not null default 'pending',
  -- The next try or, while one is under way, when that is given up for lost.
  due_at timestamptz,
  -- Tries in all, and since it was last asked for: resending starts anew.
  attempts integer not null default 0,
  tries integer not null default 0,
  -- Why the latest try failed.
  error text,
  finished_at timestamptz,
  primary key (project_id, id),
  constraint notification_status_known check (status in ('pending', 'delivered', 'dead')),
  constraint endpoint_or_url check ((endpoint_id is null) <> (url is null)),
  constraint due_iff_pending check ((due_at is not null) = (status = 'pending')),
  constraint notification_finished_iff_not_pending check ((finished_at is null) = (status = 'pending'))
) with (fillfactor = 80);

-- Sending, and the safety net under its wake-ups: what is due of one target. Empty while all receivers answer.
create index notification_due on notification (project_id, target, due_at) where status = 'pending';
-- The page of an instance.
create index notification_instance on notification (instance_id, id) where instance_id is not null;
-- The page of an endpoint.
create index notification_endpoint on notification (endpoint_id, id) where endpoint_id is not null;
-- Lists of what did not get through.
create index notification_open on notification (project_id, id) where status <> 'delivered';

-- The log: each try, what was sent and what came back, without secrets. The body that was sent is that of the notification.
create table delivery (
  project_id integer not null,
  notification_id bigint not null,
  number integer not null,
  at timestamptz not null,
  duration_ms integer not null,
  -- Of the HTTP answer; null: there was none.
  status smallint,
  -- Null: it got through.
  error text,
  request jsonb not null,
  response jsonb,
  primary key (project_id, notification_id, number),
  foreign key (project_id, notification_id) references notification (project_id, id) on delete cascade
);

alter table instance
  -- What anybody wants to hear of it, so that a turn that nobody hears of costs nothing: see notify_bits.
  add column notifies smallint not null default 0,
  -- A receiver of its own, and of what; null: of its end.
  add column notify_url text,
  add column notify_events text[],
  add constraint notify_events_if_url check (notify_events is null or notify_url is not null);

-- Groups of events, as bits: 1 = ends, 2 = moves by people, 4 = failed tasks, 8 = retried tasks.
create function notify_bits(events text[]) returns smallint
language sql immutable parallel safe as $$
  select (
    case when events && '{instance.succeeded,instance.failed,instance.cancelled,instance.completed}' then 1 else 0 end
    + case when events && '{instance.paused,instance.resumed,instance.retried}' then 2 else 0 end
    + case when 'task.failed' = any(events) then 4 else 0 end
    + case when 'task.retrying' = any(events) then 8 else 0 end
  )::smallint
$$;

-- A moment as the API writes it.
create function instant_text(at timestamptz) returns text
language sql immutable parallel safe as $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;
