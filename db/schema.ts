/**
 * The tables as Drizzle sees them, for simple reads. The migrations are the truth; schema.test.ts holds this mirror against the database
 * they make. Hot statements are written by hand (db/hot, operations).
 */
import {
  bigint,
  boolean,
  customType,
  date,
  doublePrecision,
  integer,
  json,
  jsonb,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Allowance } from '#engine/alert/allowance.ts';
import type { AlertMessage, ChannelKind } from '#engine/alert/channel.ts';
import type { AlertFacts } from '#engine/alert/facts.ts';
import type { AlertKind, AlertLevel, AlertState } from '#engine/alert/rule.ts';
import type { AlertLanguage } from '#engine/alert/text.ts';
import type { RetryPolicy } from '#engine/definition.ts';
import type { Json, JsonObject } from '#engine/json.ts';
import type { Plan } from '#engine/plan.ts';
import type { CatchUp, Overlap, RunOutcome } from '#engine/schedule/decide.ts';
import type {
  AttemptOutcome,
  FailureCode,
  InstanceStatus,
  TaskStatus,
  VersionStatus,
} from '#engine/states.ts';

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const projects = pgTable('project', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  key: text().notNull(),
  name: text().notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
});

export const workflows = pgTable(
  'workflow',
  {
    projectId: integer('project_id').notNull(),
    id: integer().notNull().generatedAlwaysAsIdentity(),
    key: text().notNull(),
    name: text().notNull(),
    description: text().notNull().default(''),
    enabled: boolean().notNull().default(true),
    maxRunning: integer('max_running').notNull().default(0),
    admission: text().$type<'fifo' | 'lifo'>().notNull().default('fifo'),
    priority: smallint().notNull().default(0),
    onObjectBusy: text('on_object_busy')
      .$type<'allow' | 'queue' | 'reject' | 'replace'>()
      .notNull()
      .default('allow'),
    ageingSeconds: doublePrecision('ageing_seconds'),
    retentionDays: integer('retention_days'),
    labels: jsonb().$type<Record<string, string>>().notNull().default({}),
    lastVersion: integer('last_version').notNull().default(0),
    publishedVersion: integer('published_version'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
);

export const versions = pgTable(
  'version',
  {
    projectId: integer('project_id').notNull(),
    id: integer().notNull().generatedAlwaysAsIdentity(),
    workflowId: integer('workflow_id').notNull(),
    number: integer(),
    status: text().$type<VersionStatus>().notNull(),
    definition: json().$type<JsonObject>().notNull(),
    plan: jsonb().$type<Plan>(),
    summary: text().notNull().default(''),
    revision: integer().notNull().default(1),
    basedOn: integer('based_on'),
    updatedBy: text('updated_by').notNull(),
    updatedAt: moment('updated_at').notNull(),
    publishedAt: moment('published_at'),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
);

export const works = pgTable(
  'work',
  {
    projectId: integer('project_id').notNull(),
    id: integer().notNull().generatedAlwaysAsIdentity(),
    key: text().notNull(),
    name: text().notNull(),
    description: text().notNull().default(''),
    delivery: text().$type<'pull' | 'push' | 'internal'>().notNull().default('pull'),
    url: text(),
    secrets: text().array().notNull().default([]),
    startReport: boolean('start_report').notNull().default(false),
    dispatchSeconds: doublePrecision('dispatch_seconds'),
    dispatchMode: text('dispatch_mode')
      .$type<'overtaken' | 'absolute'>()
      .notNull()
      .default('overtaken'),
    runSeconds: doublePrecision('run_seconds'),
    heartbeatSeconds: doublePrecision('heartbeat_seconds'),
    totalSeconds: doublePrecision('total_seconds'),
    retry: jsonb().$type<RetryPolicy>(),
    maxConcurrent: integer('max_concurrent').notNull().default(0),
    rateLimit: integer('rate_limit'),
    rateSeconds: doublePrecision('rate_seconds'),
    rateTokens: doublePrecision('rate_tokens'),
    rateAt: moment('rate_at'),
    inputSchema: jsonb('input_schema').$type<JsonObject>(),
    outputSchema: jsonb('output_schema').$type<JsonObject>(),
    requestSeconds: doublePrecision('request_seconds').notNull().default(15),
    requestConcurrency: integer('request_concurrency').notNull().default(64),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
);

export const workPulses = pgTable(
  'work_pulse',
  {
    projectId: integer('project_id').notNull(),
    work: text().notNull(),
    claimedAt: moment('claimed_at'),
    claimedBy: text('claimed_by'),
    overtakenAt: moment('overtaken_at'),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.work] })],
);

export const instances = pgTable(
  'instance',
  {
    projectId: integer('project_id').notNull(),
    id: uuid().notNull(),
    workflowId: integer('workflow_id').notNull(),
    versionId: integer('version_id').notNull(),
    status: text().$type<InstanceStatus>().notNull(),
    priority: smallint().notNull().default(0),
    reads: smallint().notNull(),
    limited: boolean().notNull(),
    retried: boolean().notNull().default(false),
    state: text().notNull(),
    objectId: text('object_id').notNull(),
    input: jsonb().$type<Json>().notNull(),
    context: jsonb().$type<JsonObject>().notNull().default({}),
    output: jsonb().$type<Json>(),
    error: jsonb().$type<JsonObject>(),
    labels: jsonb().$type<Record<string, string>>().notNull().default({}),
    dedupeKey: text('dedupe_key'),
    runAt: moment('run_at'),
    createdAt: moment('created_at').notNull(),
    startedAt: moment('started_at'),
    expiresAt: moment('expires_at'),
    finishedAt: moment('finished_at'),
    rank: doublePrecision().notNull().default(0),
    blocked: boolean().notNull().default(false),
    exclusive: boolean().notNull().default(false),
    parentId: uuid('parent_id'),
    parentNode: smallint('parent_node'),
    parentSegment: integer('parent_segment'),
    parentAttempt: integer('parent_attempt'),
    parentToken: uuid('parent_token'),
    parentTold: boolean('parent_told').notNull().default(false),
    putOffUntil: moment('put_off_until'),
    notifies: smallint().notNull().default(0),
    notifyUrl: text('notify_url'),
    notifyEvents: text('notify_events').array(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
);

export const tasks = pgTable(
  'task',
  {
    projectId: integer('project_id').notNull(),
    instanceId: uuid('instance_id').notNull(),
    node: smallint().notNull(),
    segment: integer().notNull().default(-1),
    work: text().notNull(),
    status: text().$type<TaskStatus>().notNull(),
    held: boolean().notNull().default(false),
    priority: smallint().notNull(),
    attempt: integer().notNull().default(0),
    failures: integer().notNull().default(0),
    deliveries: integer().notNull().default(0),
    delivering: boolean().notNull().default(false),
    token: uuid(),
    worker: text(),
    progress: real(),
    slot: boolean().notNull().default(false),
    dispatchSeconds: doublePrecision('dispatch_seconds'),
    runSeconds: doublePrecision('run_seconds'),
    heartbeatSeconds: doublePrecision('heartbeat_seconds'),
    totalSeconds: doublePrecision('total_seconds'),
    openedAt: moment('opened_at').notNull(),
    firstAt: moment('first_at'),
    dispatchedAt: moment('dispatched_at'),
    startedAt: moment('started_at'),
    dueAt: moment('due_at'),
    input: jsonb().$type<Json>(),
    pollAt: moment('poll_at'),
    remote: jsonb().$type<JsonObject>(),
    childId: uuid('child_id'),
    deliveryError: jsonb('delivery_error').$type<JsonObject>(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.instanceId, table.node, table.segment] }),
  ],
);

export const attempts = pgTable(
  'attempt',
  {
    projectId: integer('project_id').notNull(),
    instanceId: uuid('instance_id').notNull(),
    node: smallint().notNull(),
    segment: integer().notNull(),
    number: integer().notNull(),
    outcome: text().$type<AttemptOutcome>().notNull(),
    code: text().$type<FailureCode>(),
    error: jsonb().$type<JsonObject>(),
    worker: text(),
    token: uuid(),
    openedAt: moment('opened_at'),
    dispatchedAt: moment('dispatched_at'),
    startedAt: moment('started_at'),
    finishedAt: moment('finished_at').notNull(),
    input: jsonb().$type<Json>(),
    output: jsonb().$type<Json>(),
    remote: jsonb().$type<JsonObject>(),
    childId: uuid('child_id'),
  },
  (table) => [
    primaryKey({
      columns: [table.projectId, table.instanceId, table.node, table.segment, table.number],
    }),
  ],
);

export const instanceEvents = pgTable(
  'instance_event',
  {
    projectId: integer('project_id').notNull(),
    instanceId: uuid('instance_id').notNull(),
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    at: moment('at').notNull(),
    type: text().notNull(),
    actor: text().notNull(),
    message: text().notNull().default(''),
    data: jsonb().$type<JsonObject>().notNull().default({}),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.instanceId, table.id] })],
);

