export { createClient, type Client, type ClientOptions, type Operation } from './client.ts';
export { createWorker, type StopOptions, type Worker, type WorkerOptions } from './worker.ts';
export { createReceiver, type Receiver, type ReceiverOptions } from './receiver.ts';
export { verifyWebhook, WebhookError, type WebhookHeaders } from './signature.ts';
export { delay, reject, type Handler, type Task, type Works } from './task.ts';
export { LatchworkError, NonRetryableError, RetryableError, TaskAborted } from './errors.ts';
export type * from './api_types.ts';
