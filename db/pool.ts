/**
 * Connections that survive the loss of their server. postgres.js 3.4.9 does not by itself: a statement on a reserved connection that was
 * lost hangs, or throws where nobody can catch it; a connection that is lost while a write is buffered never comes back (connection.js
 * keeps `chunk` and `nextWriteTimer` over the reconnect); a LISTEN whose first reconnect fails is given up in silence.
 *
 * So one lost connection condemns its whole client: transactions on it fail at once and say nothing more, a new client takes its place,
 * and the old one is ended, which makes the server roll back whatever was open. A server that goes away takes all connections with it
 * anyway, and otherwise losing one is rare.
 */
import postgres from 'postgres';

type Options = postgres.Options<Record<string, never>>;

/** The database went away in the middle. What was not committed is rolled back; whether a commit under way got through is not known. */
export class ConnectionLost extends Error {
  constructor() {
    super('the connection to the database was lost');
    this.name = 'ConnectionLost';
  }
}

/** Codes of Node and postgres.js for a server that cannot be reached, and of a Postgres that is stopping or starting. */
const GONE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  '57P01',
  '57P02',
  '57P03',
]);

/** Whether an error says that the database is away for now: to be tried again, since nothing is wrong with what was asked. */
export function isDatabaseGone(error: unknown): boolean {
  return (
    error instanceof ConnectionLost ||
    (error instanceof Error && 'code' in error && GONE.has(String(error.code)))
  );
}

/** One client, until it loses a connection. */
export type Client = {
  readonly sql: postgres.Sql;
  isLost: boolean;
  /** Rejects with ConnectionLost when that happens, and never resolves. */
  readonly lost: Promise<never>;
  /** Statements that were sent, or wait to be. */
  readonly pending: Set<Statement>;
};

export type Pool = {
  /** The client of the moment. */
  readonly client: () => Client;
  /** A handle that always runs on the client of the moment. */
  readonly sql: postgres.Sql;
  readonly close: () => Promise<void>;
};

/**
 * What we rely on of a query of postgres.js (query.js): nothing is sent before somebody awaits it, then it is handed to its handler;
 * `reject` settles it from outside; one that is `cancelled` and still waits is never sent. Tests prove it for the version we have.
 */
type Statement = Promise<unknown> & {
  cancelled: { readonly resolve: () => void; readonly reject: () => void } | null;
  handler: (statement: Statement) => void;
  readonly reject: (error: unknown) => void;
};

/** How long a condemned client may still be busy with connecting. */
const CONDEMNED_MS = 2_000;
/** How long statements of a client may still take when it is ended (s). */
const END_SECONDS = 5;

export function openPool(url: string, options: Options): Pool {
  let closing = false;
  let client = open();

  function open(): Client {
    const { promise: lost, reject } = Promise.withResolvers<never>();
    // Most clients are lost while no transaction listens.
    lost.catch(() => {});

    const opened: Client = {
      isLost: false,
      lost,
      pending: new Set(),
      sql: postgres(url, {
        ...options,
        // Connections end when they are lost, not by age.
        max_lifetime: null,
        onclose: () => {
          if (opened.isLost || closing) {
            return;
          }
          opened.isLost = true;
          client = open();
          reject(new ConnectionLost());
          for (const statement of opened.pending) {
            statement.cancelled = { resolve: () => {}, reject: () => {} };
            statement.reject(new ConnectionLost());
          }
          // Not at once: postgres.js cannot be ended in the middle of connecting without a rejection that nobody can catch.
          setTimeout(() => void opened.sql.end({ timeout: END_SECONDS }), CONDEMNED_MS).unref();
        },
      }),
    };
    return opened;
  }

  return {
    client: () => client,
    sql: guarded(
      () => client,
      () => client.sql,
    ),
    close: async () => {
      closing = true;
      await client.sql.end({ timeout: END_SECONDS });
    },
  };
}

/** A handle on one reserved connection, which says nothing more once its client has lost one. */
export function guard(client: Client, reserved: postgres.ReservedSql): postgres.ReservedSql {
  return guarded(
    () => client,
    () => reserved,
  );
}

/** The same function, with the same members, as `target` at the moment of the call; its statements fail when the client is lost. */
function guarded<Target extends postgres.Sql>(client: () => Client, target: () => Target): Target {
  const unsafe: postgres.Sql['unsafe'] = (query, parameters, options) =>
    watch(client(), target().unsafe(query, parameters, options));

  return new Proxy(target(), {
    apply: (_target, self, args: unknown[]) =>
      watch(client(), Reflect.apply(target(), self, args) as unknown),
    get: (_target, key) => (key === 'unsafe' ? unsafe : (Reflect.get(target(), key) as unknown)),
  });
}

/** Lets a statement fail if its client is lost before it ends, or was lost before it began. Fragments and values pass as they are. */
function watch<Made>(client: Client, made: Made): Made {
  if (!isStatement(made)) {
    return made;
  }
  const run = made.handler;

  made.handler = Object.assign((statement: Statement) => {
    if (client.isLost) {
      statement.reject(new ConnectionLost());
      return;
    }
    client.pending.add(statement);
    void forget(client, statement);
    run(statement);
  }, run);

  return made;
}

async function forget(client: Client, statement: Statement): Promise<void> {
  await Promise.allSettled([statement]);
  client.pending.delete(statement);
}

function isStatement(made: unknown): made is Statement {
  return made instanceof Promise && 'handler' in made && 'reject' in made;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Listens to a channel on a connection of its own, and again whenever that was lost; `onListen` is called each time it begins. Resolves,
 * when it listens for the first time, with a function that ends it.
 */
export async function listen(
  url: string,
  options: Options,
  channel: string,
  { onNotify, onListen }: { onNotify: (payload: string) => void; onListen: () => void },
): Promise<() => Promise<void>> {
  let ended = false;
  let current: postgres.Sql | null = null;
  const begun = Promise.withResolvers<void>();

  async function begin(pauseMs: number): Promise<void> {
    const sql = postgres(url, {
      ...options,
      max: 1,
      idle_timeout: undefined,
      max_lifetime: null,
      fetch_types: false,
      onclose: () => {
        if (current === sql && !ended) {
          again(FIRST_PAUSE_MS);
        }
      },
      ...({
        // Not in the types of postgres.js, which uses it for its own `listen`.
        onnotify: (_channel: string, payload: string) => {
          onNotify(payload);
        },
      } as object),
    });
    current = sql;

    try {
      await sql.unsafe(`listen ${channel}`);
      begun.resolve();
      onListen();
    } catch {
      if (current === sql && !ended) {
        again(pauseMs);
      }
    }
  }

  function again(pauseMs: number): void {
    const lost = current;
    current = null;
    void lost?.end({ timeout: 0 });
    setTimeout(() => {
      if (!ended) {
        void begin(Math.min(LONGEST_PAUSE_MS, pauseMs * 2));
      }
    }, pauseMs).unref();
  }

  void begin(FIRST_PAUSE_MS);
  await begun.promise;

  return async () => {
    ended = true;
    await current?.end({ timeout: END_SECONDS });
  };
}