export const signals = pgTable(
  'signal',
  {
    projectId: integer('project_id').notNull(),
    instanceId: uuid('instance_id').notNull(),
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    name: text().notNull(),
    payload: jsonb().$type<Json>(),
    at: moment('at').notNull(),
    actor: text().notNull(),
    node: smallint(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.instanceId, table.id] })],
);

export const segmentQueues = pgTable(
  'segment_queue',
  {
    projectId: integer('project_id').notNull(),
    instanceId: uuid('instance_id').notNull(),
    node: smallint().notNull(),
    first: integer().notNull(),
    segments: jsonb().$type<Json>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.instanceId, table.node, table.first] }),
  ],
);

export const bulks = pgTable(
  'bulk',
  {
    projectId: integer('project_id').notNull(),
    id: uuid().notNull(),
    action: text().notNull(),
    params: jsonb().$type<JsonObject>().notNull().default({}),
    filter: jsonb().$type<JsonObject>(),
    ids: uuid().array(),
    reason: text().notNull().default(''),
    actor: jsonb().$type<JsonObject>().notNull(),
    status: text().$type<'running' | 'succeeded' | 'aborted'>().notNull().default('running'),
    total: integer().notNull(),
    done: integer().notNull().default(0),
    failed: integer().notNull().default(0),
    cursor: uuid(),
    createdAt: moment('created_at').notNull(),
    finishedAt: moment('finished_at'),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
);

export const bulkFailures = pgTable(
  'bulk_failure',
  {
    projectId: integer('project_id').notNull(),
    bulkId: uuid('bulk_id').notNull(),
    instanceId: uuid('instance_id').notNull(),
    code: text().notNull(),
    message: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.bulkId, table.instanceId] })],
);

