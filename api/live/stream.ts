/**
 * One server-sent event stream. Changes gather while an event was sent a moment ago, or while the reader is slow, and go out together:
 * a busy system sends no more events than an idle one, only longer ones.
 */
import type { Context } from '#operations/context.ts';
import { workflowKeys } from '#operations/workflows/keys.ts';
import type { Hub } from './hub.ts';
import { Pending } from './topics.ts';

export type StreamTimes = {
  /** Between two rounds of events. */
  readonly coalesceMs: number;
  /** Between two signs of life, which keep proxies from cutting the line. */
  readonly pingMs: number;
  /** Then the browser connects anew, perhaps to another process, and its right to is checked again. */
  readonly closeMs: number;
};

export const STREAM_TIMES: StreamTimes = {
  coalesceMs: 250,
  pingMs: 15_000,
  closeMs: 600_000,
};

/** Chunks that may wait for a slow reader before changes gather instead. */
const MOST_WAITING = 16;
const RETRY_MS = 3_000;

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  // nginx would otherwise hold events back to fill its buffers.
  'x-accel-buffering': 'no',
};

export async function openStream(
  ctx: Context,
  hub: Hub,
  topics: readonly string[],
  times: StreamTimes,
  stopping?: AbortSignal,
): Promise<Response> {
  const pending = new Pending(topics);
  const encoder = new TextEncoder();
  const timers = new Set<NodeJS.Timeout>();
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  let round: NodeJS.Timeout | null = null;
  let lastRound = 0;

  const unsubscribe = await hub.subscribe({
    projectId: ctx.projectId,
    changed: (change) => {
      pending.add(change);
      soon();
    },
    resync: () => {
      pending.addAll();
      soon();
    },
  });

  /** The first change after a quiet while goes out at once. */
  function soon(): void {
    if (round === null && !pending.empty && controller !== null) {
      const wait = Math.max(0, lastRound + times.coalesceMs - performance.now());
      round = setTimeout(() => void sendRound(), wait);
    }
  }

  async function sendRound(): Promise<void> {
    round = null;
    lastRound = performance.now();
    if (controller === null || (controller.desiredSize ?? 0) <= 0) {
      return;
    }
    try {
      const events = await pending.take((ids) => workflowKeys(ctx.db, ctx.projectId, ids));
      send(
        events === 'resync'
          ? 'event: resync\ndata: {}\n\n'
          : events.map((event) => `event: change\ndata: ${JSON.stringify(event)}\n\n`).join(''),
      );
    } catch (error) {
      ctx.log.warn({ err: error }, 'a live stream was ended');
      end();
    }
  }

  function send(text: string): void {
    controller?.enqueue(encoder.encode(text));
  }

  function end(): void {
    unsubscribe();
    stopping?.removeEventListener('abort', end);
    timers.forEach(clearInterval);
    if (round !== null) {
      clearTimeout(round);
    }
    const ending = controller;
    controller = null;
    ending?.close();
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start(opened) {
        controller = opened;
        send(`retry: ${RETRY_MS}\n\n`);
        timers.add(setInterval(() => send(': ping\n\n'), times.pingMs).unref());
        timers.add(setTimeout(end, times.closeMs).unref());
        stopping?.addEventListener('abort', end);
        soon();
      },
      pull: soon,
      cancel() {
        controller = null;
        end();
      },
    },
    { highWaterMark: MOST_WAITING },
  );

  return new Response(body, { headers: HEADERS });
}
