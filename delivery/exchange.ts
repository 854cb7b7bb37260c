import type { Dispatcher } from 'undici';
import { failureOf, type OutboundFailure, sentence } from './failure.ts';

export type OutboundLimits = {
  /** From sending until the headers of the answer. */
  readonly headersMs: number;
  /** Between two pieces of the answer's body. */
  readonly bodyMs: number;
  /** For everything, waiting for a connection included. */
  readonly totalMs: number;
  readonly maxResponseBytes: number;
};

export type OutboundHeaders = Readonly<Record<string, string | string[] | undefined>>;

export type OutboundAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: OutboundHeaders;
      readonly body: Buffer;
    }
  | {
      readonly ok: false;
      readonly code: OutboundFailure;
      /** A sentence that names the origin, never the path or the query: those may hold secrets. */
      readonly message: string;
      /** Of the answer whose headers came before it failed. */
      readonly status: number | null;
      readonly headers: OutboundHeaders;
    };

/** One request on its way and the answer as it comes in. Settles exactly once. */
export class Exchange implements Dispatcher.DispatchHandler {
  #origin: string;
  #maxBytes: number;
  #settle: ((answer: OutboundAnswer) => void) | null;
  #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | null = null;
  #status: number | null = null;
  #headers: OutboundHeaders = {};
  #body: Buffer[] = [];
  #bytes = 0;

  constructor(origin: string, limits: OutboundLimits, settle: (answer: OutboundAnswer) => void) {
    this.#origin = origin;
    this.#maxBytes = limits.maxResponseBytes;
    this.#settle = settle;
    this.#timer = setTimeout(
      () => this.#fail('timeout', `no complete answer within ${limits.totalMs / 1_000} s`),
      limits.totalMs,
    );
  }

  stop(): void {
    this.#fail('stopped', 'Latchwork is shutting down');
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Its time ran out while it waited for a connection: undici offers no way to take it out of the queue earlier.
    if (this.#settle === null) controller.abort(new Error('settled'));

    this.#controller = controller;
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: OutboundHeaders,
  ): void {
    if (status < 200) return;

    this.#status = status;
    this.#headers = headers;

    if (status >= 300 && status < 400) {
      this.#fail('redirect', `it answered ${status}, and redirects are not followed`);
    } else if (Number(headers['content-length']) > this.#maxBytes) {
      this.#tooLarge();
    }
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;

    if (this.#bytes > this.#maxBytes) {
      this.#tooLarge();
    } else {
      this.#body.push(chunk);
    }
  }

  onResponseEnd(): void {
    const [first, second] = this.#body;
    const body = first !== undefined && second === undefined ? first : Buffer.concat(this.#body);

    this.#end({ ok: true, status: this.#status ?? 0, headers: this.#headers, body });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    const { code, detail } = failureOf(error, this.#controller === null);

    this.#fail(code, detail);
  }

  #tooLarge(): void {
    this.#fail('too_large', `its answer is larger than ${this.#maxBytes} bytes`);
  }

  #fail(code: OutboundFailure, detail: string): void {
    const message = sentence(code, this.#origin, detail);

    if (this.#end({ ok: false, code, message, status: this.#status, headers: this.#headers })) {
      this.#controller?.abort(new Error(message));
    }
  }

  #end(answer: OutboundAnswer): boolean {
    const settle = this.#settle;

    if (settle === null) return false;

    this.#settle = null;
    this.#body = [];
    clearTimeout(this.#timer);
    settle(answer);

    return true;
  }
}
