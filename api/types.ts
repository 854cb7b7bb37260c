/** The shapes of the REST API, for the pages and other clients. Each is inferred from the schema that the OpenAPI document shows. */
export type { Alert } from '#operations/alerts/alert.ts';
export type { AlertChannel } from '#operations/alerts/channels/channel.ts';
export type { SentMessage } from '#operations/alerts/messages.ts';
export type { AlertRule } from '#operations/alerts/rules/rule.ts';
export type { Endpoint } from '#operations/endpoints/endpoint.ts';
export type { Delivery, Notification } from '#operations/notifications/notification.ts';
export type { ApiKey, NewApiKey } from '#operations/apiKeys/api_key.ts';
export type { Bulk, BulkStatus } from '#operations/bulk/bulk.ts';
export type { BulkFailure } from '#operations/bulk/get.ts';
export type { DraftAnswer } from '#operations/drafts/draft.ts';
export type {
  Instance,
  InstanceCounts,
  InstanceDetail,
  InstanceEvent,
} from '#operations/instances/instance.ts';
export type { Reason } from '#engine/explain/reasons.ts';
export type {
  Durations,
  InstanceForecast,
  WorkflowForecast,
} from '#operations/forecast/forecast.ts';
export type { InstanceWhy } from '#operations/instances/why.ts';
export type { VersionChange } from '#operations/instances/change_version.ts';
export type { MoveName } from '#operations/instances/moves.ts';
export type { InstanceEventType } from '#operations/instances/record_events.ts';
export type { Page } from '#operations/page.ts';
export type { Schedule, ScheduleRun } from '#operations/schedules/schedule.ts';
export type { Trigger, TriggerDelivery } from '#operations/triggers/trigger.ts';
export type { TriggerSecrets } from '#operations/triggers/secrets.ts';
export type { Attempt, Segment, Task, TaskSummary } from '#operations/tasks/task.ts';
export type { WaitingSignal } from '#operations/signals/waiting.ts';
export type { Version, VersionSummary } from '#operations/versions/version.ts';
export type { Workflow } from '#operations/workflows/workflow.ts';
export type { Work } from '#operations/works/work.ts';
