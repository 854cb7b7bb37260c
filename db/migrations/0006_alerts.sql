-- Alerts: what people are told of without having asked.

-- Where messages go: a robot of a group, a webhook, a mailbox.
create table alert_channel (
  project_id integer not null references project (id),
  id uuid not null,
  name text not null,
  kind text not null,
  -- Of its messages.
  language text not null default 'en',
  -- By kind (engine/alert/channel.ts); secrets among them, which no answer repeats.
  settings jsonb not null,
  enabled boolean not null default true,
  -- What is left of its token buckets (engine/alert/allowance.ts).
  allowance jsonb not null default '[]',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (project_id, id),
  constraint channel_kind_known check (
    kind in ('dingtalk', 'feishu', 'wecom', 'slack', 'webhook', 'email')
  ),
  constraint channel_language_known check (language in ('en', 'zh'))
);

-- What to look for, and whom to tell.
create table alert_rule (
  project_id integer not null references project (id),
  id uuid not null,
  name text not null,
  kind text not null,
  -- By kind (engine/alert/rule.ts).
  params jsonb not null,
  -- Keys it is narrowed to; empty: all.
  workflows text[] not null default '{}',
  works text[] not null default '{}',
  channels uuid[] not null default '{}',
  level text not null default 'warning',
  -- The same alert speaks once in so long.
  quiet_seconds double precision not null default 600,
  enabled boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (project_id, id),
  constraint rule_kind_known check (
    kind in (
      'instance_failed', 'failure_rate', 'task_stuck', 'backlog', 'dispatch_timeout',
      'endpoint_down', 'no_worker', 'dead_letter'
    )
  ),
  constraint rule_level_known check (level in ('info', 'warning', 'critical')),
  constraint quiet_not_negative check (quiet_seconds >= 0)
);

-- One thing that a rule found, from its first finding to its end. It outlives its rule.
create table alert (
  project_id integer not null references project (id),
  id uuid not null,
  rule_id uuid not null,
  rule_name text not null,
  kind text not null,
  level text not null,
  -- The same text is the same alert: the rule and what it is about.
  fingerprint text not null,
  state text not null,
  facts jsonb not null,
  -- How often it happened, of kinds that are counted.
  count integer not null default 1,
  -- How many of them its channels have heard of.
  told_count integer not null default 0,
  since timestamptz not null,
  last_at timestamptz not null,
  -- When its channels are to hear of it; null: there is nothing new to say.
  due_at timestamptz,
  -- When they last heard of this fingerprint, be it of an alert before this one.
  sent_at timestamptz,
  resolved_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  -- No messages before then, of whatever alert has this fingerprint.
  silenced_until timestamptz,
  primary key (project_id, id),
  constraint alert_state_known check (state in ('firing', 'acknowledged', 'resolved')),
  constraint resolved_at_iff_resolved check ((resolved_at is not null) = (state = 'resolved')),
  constraint due_only_firing check (due_at is null or state = 'firing')
);

-- Evaluation, every ten seconds: all that is open. One alert per fingerprint is.
create unique index alert_open on alert (project_id, fingerprint) where state <> 'resolved';
-- A new alert: the one before it with the same fingerprint, whose quiet period and silence go on.
create index alert_former on alert (project_id, fingerprint, id);
-- Evaluation: those whose channels are to be told. Nearly always empty.
create index alert_due on alert (due_at) where due_at is not null;
-- Forgetting, once an hour.
create index alert_resolved on alert (resolved_at) where resolved_at is not null;

-- Messages to channels: the outbox, and afterwards the log.
create table alert_message (
  project_id integer not null,
  id uuid not null,
  channel_id uuid not null,
  -- The alerts it speaks of; a test speaks of none.
  alerts uuid[] not null,
  -- The alert in the one form that every channel renders (engine/alert/channel.ts).
  content jsonb not null,
  status text not null default 'waiting',
  -- Tries that got no good answer. Being asked to wait is not one.
  attempts integer not null default 0,
  due_at timestamptz not null,
  -- What was sent last, without secrets; what came back, as it came; what that means.
  request jsonb,
  answer text,
  result text,
  created_at timestamptz not null,
  sent_at timestamptz,
  primary key (project_id, id),
  foreign key (project_id, channel_id) references alert_channel (project_id, id) on delete cascade,
  constraint message_status_known check (status in ('waiting', 'sent', 'dead')),
  constraint sent_at_iff_sent check ((sent_at is not null) = (status = 'sent'))
);

-- Sending: the next ones of a channel.
create index alert_message_waiting on alert_message (project_id, channel_id, due_at)
  where status = 'waiting';
-- The log of a channel, its newest first; how many of it are dead.
create index alert_message_channel on alert_message (project_id, channel_id, status, id);
-- The messages of an alert.
create index alert_message_alerts on alert_message using gin (alerts);

-- What happened since the last look, for rules that must not miss any: written in the transaction in which it happened, and only while a
-- rule asks for it. One row per transaction and workflow, not per instance.
create table alert_event (
  project_id integer not null,
  id bigint generated always as identity,
  type text not null,
  -- The id of a workflow, the key of a work, the receiver of notifications.
  subject text not null,
  at timestamptz not null,
  succeeded integer not null default 0,
  failed integer not null default 0,
  -- Some of those that failed.
  instances uuid[] not null default '{}',
  message text,
  primary key (project_id, id),
  constraint event_type_known check (
    type in ('ended', 'dispatch_timeout', 'dead_push', 'dead_notification')
  )
);

-- The events of the last day by the minute: windows are sums of it.
create table alert_tally (
  project_id integer not null,
  type text not null,
  subject text not null,
  minute timestamptz not null,
  succeeded integer not null,
  failed integer not null,
  primary key (project_id, type, subject, minute)
);

-- Forgetting.
create index alert_tally_minute on alert_tally (minute);
