/**
 * The settings of every process, all from environment variables. This is the only place of the product that reads them: server.ts,
 * worker/main.ts and scripts/ call `readSettings` once at start and hand the values on as arguments. It stands beside server.ts and
 * in no room, because rooms take what they need as an argument. docs/configuration.md is written from this table.
 */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { guardAddresses, type AddressPolicy } from '#engine/outbound/address.ts';
import { ALLOW_SETTING } from '#engine/outbound/target.ts';

type Setting<Value> = {
  readonly variable: string;
  /** Its value may also be read from the file that `<variable>_FILE` names, as container platforms hand out secrets. */
  readonly secret?: true;
  readonly schema: z.ZodType<Value, string | undefined>;
  /** As the documentation shows it, where there is one. */
  readonly fallback?: string;
  readonly about: string;
};

function setting<Value>(each: Setting<Value>): Setting<Value> {
  return each;
}

const text = z.string().optional();

function wholeNumber(lowest: number, highest: number, fallback: number) {
  return z
    .string()
    .default(String(fallback))
    .refine((value) => /^\d+$/.test(value) && Number(value) >= lowest && Number(value) <= highest, {
      error: `must be a whole number from ${lowest} to ${highest}`,
    })
    .transform(Number);
}

function choice<const Choice extends string>(choices: readonly Choice[], fallback: Choice) {
  return z
    .string()
    .default(fallback)
    .pipe(z.enum(choices, { error: `must be one of ${choices.join(', ')}` }));
}

function url(...protocols: readonly string[]) {
  return text.refine(
    (value) =>
      value === undefined || (URL.canParse(value) && protocols.includes(new URL(value).protocol)),
    {
      error: `must be a URL that begins with ${protocols.map((each) => `${each}//`).join(' or ')}`,
    },
  );
}

/** `private, 10.0.0.0/8, *.corp.example` as the policy of outbound requests. */
const addressPolicy = z
  .string()
  .default('private')
  .transform((value, context): AddressPolicy => {
    const words = new Set(value.split(',').map((each) => each.trim()));
    const policy = {
      allowPrivate: words.has('private'),
      allowLoopback: words.has('loopback'),
      allowHosts: [...words].filter((each) => !['', 'none', 'private', 'loopback'].includes(each)),
    };

    try {
      guardAddresses(policy);
    } catch (error) {
      context.addIssue(`is a list in which ${(error as Error).message}`);
    }
    return policy;
  });