export const users = pgTable('user', {
  id: uuid().primaryKey(),
  email: text().notNull(),
  name: text().notNull(),
  passwordHash: text('password_hash').notNull(),
  role: text().$type<'admin' | 'editor' | 'operator' | 'viewer'>().notNull(),
  createdAt: moment('created_at').notNull(),
});

export const apiKeys = pgTable('api_key', {
  projectId: integer('project_id').notNull(),
  id: text().primaryKey(),
  name: text().notNull(),
  hash: bytes().notNull(),
  scopes: text()
    .array()
    .$type<('read' | 'instances:write' | 'tasks:report' | 'workflows:write' | 'admin')[]>()
    .notNull(),
  createdBy: text('created_by').notNull(),
  createdAt: moment('created_at').notNull(),
  expiresAt: moment('expires_at'),
  lastUsedAt: moment('last_used_at'),
  revokedAt: moment('revoked_at'),
});

export const idempotencies = pgTable(
  'idempotency',
  {
    projectId: integer('project_id').notNull(),
    owner: text().notNull(),
    key: text().notNull(),
    requestHash: bytes('request_hash').notNull(),
    answer: jsonb().$type<JsonObject>().notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.owner, table.key] })],
);

export const processes = pgTable('process', {
  id: text().primaryKey(),
  kind: text().$type<'web' | 'worker'>().notNull(),
  host: text().notNull(),
  pid: integer().notNull(),
  startedAt: moment('started_at').notNull(),
  seenAt: moment('seen_at').notNull(),
});

export const durations = pgTable(
  'duration',
  {
    projectId: integer('project_id').notNull(),
    workflowId: integer('workflow_id').notNull(),
    node: text().notNull(),
    kind: text().$type<'wait' | 'run' | 'segment'>().notNull(),
    day: date().notNull(),
    bucket: smallint().notNull(),
    count: bigint({ mode: 'number' }).notNull(),
    seconds: doublePrecision().notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.projectId, table.workflowId, table.node, table.kind, table.day, table.bucket],
    }),
  ],
);

