/**
 * A service that cuts videos, as light-task-scheduler's example has one. It knows nothing of Latchwork.
 *
 *     POST /VideoCut        {InputVideo, StartTime, EndTime}   -> {TaskId}; 429 while it has enough to do
 *     POST /Status          {TaskId}                           -> {TaskId, Status: running | success | failed, Reason}
 *     POST /GetOutputVideo  {TaskId}                           -> {TaskId, OutputVideo, Reason}
 *     POST /Stop            {TaskId}                           -> {Reason}
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import path from 'node:path';
import { rm } from 'node:fs/promises';
import { runFfmpeg } from '../ffmpeg.ts';

type Cut = {
  status: 'running' | 'success' | 'failed' | 'stopped';
  reason: string;
  readonly output: string;
  readonly stop: AbortController;
};

type Request = {
  readonly InputVideo?: string;
  readonly StartTime?: number;
  readonly EndTime?: number;
  readonly TaskId?: string;
};

type Answer = { readonly status: number; readonly body: object };

export type ServiceOptions = {
  readonly ffmpeg: string;
  /** Cuts at once; what comes beyond is put off with 429. */
  readonly concurrency: number;
  /** Reads the video no faster than it plays: for seeing timeouts and stops. */
  readonly realTime?: boolean;
};

export type VideoCutService = {
  readonly server: Server;
  /** How many cuts are under way, and how many there were at once at most. */
  readonly load: { running: number; most: number };
};

export function createVideoCutService(options: ServiceOptions): VideoCutService {
  const { ffmpeg, concurrency, realTime = false } = options;
  const cuts = new Map<string, Cut>();
  /** A request that comes again, as after a lost answer, is the same cut. */
  const byIdempotencyKey = new Map<string, string>();
  const load = { running: 0, most: 0 };

  function videoCut(request: Request, idempotencyKey: string | undefined): Answer {
    const known = idempotencyKey && byIdempotencyKey.get(idempotencyKey);
    if (known) return { status: 200, body: { TaskId: known } };
    const { InputVideo, StartTime, EndTime } = request;
    if (InputVideo === undefined || StartTime === undefined || EndTime === undefined) {
      return { status: 400, body: { Reason: 'InputVideo, StartTime and EndTime are needed' } };
    }
    if (load.running >= concurrency) return { status: 429, body: { Reason: 'busy' } };

    const id = `task-${cuts.size + 1}`;
    const { dir, name } = path.parse(InputVideo);
    const output = path.join(dir, `${name}_cut_${StartTime}_${EndTime}.mp4`);
    const cut: Cut = { status: 'running', reason: '', output, stop: new AbortController() };
    cuts.set(id, cut);
    if (idempotencyKey) byIdempotencyKey.set(idempotencyKey, id);
    void run(cut, InputVideo, StartTime, EndTime);

    return { status: 200, body: { TaskId: id } };
  }

  async function run(cut: Cut, input: string, start: number, end: number): Promise<void> {
    load.running += 1;
    load.most = Math.max(load.most, load.running);
    const args = ['-ss', `${start}`, '-t', `${end - start}`, '-i', input, '-c:v', 'libx264'];
    const all = [...(realTime ? ['-re'] : []), ...args, '-crf', '30', cut.output];

    try {
      await runFfmpeg(ffmpeg, all, cut.stop.signal);
      cut.status = 'success';
    } catch (error) {
      await rm(cut.output, { force: true });
      cut.status = cut.stop.signal.aborted ? 'stopped' : 'failed';
      cut.reason = error instanceof Error ? error.message : String(error);
    } finally {
      load.running -= 1;
    }
  }

  const ROUTES: Readonly<Record<string, (id: string, cut: Cut | undefined) => object>> = {
    '/Status': (TaskId, cut) => ({
      TaskId,
      Status: cut?.status ?? 'failed',
      Reason: cut ? cut.reason : 'no such task',
    }),
    '/GetOutputVideo': (TaskId, cut) =>
      cut?.status === 'success'
        ? { TaskId, OutputVideo: cut.output, Reason: '' }
        : { TaskId, OutputVideo: '', Reason: 'there is no output' },
    '/Stop': (_, cut) => {
      if (cut?.status !== 'running') return { Reason: 'it is not running' };
      cut.stop.abort();
      return { Reason: '' };
    },
  };

  async function answer(request: IncomingMessage): Promise<Answer> {
    const chunks = (await request.toArray()) as Buffer[];
    const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Request;
    if (request.url === '/VideoCut') {
      return videoCut(body, request.headers['idempotency-key']?.toString());
    }
    const route = ROUTES[request.url ?? ''];
    const { TaskId = '' } = body;

    return route
      ? { status: 200, body: route(TaskId, cuts.get(TaskId)) }
      : { status: 404, body: { Reason: `there is no ${request.url}` } };
  }

  const server = createServer((request, response) => {
    void answer(request)
      .catch((error: unknown) => ({ status: 400, body: { Reason: String(error) } }))
      .then(({ status, body }) => {
        const wait = status === 429 ? { 'retry-after': '1' } : {};
        response.writeHead(status, { 'content-type': 'application/json', ...wait });
        response.end(JSON.stringify(body));
      });
  });
  return { server, load };
}