export const SETTINGS = {
  databaseUrl: setting({
    variable: 'DATABASE_URL',
    secret: true,
    schema: url('postgres:', 'postgresql:'),
    fallback: 'the embedded Postgres',
    about: 'A Postgres of your own, version 15 or newer. The role must own its database.',
  }),
  dataDirectory: setting({
    variable: 'LATCHWORK_DATA',
    schema: z.string().default('.data'),
    fallback: '.data',
    about: 'Where the embedded database, generated secrets and the sample’s images lie.',
  }),
  host: setting({
    variable: 'HOST',
    schema: z.string().default('127.0.0.1'),
    fallback: '127.0.0.1',
    about: 'The address to listen on; `0.0.0.0` for every network of the machine.',
  }),
  port: setting({
    variable: 'PORT',
    schema: wholeNumber(0, 65_535, 3000),
    fallback: '3000',
    about: 'The port to listen on. `npm start` takes the next free one if it is taken.',
  }),
  publicUrl: setting({
    variable: 'NEXTAUTH_URL',
    schema: url('http:', 'https:'),
    fallback: 'http://localhost:PORT',
    about: 'How browsers and workers reach Latchwork, where a proxy stands in front of it.',
  }),
  authSecret: setting({
    variable: 'NEXTAUTH_SECRET',
    secret: true,
    schema: text.refine((value) => value === undefined || value.length >= 32, {
      error: 'must be at least 32 characters long',
    }),
    fallback: 'generated once, kept in LATCHWORK_DATA',
    about: 'Signs the sessions of people. The same on every web process of an installation.',
  }),
  adminEmail: setting({
    variable: 'LATCHWORK_ADMIN_EMAIL',
    schema: z
      .string()
      .default('admin@latchwork.local')
      .pipe(z.email({ error: 'must be an e-mail address' })),
    fallback: 'admin@latchwork.local',
    about: 'The first person, made at the first start.',
  }),
  adminPassword: setting({
    variable: 'LATCHWORK_ADMIN_PASSWORD',
    secret: true,
    schema: text.refine((value) => value === undefined || value.length >= 12, {
      error: 'must be at least 12 characters long',
    }),
    fallback: 'generated, shown once',
    about: 'The first password of the first person.',
  }),
  sample: setting({
    variable: 'LATCHWORK_SAMPLE',
    schema: choice(['auto', 'on', 'off'], 'auto'),
    fallback: 'auto',
    about:
      'Load the sample workflow and run its worker. `auto`: with the embedded database, not with one of your own.',
  }),
  mode: setting({
    variable: 'NODE_ENV',
    schema: choice(['production', 'development', 'test'], 'production'),
    fallback: 'production',
    about: '`development` renders pages from their sources; `npm run dev` sets it.',
  }),
  logLevel: setting({
    variable: 'LOG_LEVEL',
    schema: choice(['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'info'),
    fallback: 'info',
    about: 'What the web and worker processes write, as JSON lines.',
  }),
  bodyLimitBytes: setting({
    variable: 'LATCHWORK_BODY_LIMIT_BYTES',
    schema: wholeNumber(1024, 1_073_741_824, 1_048_576),
    fallback: '1048576',
    about: 'The largest request body of a single thing.',
  }),
  batchBodyLimitBytes: setting({
    variable: 'LATCHWORK_BATCH_BODY_LIMIT_BYTES',
    schema: wholeNumber(1024, 1_073_741_824, 16_777_216),
    fallback: '16777216',
    about: 'The largest request body of a batch, or of a report.',
  }),
  engineConnections: setting({
    variable: 'LATCHWORK_ENGINE_CONNECTIONS',
    schema: wholeNumber(2, 1000, 10),
    fallback: '10',
    about: 'Database connections of each process for moves: claims, reports, sweeps.',
  }),
  readConnections: setting({
    variable: 'LATCHWORK_READ_CONNECTIONS',
    schema: wholeNumber(1, 1000, 5),
    fallback: '5',
    about: 'Database connections of each process for lists and pages.',
  }),
  workerConcurrency: setting({
    variable: 'LATCHWORK_WORKER_CONCURRENCY',
    schema: wholeNumber(1, 200, 10),
    fallback: '10',
    about: 'Jobs that one worker process runs at once.',
  }),
  scriptThreads: setting({
    variable: 'LATCHWORK_SCRIPT_THREADS',
    schema: wholeNumber(1, 64, 2),
    fallback: '2',
    about:
      'Threads of each worker process that run `script` nodes; each runs one script at a time.',
  }),
  httpConcurrency: setting({
    variable: 'LATCHWORK_HTTP_CONCURRENCY',
    schema: wholeNumber(1, 1000, 64),
    fallback: '64',
    about:
      'Requests of `http` nodes that each worker process has under way at once; as many status requests, and as many notifications.',
  }),
  deliveryPolicy: setting({
    variable: ALLOW_SETTING,
    schema: addressPolicy,
    fallback: 'private; with the embedded database also loopback',
    about:
      'What outbound requests may connect to beside public addresses: `private`, `loopback`, addresses, CIDR ranges, host names, `*.domain`, separated by commas; `none` for nothing.',
  }),
  endpointDisableDays: setting({
    variable: 'LATCHWORK_ENDPOINT_DISABLE_DAYS',
    schema: wholeNumber(1, 7, 5),
    fallback: '5',
    about:
      'An endpoint of notifications to which nothing got through for so many days is switched off.',
  }),
  retentionDays: setting({
    variable: 'LATCHWORK_RETENTION_DAYS',
    schema: wholeNumber(0, 36_500, 0),
    fallback: '0',
    about:
      'How many days after their end instances are kept, of workflows that do not say so themselves; 0: for ever.',
  }),
  stopSeconds: setting({
    variable: 'LATCHWORK_STOP_SECONDS',
    schema: wholeNumber(0, 3600, 10),
    fallback: '10',
    about: 'How long a process that was asked to stop may finish what it has begun.',
  }),
};

export type Settings = {
  readonly [Name in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[Name]['schema']>;
};

export type Environment = Readonly<Record<string, string | undefined>>;

export type SettingsProblem = { readonly variable: string; readonly message: string };

export type SettingsRead =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly SettingsProblem[] };

/** Reads all settings and names everything that is wrong with them at once. An empty variable counts as not set. */
export function readSettings(environment: Environment = process.env): SettingsRead {
  const problems: SettingsProblem[] = unknownVariables(environment);
  const values: Record<string, unknown> = {};

  for (const [name, each] of Object.entries<Setting<unknown>>(SETTINGS)) {
    const given = readVariable(environment, each);
    if (typeof given === 'object') {
      problems.push(given);
      continue;
    }

    const read = each.schema.safeParse(given);
    if (read.success) {
      values[name] = read.data;
    } else {
      problems.push({ variable: each.variable, message: complaint(each, given, read.error) });
    }
  }

  // Every name of the table has been read, each by its own schema.
  return problems.length === 0
    ? { ok: true, settings: values as Settings }
    : { ok: false, problems };
}

function readVariable(
  environment: Environment,
  { variable, secret }: Setting<unknown>,
): string | undefined | SettingsProblem {
  const value = filled(environment[variable]);
  const file = secret ? filled(environment[`${variable}_FILE`]) : undefined;
  if (file === undefined) return value;
  if (value !== undefined) {
    return { variable, message: `is set, and ${variable}_FILE is too: only one may be` };
  }

  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    return { variable: `${variable}_FILE`, message: `cannot be read: ${(error as Error).message}` };
  }
}

function filled(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/** What is wrong, with what was given unless that is a secret. */
function complaint(
  { secret }: Setting<unknown>,
  given: string | undefined,
  error: z.ZodError,
): string {
  const reason = error.issues[0]?.message ?? 'is not valid';
  return secret ? reason : `${reason}, not ${JSON.stringify(given)}`;
}

/** What the workers of people read; a shell may well have them set. */
const OF_WORKERS = [
  'LATCHWORK_URL',
  'LATCHWORK_API_KEY',
  'LATCHWORK_CONCURRENCY',
  'LATCHWORK_SAMPLE_DIR',
  'LATCHWORK_ENCODE_DIR',
  'LATCHWORK_TRANSCODE_DIR',
  'LATCHWORK_FFMPEG',
];

/** A misspelt name would otherwise be obeyed by nobody in silence. */
function unknownVariables(environment: Environment): SettingsProblem[] {
  const known = new Set([
    ...OF_WORKERS,
    ...Object.values<Setting<unknown>>(SETTINGS).flatMap(({ variable, secret }) =>
      secret ? [variable, `${variable}_FILE`] : [variable],
    ),
  ]);

  return Object.keys(environment)
    .filter((variable) => variable.startsWith('LATCHWORK_') && !known.has(variable))
    .map((variable) => ({ variable, message: 'is not a setting of Latchwork' }));
}

export function describeProblems(problems: readonly SettingsProblem[]): string {
  return [
    'Latchwork cannot start with these settings:',
    ...problems.map(({ variable, message }) => `  ${variable} ${message}.`),
    'docs/configuration.md lists every setting.',
  ].join('\n');
}
