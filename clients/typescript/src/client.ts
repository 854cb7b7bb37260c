/** The API, typed from its own document: `client.call('getInstance', { params: { id } })`, and short forms for what is called often. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  ROUTES,
  type Instance,
  type InstanceDetail,
  type Operations,
  type SentSignal,
} from './api_types.ts';
import { send, type Server } from './transport.ts';

export type ClientOptions = { readonly url: string; readonly apiKey: string };

export type Operation = keyof Operations;

/** What an operation takes, beside its answer. */
type Arguments<Name extends Operation> = Omit<Operations[Name], 'answer'> & {
  readonly signal?: AbortSignal;
};

type CallArguments<Name extends Operation> =
  Record<string, never> extends Omit<Operations[Name], 'answer'>
    ? [given?: Arguments<Name>]
    : [given: Arguments<Name>];

type NewInstance = Operations['createInstance']['body'];
type NewInstances = Operations['createInstances']['body']['instances'];

export interface Client {
  /**
   * Calls any operation of the reference. What may safely be made twice is tried again when the connection or the server fails.
   * @throws LatchworkError if the server refuses.
   */
  call<Name extends Operation>(
    name: Name,
    ...given: CallArguments<Name>
  ): Promise<Operations[Name]['answer']>;

  createInstance(
    workflow: string,
    instance: NewInstance,
    options?: {
      /** Of your own: the same again within a day answers as the first did. Default: one for this call, so that it may be repeated. */
      readonly idempotencyKey?: string;
    },
  ): Promise<Instance>;
  createInstances(
    workflow: string,
    instances: NewInstances,
  ): Promise<Operations['createInstances']['answer']>;
  getInstance(id: string): Promise<InstanceDetail>;
  /** Looks until the instance has ended, well or not. */
  waitForInstance(
    id: string,
    options?: { readonly signal?: AbortSignal; readonly everySeconds?: number },
  ): Promise<InstanceDetail>;
  sendSignal(id: string, name: string, payload?: unknown): Promise<SentSignal>;
  cancelInstance(id: string, reason?: string): Promise<Instance>;
  pauseInstance(id: string): Promise<Instance>;
  resumeInstance(id: string): Promise<Instance>;
  retryInstance(id: string): Promise<Instance>;
}

const RETRIES = 4;

export function createClient({ url, apiKey }: ClientOptions): Client {
  const server: Server = { url, apiKey };

  async function call<Name extends Operation>(
    name: Name,
    ...[given]: CallArguments<Name>
  ): Promise<Operations[Name]['answer']> {
    const [method, path] = ROUTES[name];
    const { params = {}, query = {}, headers = {}, body, signal }: Loose = given ?? {};
    const mayRepeat = method !== 'POST' || 'Idempotency-Key' in headers;

    const answer = await send(server, {
      method,
      path: fillIn(path, params) + queryText(query),
      headers,
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
      retries: mayRepeat ? RETRIES : 0,
    });
    // What the document says that this operation answers.
    return answer as Operations[Name]['answer'];
  }

  const getInstance = (id: string) => call('getInstance', { params: { id } });

  return {
    call,
    getInstance,
    createInstance: (workflow, instance, { idempotencyKey = randomUUID() } = {}) =>
      call('createInstance', {
        params: { key: workflow },
        headers: { 'Idempotency-Key': idempotencyKey },
        body: instance,
      }),
    createInstances: (workflow, instances) =>
      call('createInstances', {
        params: { key: workflow },
        headers: { 'Idempotency-Key': randomUUID() },
        body: { instances },
      }),
    async waitForInstance(id, { signal, everySeconds = 1 } = {}) {
      for (;;) {
        const instance = await getInstance(id);
        if (isFinal(instance.status)) return instance;
        await pause(everySeconds * 1000, undefined, { signal });
      }
    },
    sendSignal: (id, name, payload = null) =>
      call('sendSignal', { params: { id, name }, body: { payload } }),
    cancelInstance: (id, reason) =>
      call('cancelInstance', { params: { id }, body: reason === undefined ? {} : { reason } }),
    pauseInstance: (id) => call('pauseInstance', { params: { id }, body: {} }),
    resumeInstance: (id) => call('resumeInstance', { params: { id }, body: {} }),
    retryInstance: (id) => call('retryInstance', { params: { id }, body: {} }),
  };
}

/** Arguments of any operation, without their types. */
type Loose = {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
};

function isFinal(status: Instance['status']): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled';
}

function fillIn(path: string, params: NonNullable<Loose['params']>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

/** A list is said once for each of its values. */
function queryText(query: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one !== undefined)
      .map((one) => [name, String(one)] as [string, string]),
  );
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}