export const measured = pgTable('measured', {
  one: boolean().primaryKey().default(true),
  horizon: bigint({ mode: 'number' }).notNull(),
  floor: moment('floor').notNull(),
  mark: bigint({ mode: 'number' }).notNull(),
  markAt: moment('mark_at').notNull(),
});

export const alertChannels = pgTable(
  'alert_channel',
  {
    projectId: integer('project_id').notNull(),
    id: uuid().notNull(),
    name: text().notNull(),
    kind: text().$type<ChannelKind>().notNull(),
    language: text().$type<AlertLanguage>().notNull().default('en'),
    settings: jsonb().$type<JsonObject>().notNull(),
    enabled: boolean().notNull().default(true),
    allowance: jsonb().$type<Allowance>().notNull().default([]),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
);

export const alertRules = pgTable(
  'alert_rule',
  {
    projectId: integer('project_id').notNull(),
    id: uuid().notNull(),
    name: text().notNull(),
    kind: text().$type<AlertKind>().notNull(),
    params: jsonb().$type<JsonObject>().notNull(),
    workflows: text().array().notNull().default([]),
    works: text().array().notNull().default([]),
    channels: uuid().array().notNull().default([]),
    level: text().$type<AlertLevel>().notNull().default('warning'),
    quietSeconds: doublePrecision('quiet_seconds').notNull().default(600),
    enabled: boolean().notNull().default(true),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
);

export const alerts = pgTable(
  'alert',
  {
    projectId: integer('project_id').notNull(),
    id: uuid().notNull(),
    ruleId: uuid('rule_id').notNull(),
    ruleName: text('rule_name').notNull(),
    kind: text().$type<AlertKind>().notNull(),
    level: text().$type<AlertLevel>().notNull(),
    fingerprint: text().notNull(),
    state: text().$type<AlertState>().notNull(),
    facts: jsonb().$type<AlertFacts>().notNull(),
    count: integer().notNull().default(1),
    toldCount: integer('told_count').notNull().default(0),
    since: moment('since').notNull(),
    lastAt: moment('last_at').notNull(),
    dueAt: moment('due_at'),
    sentAt: moment('sent_at'),
    resolvedAt: moment('resolved_at'),
    acknowledgedAt: moment('acknowledged_at'),
    acknowledgedBy: text('acknowledged_by'),
    silencedUntil: moment('silenced_until'),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
);

export const alertMessages = pgTable(
  'alert_message',
  {
    projectId: integer('project_id').notNull(),
    id: uuid().notNull(),
    channelId: uuid('channel_id').notNull(),
    alerts: uuid().array().notNull(),
    content: jsonb().$type<AlertMessage>().notNull(),
    status: text().$type<'waiting' | 'sent' | 'dead'>().notNull().default('waiting'),
    attempts: integer().notNull().default(0),
    dueAt: moment('due_at').notNull(),
    request: jsonb().$type<Json>(),
    answer: text(),
    result: text(),
    createdAt: moment('created_at').notNull(),
    sentAt: moment('sent_at'),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
);

export const alertEvents = pgTable(
  'alert_event',
  {
    projectId: integer('project_id').notNull(),
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    type: text()
      .$type<'ended' | 'dispatch_timeout' | 'dead_push' | 'dead_notification'>()
      .notNull(),
    subject: text().notNull(),
    at: moment('at').notNull(),
    succeeded: integer().notNull().default(0),
    failed: integer().notNull().default(0),
    instances: uuid().array().notNull().default([]),
    message: text(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
);

export const alertTallies = pgTable(
  'alert_tally',
  {
    projectId: integer('project_id').notNull(),
    type: text().notNull(),
    subject: text().notNull(),
    minute: moment('minute').notNull(),
    succeeded: integer().notNull(),
    failed: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.type, table.subject, table.minute] })],
);

export const endpoints = pgTable(
  'endpoint',
  {
    projectId: integer('project_id').notNull(),
    id: uuid().notNull(),
    workflowId: integer('workflow_id'),
    name: text().notNull(),
    url: text().notNull(),
    events: text().array().notNull(),
    secrets: text().array().notNull(),
    enabled: boolean().notNull().default(true),
    disabledReason: text('disabled_reason').$type<'person' | 'gone' | 'failing'>(),
    disabledAt: moment('disabled_at'),
    failingSince: moment('failing_since'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
);

export const notifications = pgTable(
  'notification',
  {
    projectId: integer('project_id').notNull(),
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    webhookId: uuid('webhook_id').notNull().defaultRandom(),
    type: text().notNull(),
    workflowId: integer('workflow_id'),
    instanceId: uuid('instance_id'),
    target: text().notNull(),
    endpointId: uuid('endpoint_id'),
    url: text(),
    data: jsonb().$type<JsonObject>().notNull(),
    at: moment('at').notNull(),
    status: text().$type<'pending' | 'delivered' | 'dead'>().notNull().default('pending'),
    dueAt: moment('due_at'),
    attempts: integer().notNull().default(0),
    tries: integer().notNull().default(0),
    error: text(),
    finishedAt: moment('finished_at'),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
);

export const deliveries = pgTable(
  'delivery',
  {
    projectId: integer('project_id').notNull(),
    notificationId: bigint('notification_id', { mode: 'number' }).notNull(),
    number: integer().notNull(),
    at: moment('at').notNull(),
    durationMs: integer('duration_ms').notNull(),
    status: smallint(),
    error: text(),
    request: jsonb().$type<JsonObject>().notNull(),
    response: jsonb().$type<JsonObject>(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.notificationId, table.number] })],
);

export const schedules = pgTable(
  'schedule',
  {
    projectId: integer('project_id').notNull(),
    id: uuid().notNull(),
    workflowId: integer('workflow_id').notNull(),
    key: text().notNull(),
    name: text().notNull(),
    cron: text().notNull(),
    timeZone: text('time_zone').notNull(),
    objectId: text('object_id').notNull(),
    input: jsonb().$type<Json>().notNull(),
    labels: jsonb().$type<Record<string, string>>().notNull().default({}),
    priority: smallint(),
    enabled: boolean().notNull().default(true),
    overlap: text().$type<Overlap>().notNull().default('allow'),
    catchUp: text('catch_up').$type<CatchUp>().notNull().default('last'),
    catchUpLimit: integer('catch_up_limit').notNull().default(10),
    startAt: moment('start_at'),
    endAt: moment('end_at'),
    nextAt: moment('next_at'),
    waitingAt: moment('waiting_at'),
    lastAt: moment('last_at'),
    lastInstanceId: uuid('last_instance_id'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
);

export const scheduleRuns = pgTable(
  'schedule_run',
  {
    projectId: integer('project_id').notNull(),
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    scheduleId: uuid('schedule_id').notNull(),
    dueAt: moment('due_at').notNull(),
    at: moment('at').notNull(),
    outcome: text().$type<RunOutcome>().notNull(),
    runBy: text('run_by'),
    instanceId: uuid('instance_id'),
    message: text(),
    open: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
);

export const triggers = pgTable(
  'trigger',
  {
    projectId: integer('project_id').notNull(),
    id: uuid().notNull(),
    workflowId: integer('workflow_id').notNull(),
    key: text().notNull(),
    name: text().notNull(),
    enabled: boolean().notNull().default(true),
    token: text().notNull(),
    previousToken: text('previous_token'),
    previousUntil: moment('previous_until'),
    signature: jsonb().$type<JsonObject>().notNull(),
    objectId: text('object_id').notNull(),
    input: jsonb().$type<Json>().notNull(),
    labels: jsonb().$type<Record<string, string>>().notNull().default({}),
    dedupeKey: text('dedupe_key'),
    condition: text(),
    priority: smallint(),
    lastAt: moment('last_at'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
);

export const triggerDeliveries = pgTable(
  'trigger_delivery',
  {
    projectId: integer('project_id').notNull(),
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    triggerId: uuid('trigger_id').notNull(),
    at: moment('at').notNull(),
    outcome: text().$type<'started' | 'repeated' | 'ignored' | 'refused' | 'failed'>().notNull(),
    status: smallint().notNull(),
    instanceId: uuid('instance_id'),
    message: text(),
    errors: jsonb().$type<Json>().notNull().default([]),
    headers: jsonb().$type<Record<string, string>>().notNull().default({}),
    body: text(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
);
