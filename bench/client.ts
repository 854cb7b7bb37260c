/**
 * The REST API as a worker calls it: keep-alive connections, JSON. It speaks to undici's dispatcher directly, since every millisecond of
 * CPU that the worker's side takes is taken from the product on a small machine.
 */
import { Pool, type Dispatcher } from 'undici';

export type Client = {
  /** Posts JSON; answers what came back. Anything but a success throws. */
  readonly post: <Answer>(path: string, body: unknown) => Promise<Answer>;
  readonly get: <Answer>(path: string) => Promise<Answer>;
  /** Also ends requests that are under way: they reject. */
  readonly close: () => Promise<void>;
};

export function createClient(
  origin: string,
  { connections, key }: { readonly connections: number; readonly key: string },
): Client {
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const headers = ['content-type', 'application/json', 'authorization', `Bearer ${key}`];

  const send = <Answer>(method: 'GET' | 'POST', path: string, body: string | null) =>
    new Promise<Answer>((resolve, reject) => {
      const done = (status: number, text: string): void =>
        status < 300
          ? // The API's types say what this path answers.
            resolve(JSON.parse(text) as Answer)
          : reject(new Error(`${method} ${path} answered ${status}: ${text}`));
      pool.dispatch({ method, path, headers, body }, new Collect(done, reject));
    });

  return {
    post: (path, body) => send('POST', path, JSON.stringify(body)),
    get: (path) => send('GET', path, null),
    close: () => pool.destroy(),
  };
}

class Collect implements Dispatcher.DispatchHandler {
  readonly #done: (status: number, text: string) => void;
  readonly #fail: (error: Error) => void;
  readonly #chunks: Buffer[] = [];
  #status = 0;

  constructor(done: (status: number, text: string) => void, fail: (error: Error) => void) {
    this.#done = done;
    this.#fail = fail;
  }

  onRequestStart(): void {}

  onResponseStart(_: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const whole = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks);
    this.#done(this.#status, whole.toString('utf8'));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }
}
