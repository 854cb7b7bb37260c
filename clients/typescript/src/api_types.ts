/** Written from the OpenAPI document by `npm run -s clients:types`; changes are made there. */

/** One thing that a rule found, from its first finding to its end. */
export type Alert = {
  id: string;
  ruleId: string;
  /** name of its rule, when it fired */
  rule: string;
  kind: 'instance_failed' | 'failure_rate' | 'task_stuck' | 'backlog' | 'dispatch_timeout' | 'endpoint_down' | 'no_worker' | 'dead_letter';
  level: 'info' | 'warning' | 'critical';
  /** the rule and what it is about */
  fingerprint: string;
  state: 'firing' | 'acknowledged' | 'resolved';
  title: string;
  lines: string[];
  /** path of the page that shows more of it */
  page: string;
  /** what it is about, by its kind */
  facts: Record<string, unknown>;
  /** how often it happened, of what can be counted */
  count: number;
  /** RFC 3339, UTC */
  since: string;
  /** when it last happened, or held */
  lastAt: string;
  /** when its channels last heard of it, or of one before it */
  sentAt: string | null;
  resolvedAt: string | null;
  acknowledgedAt: string | null;
  acknowledgedBy: string | null;
  silencedUntil: string | null;
};

/** Where alerts go. Secrets are stored, never answered. */
export type AlertChannel = {
  id: string;
  name: string;
  /** of its messages */
  language: 'en' | 'zh';
  enabled: boolean;
  kind: 'dingtalk' | 'feishu' | 'wecom' | 'slack' | 'webhook' | 'email';
  /** by kind, without its secrets */
  settings: Record<string, unknown>;
  /** names of the secret settings that it has */
  secrets: string[];
  /** where it leads to, without what opens the door */
  address: string;
  /** messages on their way */
  waiting: number;
  /** messages that were given up; counted up to 1,000 */
  dead: number;
  /** its latest message */
  last: {
    status: 'waiting' | 'sent' | 'dead';
    result: string | null;
    /** RFC 3339, UTC */
    at: string;
  } | null;
  /** RFC 3339, UTC */
  createdAt: string;
  /** RFC 3339, UTC */
  updatedAt: string;
};

/** One message to one channel, and what became of it. */
export type AlertMessage = {
  id: string;
  channelId: string;
  /** name of the channel */
  channel: string;
  type: 'fired' | 'resolved' | 'test';
  title: string;
  status: 'waiting' | 'sent' | 'dead';
  /** tries that failed */
  attempts: number;
  /** of one that waits: its next try */
  dueAt: string;
  /** what was sent last, without secrets */
  request: unknown;
  /** what came back, as it came */
  answer: string | null;
  /** what that means */
  result: string | null;
  /** RFC 3339, UTC */
  createdAt: string;
  sentAt: string | null;
};

/** What to look for, and whom to tell. */
export type AlertRule = {
  id: string;
  name: string;
  /** keys it is narrowed to; none: all */
  workflows: string[];
  /** keys it is narrowed to; none: all */
  works: string[];
  channels: string[];
  level: 'info' | 'warning' | 'critical';
  /** the same alert speaks once in so long */
  quietSeconds: number;
  enabled: boolean;
  kind: 'instance_failed' | 'failure_rate' | 'task_stuck' | 'backlog' | 'dispatch_timeout' | 'endpoint_down' | 'no_worker' | 'dead_letter';
  /** what the kind asks for */
  params: Record<string, unknown>;
  /** alerts of it that are open */
  firing: number;
  /** keys of which there is nothing at present: it waits for them, or they are misspelt */
  problems: AlertRuleProblem[];
  /** RFC 3339, UTC */
  createdAt: string;
  /** RFC 3339, UTC */
  updatedAt: string;
};

export type AlertRuleProblem = {
  code: 'unknown_workflow' | 'unknown_work';
  severity: 'warning';
  /** JSON Pointer to the key, in the rule */
  pointer: string;
  key: string;
  message: string;
};

/** A key of a machine. Only its hash is kept. */
export type ApiKey = {
  /** the eight characters after `lwk_` */
  id: string;
  name: string;
  scopes: Array<'read' | 'instances:write' | 'tasks:report' | 'workflows:write' | 'admin'>;
  createdBy: string;
  /** RFC 3339, UTC */
  createdAt: string;
  expiresAt: string | null;
  /** to the minute */
  lastUsedAt: string | null;
  revokedAt: string | null;
};

/** One hand-out of a task or segment to a worker. */
export type Attempt = {
  number: number;
  segment: number | null;
  /** null: still live */
  outcome: 'succeeded' | 'failed' | 'delayed' | 'rejected' | 'cancelled' | null;
  /** why it failed */
  code: string | null;
  error: {
    message: string;
    /** the worker's own code */
    code?: string;
    stack?: string;
    details?: unknown;
  } | null;
  input: unknown;
  output: unknown;
  worker: string | null;
  /** the child instance that it runs or ran */
  childId: string | null;
  /** of an `http` node whose service is or was at work: its answer to the first request */
  remote: unknown;
  dispatchedAt: string | null;
  startedAt: string | null;
  finishedAt: string | null;
};

/** A move of many instances, made in the background. */
export type Bulk = {
  id: string;
  action: 'cancel' | 'pause' | 'resume' | 'retry' | 'restart' | 'rerun' | 'mark' | 'run-now' | 'retry-segments' | 'change-priority' | 'change-version' | 'edit-context';
  params: Record<string, unknown>;
  /** null: the instances were named by id */
  filter: Record<string, unknown> | null;
  reason: string;
  status: 'running' | 'succeeded' | 'aborted';
  /** instances that it was about when it was asked for */
  total: number;
  /** instances that it has seen */
  done: number;
  /** of those, the ones that could not make the move */
  failed: number;
  /** RFC 3339, UTC */
  createdAt: string;
  createdBy: string;
  finishedAt: string | null;
};

/** An instance that could not make the move, and why. */
export type BulkFailure = {
  id: string;
  code: string;
  message: string;
};

/** A task that was handed to a worker. */
export type ClaimedTask = {
  /** `<instance id>_<node key>`, and `_<order>` for a segment */
  id: string;
  instanceId: string;
  objectId: string;
  workflow: string;
  version: number;
  /** key of the node */
  task: string;
  work: string;
  segment: {
    order: number;
    count: number;
  } | null;
  input: unknown;
  attempt: number;
  priority: number;
  /** name of this attempt in every report; a secret */
  token: string;
  deadlines: {
    /** report `start` by then */
    startBy: string | null;
    runBy: string | null;
    /** give a sign of life at least this often */
    heartbeatSeconds: number | null;
  };
  /** takes reports of this attempt without an API key */
  reportUrl: string;
};

export type CreateResult = {
  ok: true;
  id: string;
  /** its `dedupeKey` was there already */
  deduplicated: boolean;
} | {
  ok: false;
  code: 'invalid_request' | 'not_found' | 'no_published_version' | 'object_busy';
  message: string;
  errors?: Array<{
    /** JSON Pointer to the field */
    pointer: string;
    code: string;
    message: string;
    /** what the message names: the limit, the type, the values, the format */
    facts?: Record<string, unknown>;
  }>;
  /** the instance that has the object */
  busyWith?: string;
};

export type Definition = {
  schemaVersion: 1;
  /** JSON Schema that the input of an instance must satisfy */
  input?: Record<string, unknown>;
  /** JSON whose strings may hold {{ expressions }} */
  output?: unknown;
  env?: Record<string, unknown>;
  /** of a whole instance (default none) */
  timeoutSeconds?: number;
  /** finish: running branches end by themselves */
  onTaskFailure?: 'finish' | 'stop';
  nodes: Array<{
    key: string;
    name?: string;
    notes?: string;
    trigger?: 'all_success' | 'all_failed' | 'all_done' | 'all_skipped' | 'one_success' | 'one_failed' | 'one_done' | 'none_failed' | 'none_skipped' | 'none_failed_min_one_success' | 'all_done_min_one_success' | 'always';
    /** left out; its neighbours are joined */
    disabled?: boolean;
    type: 'start';
  } | {
    key: string;
    name?: string;
    notes?: string;
    trigger?: 'all_success' | 'all_failed' | 'all_done' | 'all_skipped' | 'one_success' | 'one_failed' | 'one_done' | 'none_failed' | 'none_skipped' | 'none_failed_min_one_success' | 'all_done_min_one_success' | 'always';
    /** left out; its neighbours are joined */
    disabled?: boolean;
    type: 'end';
  } | {
    key: string;
    name?: string;
    notes?: string;
    trigger?: 'all_success' | 'all_failed' | 'all_done' | 'all_skipped' | 'one_success' | 'one_failed' | 'one_done' | 'none_failed' | 'none_skipped' | 'none_failed_min_one_success' | 'all_done_min_one_success' | 'always';
    /** left out; its neighbours are joined */
    disabled?: boolean;
    /** default: the work's */
    retry?: {
      /** retries after the first attempt */
      limit: number;
      backoff?: 'fixed' | 'linear' | 'exponential';
      /** before the first retry */
      delaySeconds?: number;
      /** no wait is longer */
      maxSeconds?: number;
      /** share of the wait that is drawn at random */
      jitter?: number;
      /** retry only these failures; absent: every one */
      on?: Array<'error' | 'exception' | 'dispatch_timeout' | 'run_timeout' | 'heartbeat_timeout' | 'total_timeout' | 'delivery_failed' | 'rejected' | 'expression' | 'output_schema' | 'cancelled'>;
    };
    /** default: the work's */
    timeouts?: {
      /** handed out, no start heard (default 60) */
      dispatchSeconds?: number;
      dispatchMode?: 'overtaken' | 'absolute';
      /** from start (default 3600) */
      runSeconds?: number;
      /** from the last sign of life (default none) */
      heartbeatSeconds?: number;
      /** over all attempts, from the first hand-out (default none) */
      totalSeconds?: number;
    };
    delaySeconds?: number;
    /** begin only within this window (off-peak execution) */
    window?: {
      /** time of day, HH:MM */
      from: string;
      /** time of day, HH:MM */
      to: string;
      /** IANA name, as Asia/Shanghai */
      timeZone: string;
      /** days on which it begins (default every day) */
      days?: Array<'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun'>;
    };
    /** continue: a failed step is skipped over */
    onFailure?: 'fail' | 'continue';
    /** added to the instance's */
    priority?: number;
    /** JSON whose strings may hold {{ expressions }} */
    input?: unknown;
    type: 'task';
    work: string;
  } | {
    key: string;
    name?: string;
    notes?: string;
    trigger?: 'all_success' | 'all_failed' | 'all_done' | 'all_skipped' | 'one_success' | 'one_failed' | 'one_done' | 'none_failed' | 'none_skipped' | 'none_failed_min_one_success' | 'all_done_min_one_success' | 'always';
    /** left out; its neighbours are joined */
    disabled?: boolean;
    /** default: the work's */
    retry?: {
      /** retries after the first attempt */
      limit: number;
      backoff?: 'fixed' | 'linear' | 'exponential';
      /** before the first retry */
      delaySeconds?: number;
      /** no wait is longer */
      maxSeconds?: number;
      /** share of the wait that is drawn at random */
      jitter?: number;
      /** retry only these failures; absent: every one */
      on?: Array<'error' | 'exception' | 'dispatch_timeout' | 'run_timeout' | 'heartbeat_timeout' | 'total_timeout' | 'delivery_failed' | 'rejected' | 'expression' | 'output_schema' | 'cancelled'>;
    };
    /** default: the work's */
    timeouts?: {
      /** handed out, no start heard (default 60) */
      dispatchSeconds?: number;
      dispatchMode?: 'overtaken' | 'absolute';
      /** from start (default 3600) */
      runSeconds?: number;
      /** from the last sign of life (default none) */
      heartbeatSeconds?: number;
      /** over all attempts, from the first hand-out (default none) */
      totalSeconds?: number;
    };
    delaySeconds?: number;
    /** begin only within this window (off-peak execution) */
    window?: {
      /** time of day, HH:MM */
      from: string;
      /** time of day, HH:MM */
      to: string;
      /** IANA name, as Asia/Shanghai */
      timeZone: string;
      /** days on which it begins (default every day) */
      days?: Array<'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun'>;
    };
    /** continue: a failed step is skipped over */
    onFailure?: 'fail' | 'continue';
    /** added to the instance's */
    priority?: number;
    type: 'http';
    submit: {
      /** may hold {{ expressions }} */
      url: string;
      headers?: Record<string, string>;
      /** sent as JSON; a string as it is */
      body?: unknown;
      timeoutSeconds?: number;
      method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    };
    /** the service reports to {{ reportUrl }} */
    callback?: boolean;
    status?: {
      /** may hold {{ expressions }} */
      url: string;
      headers?: Record<string, string>;
      /** sent as JSON; a string as it is */
      body?: unknown;
      timeoutSeconds?: number;
      method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
      everySeconds?: number;
      /** CEL condition over response, submit */
      succeededWhen: string;
      failedWhen?: string;
    };
    /** fetched when the status has succeeded */
    result?: {
      /** may hold {{ expressions }} */
      url: string;
      headers?: Record<string, string>;
      /** sent as JSON; a string as it is */
      body?: unknown;
      timeoutSeconds?: number;
      method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    };
    /** sent when the attempt is cancelled or timed out */
    stop?: {
      /** may hold {{ expressions }} */
      url: string;
      headers?: Record<string, string>;
      /** sent as JSON; a string as it is */
      body?: unknown;
      timeoutSeconds?: number;
      method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    };
    /** over submit, response (default: the body of the last answer) */
    output?: unknown;
  } | {
    key: string;
    name?: string;
    notes?: string;
    trigger?: 'all_success' | 'all_failed' | 'all_done' | 'all_skipped' | 'one_success' | 'one_failed' | 'one_done' | 'none_failed' | 'none_skipped' | 'none_failed_min_one_success' | 'all_done_min_one_success' | 'always';
    /** left out; its neighbours are joined */
    disabled?: boolean;
    /** default: the work's */
    retry?: {
      /** retries after the first attempt */
      limit: number;
      backoff?: 'fixed' | 'linear' | 'exponential';
      /** before the first retry */
      delaySeconds?: number;
      /** no wait is longer */
      maxSeconds?: number;
      /** share of the wait that is drawn at random */
      jitter?: number;
      /** retry only these failures; absent: every one */
      on?: Array<'error' | 'exception' | 'dispatch_timeout' | 'run_timeout' | 'heartbeat_timeout' | 'total_timeout' | 'delivery_failed' | 'rejected' | 'expression' | 'output_schema' | 'cancelled'>;
    };
    /** default: the work's */
    timeouts?: {
      /** handed out, no start heard (default 60) */
      dispatchSeconds?: number;
      dispatchMode?: 'overtaken' | 'absolute';
      /** from start (default 3600) */
      runSeconds?: number;
      /** from the last sign of life (default none) */
      heartbeatSeconds?: number;
      /** over all attempts, from the first hand-out (default none) */
      totalSeconds?: number;
    };
    delaySeconds?: number;
    /** begin only within this window (off-peak execution) */
    window?: {
      /** time of day, HH:MM */
      from: string;
      /** time of day, HH:MM */
      to: string;
      /** IANA name, as Asia/Shanghai */
      timeZone: string;
      /** days on which it begins (default every day) */
      days?: Array<'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun'>;
    };
    /** continue: a failed step is skipped over */
    onFailure?: 'fail' | 'continue';
    /** added to the instance's */
    priority?: number;
    /** JSON whose strings may hold {{ expressions }} */
    input?: unknown;
    type: 'script';
    /** body of a JavaScript function of `input`; what it returns is the output */
    script: string;
    timeoutSeconds?: number;
    memoryMb?: number;
  } | {
    key: string;
    name?: string;
    notes?: string;
    trigger?: 'all_success' | 'all_failed' | 'all_done' | 'all_skipped' | 'one_success' | 'one_failed' | 'one_done' | 'none_failed' | 'none_skipped' | 'none_failed_min_one_success' | 'all_done_min_one_success' | 'always';
    /** left out; its neighbours are joined */
    disabled?: boolean;
    type: 'route';
    /** open the first matching branch, or every one */
    mode?: 'first' | 'all';
    cases: Array<{
      key: string;
      name?: string;
      /** CEL condition */
      when: string;
    }>;
  } | {
    key: string;
    name?: string;
    notes?: string;
    trigger?: 'all_success' | 'all_failed' | 'all_done' | 'all_skipped' | 'one_success' | 'one_failed' | 'one_done' | 'none_failed' | 'none_skipped' | 'none_failed_min_one_success' | 'all_done_min_one_success' | 'always';
    /** left out; its neighbours are joined */
    disabled?: boolean;
    /** default: the work's */
    retry?: {
      /** retries after the first attempt */
      limit: number;
      backoff?: 'fixed' | 'linear' | 'exponential';
      /** before the first retry */
      delaySeconds?: number;
      /** no wait is longer */
      maxSeconds?: number;
      /** share of the wait that is drawn at random */
      jitter?: number;
      /** retry only these failures; absent: every one */
      on?: Array<'error' | 'exception' | 'dispatch_timeout' | 'run_timeout' | 'heartbeat_timeout' | 'total_timeout' | 'delivery_failed' | 'rejected' | 'expression' | 'output_schema' | 'cancelled'>;
    };
    /** default: the work's */
    timeouts?: {
      /** handed out, no start heard (default 60) */
      dispatchSeconds?: number;
      dispatchMode?: 'overtaken' | 'absolute';
      /** from start (default 3600) */
      runSeconds?: number;
      /** from the last sign of life (default none) */
      heartbeatSeconds?: number;
      /** over all attempts, from the first hand-out (default none) */
      totalSeconds?: number;
    };
    delaySeconds?: number;
    /** begin only within this window (off-peak execution) */
    window?: {
      /** time of day, HH:MM */
      from: string;
      /** time of day, HH:MM */
      to: string;
      /** IANA name, as Asia/Shanghai */
      timeZone: string;
      /** days on which it begins (default every day) */
      days?: Array<'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun'>;
    };
    /** continue: a failed step is skipped over */
    onFailure?: 'fail' | 'continue';
    /** added to the instance's */
    priority?: number;
    /** JSON whose strings may hold {{ expressions }} */
    input?: unknown;
    /** default: the published version */
    version?: number;
    /** of the child; may hold {{ expressions }} (default: the parent's) */
    objectId?: string;
    type: 'fanout';
    /** runs every segment; or name a workflow */
    work?: string;
    /** one child instance per segment */
    workflow?: string;
    /** CEL expression that yields the list */
    items: string;
    /** segments at once; 0: all */
    maxParallel?: number;
    /** failed segments that the node survives (default none) */
    tolerance?: {
      count?: number;
      percent?: number;
    };
  } | {
    key: string;
    name?: string;
    notes?: string;
    trigger?: 'all_success' | 'all_failed' | 'all_done' | 'all_skipped' | 'one_success' | 'one_failed' | 'one_done' | 'none_failed' | 'none_skipped' | 'none_failed_min_one_success' | 'all_done_min_one_success' | 'always';
    /** left out; its neighbours are joined */
    disabled?: boolean;
    /** default: the work's */
    retry?: {
      /** retries after the first attempt */
      limit: number;
      backoff?: 'fixed' | 'linear' | 'exponential';
      /** before the first retry */
      delaySeconds?: number;
      /** no wait is longer */
      maxSeconds?: number;
      /** share of the wait that is drawn at random */
      jitter?: number;
      /** retry only these failures; absent: every one */
      on?: Array<'error' | 'exception' | 'dispatch_timeout' | 'run_timeout' | 'heartbeat_timeout' | 'total_timeout' | 'delivery_failed' | 'rejected' | 'expression' | 'output_schema' | 'cancelled'>;
    };
    /** default: the work's */
    timeouts?: {
      /** handed out, no start heard (default 60) */
      dispatchSeconds?: number;
      dispatchMode?: 'overtaken' | 'absolute';
      /** from start (default 3600) */
      runSeconds?: number;
      /** from the last sign of life (default none) */
      heartbeatSeconds?: number;
      /** over all attempts, from the first hand-out (default none) */
      totalSeconds?: number;
    };
    delaySeconds?: number;
    /** begin only within this window (off-peak execution) */
    window?: {
      /** time of day, HH:MM */
      from: string;
      /** time of day, HH:MM */
      to: string;
      /** IANA name, as Asia/Shanghai */
      timeZone: string;
      /** days on which it begins (default every day) */
      days?: Array<'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun'>;
    };
    /** continue: a failed step is skipped over */
    onFailure?: 'fail' | 'continue';
    /** added to the instance's */
    priority?: number;
    /** JSON whose strings may hold {{ expressions }} */
    input?: unknown;
    /** default: the published version */
    version?: number;
    /** of the child; may hold {{ expressions }} (default: the parent's) */
    objectId?: string;
    type: 'workflow';
    workflow: string;
    /** false: go on as soon as the child was created */
    wait?: boolean;
  } | {
    key: string;
    name?: string;
    notes?: string;
    trigger?: 'all_success' | 'all_failed' | 'all_done' | 'all_skipped' | 'one_success' | 'one_failed' | 'one_done' | 'none_failed' | 'none_skipped' | 'none_failed_min_one_success' | 'all_done_min_one_success' | 'always';
    /** left out; its neighbours are joined */
    disabled?: boolean;
    type: 'wait';
    /** a number, or {{ expression }} */
    seconds?: number | string;
    /** RFC 3339 time, or {{ expression }} */
    until?: string;
    /** wait until the window is open */
    window?: {
      /** time of day, HH:MM */
      from: string;
      /** time of day, HH:MM */
      to: string;
      /** IANA name, as Asia/Shanghai */
      timeZone: string;
      /** days on which it begins (default every day) */
      days?: Array<'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun'>;
    };
  } | {
    key: string;
    name?: string;
    notes?: string;
    trigger?: 'all_success' | 'all_failed' | 'all_done' | 'all_skipped' | 'one_success' | 'one_failed' | 'one_done' | 'none_failed' | 'none_skipped' | 'none_failed_min_one_success' | 'all_done_min_one_success' | 'always';
    /** left out; its neighbours are joined */
    disabled?: boolean;
    type: 'signal';
    /** name of the signal (default: the node's key) */
    signal?: string;
    /** the payload says {approved: true | false} */
    approval?: boolean;
    /** what a person is asked */
    prompt?: string;
    /** default: waits for ever */
    timeoutSeconds?: number;
    /** payload if none comes in time (absent: the node fails) */
    default?: unknown;
    /** continue: a failed step is skipped over */
    onFailure?: 'fail' | 'continue';
  } | {
    key: string;
    name?: string;
    notes?: string;
    trigger?: 'all_success' | 'all_failed' | 'all_done' | 'all_skipped' | 'one_success' | 'one_failed' | 'one_done' | 'none_failed' | 'none_skipped' | 'none_failed_min_one_success' | 'all_done_min_one_success' | 'always';
    /** left out; its neighbours are joined */
    disabled?: boolean;
    /** default: the work's */
    retry?: {
      /** retries after the first attempt */
      limit: number;
      backoff?: 'fixed' | 'linear' | 'exponential';
      /** before the first retry */
      delaySeconds?: number;
      /** no wait is longer */
      maxSeconds?: number;
      /** share of the wait that is drawn at random */
      jitter?: number;
      /** retry only these failures; absent: every one */
      on?: Array<'error' | 'exception' | 'dispatch_timeout' | 'run_timeout' | 'heartbeat_timeout' | 'total_timeout' | 'delivery_failed' | 'rejected' | 'expression' | 'output_schema' | 'cancelled'>;
    };
    /** default: the work's */
    timeouts?: {
      /** handed out, no start heard (default 60) */
      dispatchSeconds?: number;
      dispatchMode?: 'overtaken' | 'absolute';
      /** from start (default 3600) */
      runSeconds?: number;
      /** from the last sign of life (default none) */
      heartbeatSeconds?: number;
      /** over all attempts, from the first hand-out (default none) */
      totalSeconds?: number;
    };
    delaySeconds?: number;
    /** begin only within this window (off-peak execution) */
    window?: {
      /** time of day, HH:MM */
      from: string;
      /** time of day, HH:MM */
      to: string;
      /** IANA name, as Asia/Shanghai */
      timeZone: string;
      /** days on which it begins (default every day) */
      days?: Array<'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun'>;
    };
    /** continue: a failed step is skipped over */
    onFailure?: 'fail' | 'continue';
    /** added to the instance's */
    priority?: number;
    type: 'notify';
    /** may hold {{ expressions }} */
    url: string;
    headers?: Record<string, string>;
    /** type of the message */
    event?: string;
    /** of the message */
    data?: unknown;
  }>;
  edges: Array<{
    from: string;
    to: string;
    /** out of a route: the key of a case, or "default" */
    branch?: string;
  }>;
  /** canvas positions; not a change of meaning */
  layout?: Record<string, {
    x: number;
    y: number;
  }>;
};

/** One thing wrong with a definition. */
export type DefinitionProblem = {
  code: 'schema' | 'no_nodes' | 'duplicate_key' | 'ambiguous_key' | 'unknown_node' | 'self_edge' | 'duplicate_edge' | 'cycle' | 'unreachable' | 'unknown_work' | 'unknown_workflow' | 'unknown_version' | 'workflow_unpublished' | 'workflow_recursion' | 'route_without_default' | 'unknown_branch' | 'branch_without_edge' | 'edge_without_branch' | 'start_has_incoming' | 'end_has_outgoing' | 'fanout_not_one' | 'wait_not_one' | 'http_callback_and_status' | 'http_result_without_status' | 'http_callback_unused' | 'invalid_url' | 'url_credentials' | 'refused_url' | 'invalid_header' | 'unknown_time_zone' | 'duplicate_signal' | 'expression_syntax' | 'unknown_reference' | 'reference_not_upstream' | 'unknown_member' | 'wrong_type' | 'script_syntax';
  severity: 'error' | 'warning';
  message: string;
  /** JSON Pointer into the definition */
  pointer: string;
  node?: string;
  edge?: {
    from: string;
    to: string;
  };
  params?: Record<string, unknown>;
};

/** A try to send a notification. */
export type Delivery = {
  number: number;
  /** RFC 3339, UTC */
  at: string;
  durationMs: number;
  /** of the HTTP answer; null: there was none */
  status: number | null;
  /** null: it got through */
  error: string | null;
  /** method, URL, headers and body, without secrets */
  request: Record<string, unknown>;
  /** status, headers and how the body began */
  response: Record<string, unknown> | null;
};

/** The one draft of a workflow. */
export type Draft = {
  /** nodes, edges and settings of the pipeline; the schema `Definition` says what can be published */
  definition: Record<string, unknown>;
  /** send it as If-Match with the next save */
  etag: string;
  /** the version that it was started from */
  basedOn: number | null;
  /** RFC 3339, UTC */
  updatedAt: string;
  updatedBy: string;
};

/** How long something took lately. */
export type Durations = {
  /** how many are on record */
  count: number;
  averageSeconds: number;
  /** percentiles are right within 5 % */
  p50Seconds: number;
  p90Seconds: number;
  p99Seconds: number;
};

/** A URL that is told of events. */
export type Endpoint = {
  id: string;
  name: string;
  url: string;
  /** null: of all workflows */
  workflow: string | null;
  events: Array<'instance.completed' | 'instance.succeeded' | 'instance.failed' | 'instance.cancelled' | 'instance.paused' | 'instance.resumed' | 'instance.retried' | 'task.failed' | 'task.retrying' | 'bulk.completed' | 'endpoint.disabled'>;
  enabled: boolean;
  /** `gone`: it answered 410; `failing`: nothing got through for days */
  disabledReason: 'person' | 'gone' | 'failing' | null;
  disabledAt: string | null;
  /** the first failed try since the last that got through */
  failingSince: string | null;
  /** notifications that wait; 10,000 at most */
  pending: number;
  /** that were given up; 10,000 at most */
  dead: number;
  /** RFC 3339, UTC */
  createdAt: string;
  /** RFC 3339, UTC */
  updatedAt: string;
};

/** What an endpoint verifies messages with. */
export type EndpointSecrets = {
  /** the newest first; messages bear a signature by each */
  secrets: string[];
};

export type EvaluatedExpression = {
  ok: true;
  value: unknown;
  type: 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';
  /** what it cost; 1,000,000 are the limit */
  steps: number;
} | {
  ok: false;
  /** the first one */
  error: ExpressionError;
};

/** What import takes as a document of Latchwork. */
export type ExportedWorkflow = {
  /** of this kind of document */
  schemaVersion: 1;
  key: string;
  name: string;
  description: string;
  /** the switch: off admits no instance */
  enabled: boolean;
  /** instances that may run at once; 0: no limit */
  maxRunning: number;
  /** which queued instance is admitted first */
  order: 'fifo' | 'lifo';
  /** of its instances, unless they say otherwise */
  priority: number;
  /** a queued instance rises by one priority per so many seconds of waiting; null: it does not. With `fifo` only */
  ageingSeconds: number | null;
  /** what another instance for the same object id does while one has not ended. `queue`: waits for its end; `reject`: is refused; `replace`: the newest runs, the others are cancelled */
  onObjectBusy: 'allow' | 'queue' | 'reject' | 'replace';
  /** how many days after their end its instances are kept; 0: for ever; null: as the installation says (`LATCHWORK_RETENTION_DAYS`) */
  retentionDays: number | null;
  /** texts by name, 50 at most */
  labels: Record<string, unknown>;
  /** nodes, edges and settings of the pipeline; the schema `Definition` says what can be published */
  definition: Record<string, unknown>;
};

/** What is wrong with an expression, and where. */
export type ExpressionError = {
  message: string;
  expression: string;
  /** place in the expression, in characters from 0 */
  start: number;
  end: number;
  /** of start, from 1 */
  line: number;
  /** of start, from 1 */
  column: number;
  /** in a template: JSON Pointer to the text that holds the expression */
  pointer?: string;
  /** in a template: where in that text the expression begins */
  offset?: number;
};

/** What an expression may call and read. */
export type ExpressionLanguage = {
  functions: Array<{
    name: string;
    /** `dyn` is any value; one that starts with a type and a dot is a method of it */
    signatures: string[];
    description: string;
    example: {
      expression: string;
      value: unknown;
    };
  }>;
  names: Array<{
    name: string;
    description: string;
    /** the only ones it has, where they are known in advance */
    members: string[] | null;
  }>;
};

/** What a request to a hook came to. */
export type HookAnswer = {
  outcome: 'started' | 'repeated' | 'ignored';
  instanceId: string | null;
};

export type Imported = {
  workflow: Workflow;
  /** nodes, edges and settings of the pipeline; the schema `Definition` says what can be published */
  definition: Record<string, unknown>;
  /** keys of the works that were made */
  works: string[];
  /** what the document said that could not be carried over */
  notCarried: Array<{
    pointer: string;
    message: string;
  }>;
};

/** One run of one version for one object id. */
export type Instance = {
  id: string;
  /** key of the workflow */
  workflow: string;
  workflowName: string;
  version: number;
  /** what the run is about, in your words */
  objectId: string;
  status: 'scheduled' | 'queued' | 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled';
  /** what its open signal nodes wait for; empty: no such node is open */
  waitingFor: Array<'approval' | 'signal'>;
  priority: number;
  /** texts by name, 50 at most */
  labels: Record<string, unknown>;
  /** the first task that failed for good */
  error: {
    task: string | null;
    code: string;
    message: string;
  } | null;
  /** nodes */
  progress: {
    total: number;
    finished: number;
    failed: number;
    open: number;
  };
  /** RFC 3339, UTC */
  createdAt: string;
  runAt: string | null;
  startedAt: string | null;
  finishedAt: string | null;
};

export type InstanceCounts = {
  counts: Record<string, unknown>;
  /** a count stopped at 10,000 */
  capped: boolean;
};

/** One run with its data and all its tasks. */
export type InstanceDetail = {
  id: string;
  /** key of the workflow */
  workflow: string;
  workflowName: string;
  version: number;
  /** what the run is about, in your words */
  objectId: string;
  status: 'scheduled' | 'queued' | 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled';
  /** what its open signal nodes wait for; empty: no such node is open */
  waitingFor: Array<'approval' | 'signal'>;
  priority: number;
  /** texts by name, 50 at most */
  labels: Record<string, unknown>;
  /** the first task that failed for good */
  error: {
    task: string | null;
    code: string;
    message: string;
  } | null;
  /** nodes */
  progress: {
    total: number;
    finished: number;
    failed: number;
    open: number;
  };
  /** RFC 3339, UTC */
  createdAt: string;
  runAt: string | null;
  startedAt: string | null;
  finishedAt: string | null;
  input: unknown;
  context: Record<string, unknown>;
  output: unknown;
  dedupeKey: string | null;
  /** is told of it beside the endpoints */
  notifyUrl: string | null;
  /** what `notifyUrl` is told of; null: only `instance.completed` */
  notifyEvents: Array<'instance.completed' | 'instance.succeeded' | 'instance.failed' | 'instance.cancelled' | 'instance.paused' | 'instance.resumed' | 'instance.retried' | 'task.failed' | 'task.retrying'> | null;
  /** the instance whose task runs this one */
  parent: {
    instanceId: string;
    /** key of its node */
    task: string;
  } | null;
  /** in the order of the plan */
  tasks: TaskSummary[];
};

/** A control move or notable turn: who, what, when, why. */
export type InstanceEvent = {
  id: string;
  /** RFC 3339, UTC */
  at: string;
  type: string;
  actor: string;
  message: string;
  data: Record<string, unknown>;
};

/** When an instance will have ended. */
export type InstanceForecast = {
  id: string;
  /** of one that has not begun: when it will; null: not known */
  startsAt: string | null;
  /** null: not known, or it has ended */
  expectedEnd: {
    /** as likely before as after */
    p50: string;
    /** hardly later */
    p90: string;
  } | null;
  /** keys of the nodes that make it unknown: they have no record */
  lacking: string[];
};

/** Why an instance and its tasks are not finished. */
export type InstanceWhy = {
  id: string;
  status: 'scheduled' | 'queued' | 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled';
  /** none of one that has ended */
  reasons: Reason[];
  /** those that have reasons, in the order of the plan */
  tasks: TaskWhy[];
};

export type MoveResult = {
  id: string;
  ok: true;
  /** the instance that came of it, of a rerun */
  newId?: string;
} | {
  id: string;
  ok: false;
  code: 'not_found' | 'conflict';
  message: string;
  /** of the instance, where that alone refuses the move */
  status?: 'scheduled' | 'queued' | 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled';
};

export type NewApiKey = {
  /** the eight characters after `lwk_` */
  id: string;
  name: string;
  scopes: Array<'read' | 'instances:write' | 'tasks:report' | 'workflows:write' | 'admin'>;
  createdBy: string;
  /** RFC 3339, UTC */
  createdAt: string;
  expiresAt: string | null;
  /** to the minute */
  lastUsedAt: string | null;
  revokedAt: string | null;
  /** the key itself; it is never shown again */
  key: string;
};

/** When a schedule is due next, were it switched on. */
export type NextRuns = {
  timeZone: string;
  data: Array<{
    /** RFC 3339, UTC */
    at: string;
    /** what the clocks of the zone show then, and how far they are from UTC */
    local: string;
  }>;
};

/** An event for one receiver. */
export type Notification = {
  id: string;
  /** `webhook-id`: the same for every try */
  webhookId: string;
  type: 'instance.completed' | 'instance.succeeded' | 'instance.failed' | 'instance.cancelled' | 'instance.paused' | 'instance.resumed' | 'instance.retried' | 'task.failed' | 'task.retrying' | 'bulk.completed' | 'endpoint.disabled' | 'ping';
  /** `dead`: given up; it can be resent */
  status: 'pending' | 'delivered' | 'dead';
  /** null: its URL came with the instance; no name: it was deleted */
  endpoint: {
    id: string;
    name: string | null;
  } | null;
  url: string | null;
  instanceId: string | null;
  workflow: string | null;
  /** how often it was sent */
  attempts: number;
  /** why the latest try failed */
  error: string | null;
  /** when it happened */
  at: string;
  /** the next try */
  dueAt: string | null;
  finishedAt: string | null;
};

/** The drawn graph beside the plan made from it. */
export type PlanComparison = {
  /** the business DAG, as it was drawn */
  definition: {
    nodes: Array<{
      key: string;
      type: string;
      trigger: 'all_success' | 'all_failed' | 'all_done' | 'all_skipped' | 'one_success' | 'one_failed' | 'one_done' | 'none_failed' | 'none_skipped' | 'none_failed_min_one_success' | 'all_done_min_one_success' | 'always';
    }>;
    edges: Array<{
      from: string;
      to: string;
      branch: string | null;
    }>;
  };
  /** what the engine runs */
  plan: {
    nodes: Array<{
      key: string;
      type: string;
      trigger: 'all_success' | 'all_failed' | 'all_done' | 'all_skipped' | 'one_success' | 'one_failed' | 'one_done' | 'none_failed' | 'none_skipped' | 'none_failed_min_one_success' | 'all_done_min_one_success' | 'always';
    }>;
    edges: Array<{
      from: string;
      to: string;
      branch: string | null;
    }>;
  };
  removed: Array<{
    kind: 'disabled' | 'folded' | 'unreachable' | 'redundant_edge';
    node: string | null;
    edge: {
      from: string;
      to: string;
    } | null;
    /** of a redundant edge: the nodes of a way that implies it */
    via: string[] | null;
    reason: string;
  }>;
};

/** RFC 9457; further members are facts of the refusal. */
export type Problem = {
  /** path of the page that explains the code */
  type: string;
  title: string;
  status: number;
  /** a sentence that names the thing and its state */
  detail: string;
  /** id of the request, as in X-Request-Id */
  instance: string;
  code: 'malformed_json' | 'unauthorized' | 'forbidden' | 'not_found' | 'method_not_allowed' | 'conflict' | 'stale_attempt' | 'no_published_version' | 'object_busy' | 'etag_mismatch' | 'body_too_large' | 'unsupported_media_type' | 'invalid_request' | 'idempotency_mismatch' | 'invalid_definition' | 'etag_required' | 'unavailable' | 'internal';
  errors?: Array<{
    /** JSON Pointer to the field */
    pointer: string;
    code: string;
    message: string;
    /** what the message names: the limit, the type, the values, the format */
    facts?: Record<string, unknown>;
  }>;
};

/** One thing that keeps something from being finished, or why it never ran. */
export type Reason = {
  code: 'upstream_pending';
  params: {
    finished: number;
    total: number;
    rule: 'all_success' | 'all_failed' | 'all_done' | 'all_skipped' | 'one_success' | 'one_failed' | 'one_done' | 'none_failed' | 'none_skipped' | 'none_failed_min_one_success' | 'all_done_min_one_success' | 'always';
    /** keys of nodes, 20 at most */
    waitingFor: string[];
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'slot_limit';
  params: {
    workflow: string;
    running: number;
    limit: number;
    order: 'fifo' | 'lifo';
    /** how many come before it, counted up to 1,000; null: not in line */
    ahead: number | null;
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'work_concurrency';
  params: {
    work: string;
    running: number;
    limit: number;
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'rate_limit';
  params: {
    work: string;
    limit: number;
    perSeconds: number;
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'object_busy';
  params: {
    objectId: string;
    instance: string | null;
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'workflow_disabled';
  params: {
    workflow: string;
    /** how many come before it, counted up to 1,000; null: not in line */
    ahead: number | null;
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'paused';
  params: {
    by: string | null;
    reason: string | null;
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'scheduled_later';
  params: {
    /** the instance's `runAt`; the node's delay or window; a `wait` node; a worker's `delay` or `reject` */
    kind: 'run_at' | 'delay' | 'window' | 'wait' | 'worker' | 'rejected';
    window: {
      /** time of day, HH:MM */
      from: string;
      /** time of day, HH:MM */
      to: string;
      /** IANA name, as Asia/Shanghai */
      timeZone: string;
      /** days on which it begins (default every day) */
      days?: Array<'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun'>;
    } | null;
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'retry_backoff';
  params: {
    failures: number;
    /** failures that are retried */
    limit: number | null;
    code: string;
    message: string | null;
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'pushed_not_started';
  params: {
    work: string;
    worker: string | null;
    /** the request to its endpoint is under way */
    delivering: boolean;
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'push_backlog_hold';
  params: {
    work: string;
    dispatchSeconds: number;
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'no_reachable_worker';
  params: {
    work: string;
    delivery: 'pull' | 'push';
    lastClaimAt: string | null;
    /** tasks of it that workers have, counted up to 1,000 */
    inHand: number;
    /** pushes in vain, of the worst task */
    deliveries: number;
    /** why the last of them was */
    message: string | null;
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'ready';
  params: {
    work: string | null;
    /** how many come before it, counted up to 1,000; null: not in line */
    ahead: number | null;
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'running';
  params: {
    worker: string | null;
    attempt: number;
    progress: number | null;
    /** its last sign of life, if it owes any */
    lastSeenAt: string | null;
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'waiting_callback';
  params: {
    kind: 'status' | 'callback';
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'segments_incomplete';
  params: {
    total: number;
    succeeded: number;
    failed: number;
    underWay: number;
    /** wait for room: see `maxParallel` */
    inLine: number;
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'subworkflow_running';
  params: {
    workflow: string;
    instance: string | null;
    status: 'scheduled' | 'queued' | 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled' | null;
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'waiting_signal';
  params: {
    signal: string;
    approval: boolean;
    prompt: string;
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'tasks_open';
  params: {
    open: number;
    finished: number;
    total: number;
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'cancel_requested';
  params: {
    parent: string;
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'scheduler_down';
  params: Record<string, unknown>;
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'route_not_taken';
  params: {
    routes: Array<{
      route: string;
      branch: string;
    }>;
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'rule_not_met';
  params: {
    rule: 'all_success' | 'all_failed' | 'all_done' | 'all_skipped' | 'one_success' | 'one_failed' | 'one_done' | 'none_failed' | 'none_skipped' | 'none_failed_min_one_success' | 'all_done_min_one_success' | 'always';
    /** keys of nodes, 20 at most */
    skipped: string[];
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'upstream_failed';
  params: {
    /** keys of nodes, 20 at most */
    failed: string[];
  };
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
} | {
  code: 'passed_over';
  params: Record<string, unknown>;
  /** what moves it on */
  unblockedBy: 'upstream' | 'slot' | 'time' | 'person' | 'worker' | 'service' | 'signal' | 'child' | 'scheduler' | 'nothing';
  since: string | null;
  /** when time moves it on, or gives it up */
  unblocksAt: string | null;
  /** tasks by the keys of their nodes */
  links: Array<{
    type: 'task' | 'work' | 'workflow' | 'instance';
    id: string;
  }>;
  /** of a fan-out: segments of which it is true */
  count?: number;
};

export type ReportAccepted = {
  ok: true;
};

export type ReportResult = ReportAccepted | {
  ok: false;
  code: 'stale_attempt' | 'invalid_request';
  message: string;
  /** stop: the task was cancelled */
  cancelled?: boolean;
  errors?: Array<{
    /** JSON Pointer to the field */
    pointer: string;
    code: string;
    message: string;
    /** what the message names: the limit, the type, the values, the format */
    facts?: Record<string, unknown>;
  }>;
};

export type Resent = {
  /** notifications */
  resent: number;
};

/** Makes instances of a workflow by the clock. */
export type Schedule = {
  id: string;
  /** unique within the workflow */
  key: string;
  /** for people; default: the key */
  name: string;
  /** minute, hour, day of month, month, day of week */
  cron: string;
  /** IANA name of the zone by whose clocks it goes */
  timeZone: string;
  /** template over `schedule.at` and `schedule.key` */
  objectId: string;
  /** of its instances; template over the same */
  input: unknown;
  /** texts by name, 50 at most */
  labels: Record<string, unknown>;
  /** of its instances; null: the workflow's */
  priority: number | null;
  enabled: boolean;
  /** what a due time does while an instance of the schedule has not ended. `skip`: nothing; `queue`: one waits for the end, further ones are skipped; `replace`: cancels what runs */
  overlap: 'allow' | 'skip' | 'queue' | 'replace';
  /** which of the due times that passed while nobody looked are made up for */
  catchUp: 'none' | 'last' | 'all';
  /** with `catchUp: all`: the newest so many, the others are missed */
  catchUpLimit: number;
  startAt: string | null;
  endAt: string | null;
  /** key of the workflow */
  workflow: string;
  /** null: switched off, or none will come */
  nextAt: string | null;
  /** the due time that waits for an instance to end */
  waitingAt: string | null;
  /** the last due time that was looked at */
  lastAt: string | null;
  lastInstanceId: string | null;
  /** RFC 3339, UTC */
  createdAt: string;
  /** RFC 3339, UTC */
  updatedAt: string;
};

/** The instance that was made. */
export type ScheduleRanNow = {
  instanceId: string;
};

/** What became of a due time. */
export type ScheduleRun = {
  id: string;
  /** RFC 3339, UTC */
  dueAt: string;
  /** when it was looked at */
  at: string;
  outcome: 'started' | 'waiting' | 'skipped' | 'missed' | 'failed';
  /** who asked for it, where it was not due */
  runBy: string | null;
  instanceId: string | null;
  message: string | null;
};

/** One of the parallel children of a fan-out. */
export type Segment = {
  /** `<task id>_<order>` */
  id: string;
  order: number;
  status: 'pending' | 'delayed' | 'ready' | 'dispatched' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'upstream_failed' | 'cancelled';
  attempts: number;
  worker: string | null;
  /** as of a task: of one that is to be pushed again */
  delivery: {
    /** pushes of the present attempt in vain */
    tries: number;
    /** why the last of them was */
    message: string;
    /** RFC 3339, UTC */
    at: string;
  } | null;
  error: {
    code: string;
    message: string;
  } | null;
  startedAt: string | null;
  finishedAt: string | null;
  output?: unknown;
};

export type SentSignal = {
  /** false: it came early and waits for its node to open */
  taken: boolean;
  /** id of the task that took it */
  task: string | null;
};

/** What would become of a run. */
export type Simulated = {
  /** unfinished: `stopped` says why */
  status: 'succeeded' | 'failed' | 'cancelled' | 'unfinished';
  stopped: string | null;
  /** how long it all takes */
  seconds: number;
  output: unknown;
  error: {
    task: string | null;
    code: 'error' | 'exception' | 'dispatch_timeout' | 'run_timeout' | 'heartbeat_timeout' | 'total_timeout' | 'delivery_failed' | 'rejected' | 'expression' | 'output_schema' | 'cancelled';
    message: string;
    /** keys of nodes whose outputs the expression read that failed, though none was chosen */
    notGiven: string[];
  } | null;
  nodes: SimulatedNode[];
  /** every attempt, as they ended */
  timeline: SimulatedAttempt[];
  /** the chain of nodes that the end of the run waited for */
  criticalPath: {
    /** seconds since the run began */
    seconds: number;
    nodes: Array<{
      key: string;
      /** seconds since the run began */
      from: number;
      /** seconds since the run began */
      to: number;
    }>;
  };
  steps: number;
};

export type SimulatedAttempt = {
  node: string;
  segment: number | null;
  /** from 1; 0: nobody was handed it */
  number: number;
  /** its turn had come: it waits for a delay, a slot, a window */
  openedAt: number;
  /** seconds since the run began */
  startedAt: number;
  /** seconds since the run began */
  endedAt: number;
  outcome: 'succeeded' | 'failed' | 'delayed' | 'rejected' | 'cancelled';
  code: 'error' | 'exception' | 'dispatch_timeout' | 'run_timeout' | 'heartbeat_timeout' | 'total_timeout' | 'delivery_failed' | 'rejected' | 'expression' | 'output_schema' | 'cancelled' | null;
  message: string | null;
};

export type SimulatedNode = {
  key: string;
  type: string;
  status: 'pending' | 'delayed' | 'ready' | 'dispatched' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'upstream_failed' | 'cancelled';
  /** null: its turn never came */
  openedAt: number | null;
  startedAt: number | null;
  endedAt: number | null;
  attempts: number;
  /** as rendered; of a fan-out: of its first segment */
  input: unknown;
  output: unknown;
  error: {
    code: 'error' | 'exception' | 'dispatch_timeout' | 'run_timeout' | 'heartbeat_timeout' | 'total_timeout' | 'delivery_failed' | 'rejected' | 'expression' | 'output_schema' | 'cancelled';
    message: string;
    /** keys of nodes whose outputs the expression read that failed, though none was chosen */
    notGiven: string[];
  } | null;
  /** where in which expression it failed */
  expressionError: {
    expression: string;
    message: string;
    start: number;
    end: number;
  } | null;
  /** that a route took */
  branches: string[] | null;
  segments: {
    total: number;
    succeeded: number;
    failed: number;
  } | null;
  /** of a node that never ran: what decided that */
  because: Array<{
    node: string;
    status: 'pending' | 'delayed' | 'ready' | 'dispatched' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'upstream_failed' | 'cancelled';
    /** that the route did not take */
    branch: string | null;
  }> | null;
};

/** One node of one instance, with its data and attempts. */
export type Task = {
  /** `<instance id>_<node key>` */
  id: string;
  /** key of the node */
  key: string;
  type: 'start' | 'end' | 'task' | 'http' | 'script' | 'route' | 'fanout' | 'workflow' | 'wait' | 'signal' | 'notify';
  name: string;
  work: string | null;
  status: 'pending' | 'delayed' | 'ready' | 'dispatched' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'upstream_failed' | 'cancelled';
  /** hand-outs so far */
  attempts: number;
  startedAt: string | null;
  finishedAt: string | null;
  /** end of a delay, or the nearest timeout */
  dueAt: string | null;
  /** from 0 to 1, as the worker says */
  progress: number | null;
  error: {
    code: string;
    message: string;
  } | null;
  /** of a fan-out */
  segments: {
    total: number;
    succeeded: number;
    failed: number;
    open: number;
  } | null;
  /** that a route took; null before it has, and for other nodes */
  branches: string[] | null;
  /** the child instance that it runs or ran */
  childId: string | null;
  /** a start or end that the plan does without: it follows the nodes before it, and can be neither marked nor started over */
  folded: boolean;
  input: unknown;
  output: unknown;
  worker: string | null;
  /** of a task that is to be pushed again: what went wrong so far. Null for others, for those of which nothing is known, and for fan-outs, whose segments say it */
  delivery: {
    /** pushes of the present attempt in vain */
    tries: number;
    /** why the last of them was */
    message: string;
    /** RFC 3339, UTC */
    at: string;
  } | null;
  /** the newest 50, newest first */
  attemptList: Attempt[];
};

/** One node of one instance. */
export type TaskSummary = {
  /** `<instance id>_<node key>` */
  id: string;
  /** key of the node */
  key: string;
  type: 'start' | 'end' | 'task' | 'http' | 'script' | 'route' | 'fanout' | 'workflow' | 'wait' | 'signal' | 'notify';
  name: string;
  work: string | null;
  status: 'pending' | 'delayed' | 'ready' | 'dispatched' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'upstream_failed' | 'cancelled';
  /** hand-outs so far */
  attempts: number;
  startedAt: string | null;
  finishedAt: string | null;
  /** end of a delay, or the nearest timeout */
  dueAt: string | null;
  /** from 0 to 1, as the worker says */
  progress: number | null;
  error: {
    code: string;
    message: string;
  } | null;
  /** of a fan-out */
  segments: {
    total: number;
    succeeded: number;
    failed: number;
    open: number;
  } | null;
  /** that a route took; null before it has, and for other nodes */
  branches: string[] | null;
  /** the child instance that it runs or ran */
  childId: string | null;
  /** a start or end that the plan does without: it follows the nodes before it, and can be neither marked nor started over */
  folded: boolean;
};

/** Why a task or segment is not finished, or never ran. */
export type TaskWhy = {
  id: string;
  /** key of the node */
  key: string;
  status: 'pending' | 'delayed' | 'ready' | 'dispatched' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'upstream_failed' | 'cancelled';
  /** none of what succeeded, failed, was cancelled */
  reasons: Reason[];
};

/** What a mapping would make of a request. */
export type TriedMapping = {
  outcome: 'made' | 'ignored' | 'failed';
  made: {
    objectId: string;
    input: unknown;
    labels: Record<string, unknown>;
    dedupeKey: string | null;
  } | null;
  errors: Array<{
    /** JSON Pointer to the text, in the mapping */
    pointer: string;
    message: string;
    /** character in that text */
    start: number;
    end: number;
  }>;
};

/** Makes an instance of each request to its URL. */
export type Trigger = {
  id: string;
  /** unique within the workflow */
  key: string;
  /** for people; default: the key */
  name: string;
  enabled: boolean;
  /** without its secret, see getTriggerSecrets */
  signature: {
    kind: 'none' | 'standard' | 'github' | 'hmac';
    header?: string;
    prefix?: string;
    encoding?: 'hex' | 'base64';
  };
  /** template over `body`, `headers`, `query` */
  objectId: string;
  /** template over the same */
  input: unknown;
  /** texts by name, 50 at most */
  labels: Record<string, unknown>;
  /** template over the same: a second request that gives the same key makes no second instance. Null: the id that Standard Webhooks or GitHub give their message */
  dedupeKey: string | null;
  /** expression over the same; where it is false, the request is ignored */
  when: string | null;
  /** of its instances; null: the workflow's */
  priority: number | null;
  /** key of the workflow */
  workflow: string;
  /** of the last request that was vouched for */
  lastAt: string | null;
  /** RFC 3339, UTC */
  createdAt: string;
  /** RFC 3339, UTC */
  updatedAt: string;
};

/** A request to a trigger, and what became of it. */
export type TriggerDelivery = {
  id: string;
  /** RFC 3339, UTC */
  at: string;
  /** `repeated`: its instance was there already; `ignored`: by the condition; `refused`: not signed as it must be; `failed`: no instance could be made */
  outcome: 'started' | 'repeated' | 'ignored' | 'refused' | 'failed';
  /** of the answer */
  status: number;
  instanceId: string | null;
  message: string | null;
  errors: Array<{
    /** JSON Pointer to the text, in the mapping */
    pointer: string;
    message: string;
    /** character in that text */
    start: number;
    end: number;
  }>;
  /** without secrets */
  headers: Record<string, unknown>;
  /** its first 16 KB */
  body: string | null;
};

/** What a sender must be told. */
export type TriggerSecrets = {
  /** below this installation: whoever knows it can send requests */
  path: string;
  /** so long the path before the last rotation is taken too */
  previousUntil: string | null;
  /** that senders sign with */
  secret: string | null;
};

/** A published version. It never changes. */
export type Version = {
  version: number;
  status: 'published' | 'retired';
  summary: string;
  /** RFC 3339, UTC */
  publishedAt: string;
  publishedBy: string;
  /** instances still on it that have not ended; counted up to 10,000 */
  instances: number;
  definition: Definition;
};

/** What a move to another version would do. */
export type VersionChange = {
  from: number;
  to: number;
  nodes: Array<{
    key: string;
    status: 'pending' | 'delayed' | 'ready' | 'dispatched' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'upstream_failed' | 'cancelled' | 'open';
    /** false: not in the other version; its result is dropped */
    mapped: boolean;
  }>;
  /** nodes that only the other version has */
  added: string[];
  problems: Array<{
    code: string;
    key: string;
    message: string;
  }>;
};

/** A published version, without its definition. */
export type VersionSummary = {
  version: number;
  status: 'published' | 'retired';
  summary: string;
  /** RFC 3339, UTC */
  publishedAt: string;
  publishedBy: string;
  /** instances still on it that have not ended; counted up to 10,000 */
  instances: number;
};

/** What an open signal node of a run waits for. */
export type WaitingSignal = {
  instanceId: string;
  objectId: string;
  /** key of the workflow */
  workflow: string;
  workflowName: string;
  /** key of its node */
  task: string;
  taskName: string;
  /** name to send it by */
  signal: string;
  /** whether it is a person's word that is waited for */
  approval: boolean;
  /** what is asked; may be empty */
  prompt: string;
  since: string | null;
  /** when it times out */
  dueAt: string | null;
};

/** A reusable kind of task and how it is delivered. */
export type Work = {
  key: string;
  name: string;
  description: string;
  /** workers claim its tasks, or are sent them */
  delivery: 'pull' | 'push';
  /** where a pushed work is sent */
  url: string | null;
  /** how long a push may take to be answered */
  requestSeconds: number;
  /** pushes under way at once, per process */
  requestConcurrency: number;
  /** a hand-out is not yet a start: the worker reports when it begins */
  startReport: boolean;
  timeouts: {
    /** handed out, no start heard (default 60) */
    dispatchSeconds?: number;
    dispatchMode?: 'overtaken' | 'absolute';
    /** from start (default 3600) */
    runSeconds?: number;
    /** from the last sign of life (default none) */
    heartbeatSeconds?: number;
    /** over all attempts, from the first hand-out (default none) */
    totalSeconds?: number;
  };
  retry: {
    /** retries after the first attempt */
    limit: number;
    backoff?: 'fixed' | 'linear' | 'exponential';
    /** before the first retry */
    delaySeconds?: number;
    /** no wait is longer */
    maxSeconds?: number;
    /** share of the wait that is drawn at random */
    jitter?: number;
    /** retry only these failures; absent: every one */
    on?: Array<'error' | 'exception' | 'dispatch_timeout' | 'run_timeout' | 'heartbeat_timeout' | 'total_timeout' | 'delivery_failed' | 'rejected' | 'expression' | 'output_schema' | 'cancelled'>;
  } | null;
  /** tasks handed out at once; 0: no limit */
  maxConcurrent: number;
  rate: {
    limit: number;
    perSeconds: number;
  } | null;
  /** JSON Schema that describes the input, for people; not enforced */
  inputSchema: Record<string, unknown> | null;
  /** JSON Schema that an output must satisfy, or the attempt fails */
  outputSchema: Record<string, unknown> | null;
  /** tasks waiting for a worker; counted up to 10,000 */
  ready: number;
  /** tasks handed out; counted up to 10,000 */
  running: number;
  /** when a worker last asked for its tasks */
  lastClaimAt: string | null;
  /** tasks wait, and nobody has asked for any for a minute, or three pushes of one were in vain */
  outOfReach: {
    since: string | null;
    /** the most that one task was pushed in vain */
    deliveries: number;
    /** why the last of these was in vain */
    message: string | null;
  } | null;
  /** RFC 3339, UTC */
  createdAt: string;
  /** RFC 3339, UTC */
  updatedAt: string;
};

/** A named pipeline and its settings. */
export type Workflow = {
  key: string;
  name: string;
  description: string;
  /** the switch: off admits no instance */
  enabled: boolean;
  /** instances that may run at once; 0: no limit */
  maxRunning: number;
  /** which queued instance is admitted first */
  order: 'fifo' | 'lifo';
  /** of its instances, unless they say otherwise */
  priority: number;
  /** a queued instance rises by one priority per so many seconds of waiting; null: it does not. With `fifo` only */
  ageingSeconds: number | null;
  /** what another instance for the same object id does while one has not ended. `queue`: waits for its end; `reject`: is refused; `replace`: the newest runs, the others are cancelled */
  onObjectBusy: 'allow' | 'queue' | 'reject' | 'replace';
  /** how many days after their end its instances are kept; 0: for ever; null: as the installation says (`LATCHWORK_RETENTION_DAYS`) */
  retentionDays: number | null;
  /** texts by name, 50 at most */
  labels: Record<string, unknown>;
  /** what new instances run; null: none yet */
  publishedVersion: number | null;
  hasDraft: boolean;
  /** instances running or paused; counted up to 10,000 */
  running: number;
  /** instances waiting to be admitted; counted up to 10,000 */
  queued: number;
  /** instances made in the last 24 hours that failed; counted up to 10,000 */
  failed24h: number;
  /** RFC 3339, UTC */
  createdAt: string;
  /** RFC 3339, UTC */
  updatedAt: string;
};

/** How long a workflow and its nodes took lately, and when its line is empty. */
export type WorkflowForecast = {
  workflow: string;
  /** how many days back it looks, whatever the version */
  days: number;
  /** of a task from ready to handed out; of an instance until its start */
  wait: Durations | null;
  /** from start to end, where it succeeded; of a fan-out as a whole */
  run: Durations | null;
  nodes: Array<{
    key: string;
    /** of a task from ready to handed out; of an instance until its start */
    wait: Durations | null;
    /** from start to end, where it succeeded; of a fan-out as a whole */
    run: Durations | null;
    /** run of one segment of a fan-out */
    segment: Durations | null;
  }>;
  queue: {
    /** counted up to 1,000,000; one of over 10,000 as it was up to 15 s ago */
    queued: number;
    running: number;
    /** `maxRunning`; 0: no limit */
    slots: number;
    /** instances created in the last minutes */
    arrivalsPerSecond: number;
    /** instances that its slots let through; null: not known, or no limit */
    perSecond: number | null;
    /** when nobody waits any more; null: nobody does, or not known */
    emptyAt: string | null;
    /** as many join the line as leave it; null: not known */
    growing: boolean | null;
  };
};

/** What the receiver of a pushed work verifies with. */
export type WorkSecrets = {
  /** the newest first; pushes bear a signature by each */
  secrets: string[];
};

/** What each operation takes and answers, by its name in the reference. */
export type Operations = {
  /** Stop a bulk move where it is */
  abortBulk: {
    params: {
      id: string;
    };
    answer: Bulk;
  };
  /** Acknowledge an alert that fires */
  acknowledgeAlert: {
    params: {
      id: string;
    };
    body?: Record<string, never>;
    answer: Alert;
  };
  /** Cancel: one instance */
  cancelInstance: {
    params: {
      id: string;
    };
    body?: {
      reason?: string;
    };
    answer: Instance;
  };
  /** Cancel: up to 1,000 instances */
  cancelInstances: {
    body: {
      ids: string[];
      reason?: string;
    };
    answer: {
      results: MoveResult[];
    };
  };
  /** Change an alert channel */
  changeAlertChannel: {
    params: {
      id: string;
    };
    body: {
      name?: string;
      /** of its messages */
      language?: 'en' | 'zh';
      enabled?: boolean;
      /** what is named is changed, null takes it away; secrets that are not named stay */
      settings?: Record<string, unknown>;
    };
    answer: AlertChannel;
  };
  /** Change an alert rule */
  changeAlertRule: {
    params: {
      id: string;
    };
    body: {
      name?: string;
      /** keys it is narrowed to; none: all */
      workflows?: string[];
      /** keys it is narrowed to; none: all */
      works?: string[];
      /** ids of the channels to tell */
      channels?: string[];
      level?: 'info' | 'warning' | 'critical';
      /** the same alert speaks once in so long */
      quietSeconds?: number;
      enabled?: boolean;
      params?: Record<string, unknown>;
    };
    answer: AlertRule;
  };
  /** Change an endpoint */
  changeEndpoint: {
    params: {
      id: string;
    };
    body: {
      name?: string;
      url?: string;
      /** null: all workflows */
      workflow?: string | null;
      /** `bulk.completed` and `endpoint.disabled` only with `workflow: null` */
      events?: Array<'instance.completed' | 'instance.succeeded' | 'instance.failed' | 'instance.cancelled' | 'instance.paused' | 'instance.resumed' | 'instance.retried' | 'task.failed' | 'task.retrying' | 'bulk.completed' | 'endpoint.disabled'>;
      /** off: what happens meanwhile is not told later */
      enabled?: boolean;
    };
    answer: Endpoint;
  };
  /** Change the priority: one instance */
  changePriorityInstance: {
    params: {
      id: string;
    };
    body: {
      reason?: string;
      priority: number;
    };
    answer: Instance;
  };
  /** Change the priority: up to 1,000 instances */
  changePriorityInstances: {
    body: {
      ids: string[];
      reason?: string;
      priority: number;
    };
    answer: {
      results: MoveResult[];
    };
  };
  /** Change a schedule */
  changeSchedule: {
    params: {
      key: string;
      id: string;
    };
    body: {
      /** for people; default: the key */
      name?: string;
      /** minute, hour, day of month, month, day of week */
      cron?: string;
      /** IANA name of the zone by whose clocks it goes */
      timeZone?: string;
      /** template over `schedule.at` and `schedule.key` */
      objectId?: string;
      /** of its instances; template over the same */
      input?: unknown;
      /** texts by name, 50 at most */
      labels?: Record<string, string>;
      /** of its instances; null: the workflow's */
      priority?: number | null;
      enabled?: boolean;
      /** what a due time does while an instance of the schedule has not ended. `skip`: nothing; `queue`: one waits for the end, further ones are skipped; `replace`: cancels what runs */
      overlap?: 'allow' | 'skip' | 'queue' | 'replace';
      /** which of the due times that passed while nobody looked are made up for */
      catchUp?: 'none' | 'last' | 'all';
      /** with `catchUp: all`: the newest so many, the others are missed */
      catchUpLimit?: number;
      /** no due time lies before it */
      startAt?: string | null;
      /** no due time lies after it */
      endAt?: string | null;
    };
    answer: Schedule;
  };
  /** Change a trigger */
  changeTrigger: {
    params: {
      key: string;
      id: string;
    };
    body: {
      /** for people; default: the key */
      name?: string;
      enabled?: boolean;
      /** how senders prove that a request is theirs */
      signature?: {
        kind: 'none';
      } | {
        kind: 'standard';
        secret?: string;
      } | {
        kind: 'github';
        /** absent: the one there is, or a new one */
        secret?: string;
      } | {
        kind: 'hmac';
        /** absent: the one there is, or a new one */
        secret?: string;
        header: string;
        prefix?: string;
        encoding?: 'hex' | 'base64';
      };
      /** template over `body`, `headers`, `query` */
      objectId?: string;
      /** template over the same */
      input?: unknown;
      /** texts by name, 50 at most */
      labels?: Record<string, string>;
      /** template over the same: a second request that gives the same key makes no second instance. Null: the id that Standard Webhooks or GitHub give their message */
      dedupeKey?: string | null;
      /** expression over the same; where it is false, the request is ignored */
      when?: string | null;
      /** of its instances; null: the workflow's */
      priority?: number | null;
    };
    answer: Trigger;
  };
  /** Move to another version: one instance */
  changeVersionInstance: {
    params: {
      id: string;
    };
    body: {
      reason?: string;
      /** a published version of their workflow */
      version: number;
    };
    answer: Instance;
  };
  /** Move to another version: up to 1,000 instances */
  changeVersionInstances: {
    body: {
      ids: string[];
      reason?: string;
      /** a published version of their workflow */
      version: number;
    };
    answer: {
      results: MoveResult[];
    };
  };
  /** Change the settings of a workflow */
  changeWorkflow: {
    params: {
      key: string;
    };
    body: {
      name?: string;
      description?: string;
      /** the switch: off admits no instance */
      enabled?: boolean;
      /** instances that may run at once; 0: no limit */
      maxRunning?: number;
      /** which queued instance is admitted first */
      order?: 'fifo' | 'lifo';
      /** of its instances, unless they say otherwise */
      priority?: number;
      /** a queued instance rises by one priority per so many seconds of waiting; null: it does not. With `fifo` only */
      ageingSeconds?: number | null;
      /** what another instance for the same object id does while one has not ended. `queue`: waits for its end; `reject`: is refused; `replace`: the newest runs, the others are cancelled */
      onObjectBusy?: 'allow' | 'queue' | 'reject' | 'replace';
      /** how many days after their end its instances are kept; 0: for ever; null: as the installation says (`LATCHWORK_RETENTION_DAYS`) */
      retentionDays?: number | null;
      /** texts by name, 50 at most */
      labels?: Record<string, string>;
    };
    answer: Workflow;
  };
  /** Claim tasks */
  claimTasks: {
    body: {
      works: string[];
      max?: number;
      /** how long to wait for a task if there is none */
      waitSeconds?: number;
      /** name of the worker, for people */
      worker: string;
    };
    answer: {
      tasks: ClaimedTask[];
    };
  };
  /** Count instances by status */
  countInstances: {
    query?: {
      /** one, or several separated by commas */
      status?: string;
      /** key of the workflow */
      workflow?: string;
      version?: number;
      /** exactly this object id */
      objectId?: string;
      /** one, or several separated by commas */
      waitingFor?: string;
      /** `name:value`; several: all must hold */
      label?: string | string[];
      /** made at or after */
      from?: string;
      /** made before */
      to?: string;
      /** part of the object id, in any case; or a whole instance id */
      search?: string;
    };
    answer: InstanceCounts;
  };
  /** Create an alert channel */
  createAlertChannel: {
    body: {
      name: string;
      kind: 'dingtalk' | 'feishu' | 'wecom' | 'slack' | 'webhook' | 'email';
      /** of its messages */
      language?: 'en' | 'zh';
      enabled?: boolean;
      /** by kind: see docs/alerts.md */
      settings: Record<string, unknown>;
    };
    answer: AlertChannel;
  };
  /** Create an alert rule */
  createAlertRule: {
    body: {
      name: string;
      kind: 'instance_failed' | 'failure_rate' | 'task_stuck' | 'backlog' | 'dispatch_timeout' | 'endpoint_down' | 'no_worker' | 'dead_letter';
      /** by kind: see docs/alerts.md */
      params?: Record<string, unknown>;
      /** keys it is narrowed to; none: all */
      workflows?: string[];
      /** keys it is narrowed to; none: all */
      works?: string[];
      /** ids of the channels to tell */
      channels?: string[];
      level?: 'info' | 'warning' | 'critical';
      /** the same alert speaks once in so long */
      quietSeconds?: number;
      enabled?: boolean;
    };
    answer: AlertRule;
  };
  /** Create an API key */
  createApiKey: {
    body: {
      /** where it is used, for people */
      name: string;
      scopes: Array<'read' | 'instances:write' | 'tasks:report' | 'workflows:write' | 'admin'>;
      expiresAt?: string;
    };
    answer: NewApiKey;
  };
  /** Move all instances that match a filter */
  createBulk: {
    body: {
      action: 'cancel' | 'pause' | 'resume' | 'retry' | 'restart' | 'rerun' | 'mark' | 'run-now' | 'retry-segments' | 'change-priority' | 'change-version' | 'edit-context';
      /** what the move of one instance takes, without ids and reason */
      params?: Record<string, unknown>;
      /** as the list of instances takes it: {"workflow": …, "status": …} */
      filter?: Record<string, string | number | string[]>;
      ids?: string[];
      reason?: string;
      /** refused if the filter is about a tenth more or fewer by now */
      expectedCount?: number;
    };
    answer: Bulk;
  };
  /** Create an endpoint */
  createEndpoint: {
    body: {
      name: string;
      url: string;
      /** null: all workflows */
      workflow?: string | null;
      /** `bulk.completed` and `endpoint.disabled` only with `workflow: null` */
      events: Array<'instance.completed' | 'instance.succeeded' | 'instance.failed' | 'instance.cancelled' | 'instance.paused' | 'instance.resumed' | 'instance.retried' | 'task.failed' | 'task.retrying' | 'bulk.completed' | 'endpoint.disabled'>;
      /** default: a generated one */
      secret?: string;
    };
    answer: Endpoint;
  };
  /** Start an instance */
  createInstance: {
    params: {
      key: string;
    };
    headers?: {
      /** of your own: the same request again is answered as the first, for a day */
      'Idempotency-Key'?: string;
    };
    body: {
      /** what the run is for, in your words */
      objectId: string;
      input?: unknown;
      /** default: the published version */
      version?: number;
      priority?: number;
      runAt?: string;
      /** keys of the nodes to run; all others are skipped and count as succeeded */
      only?: string[];
      labels?: Record<string, string>;
      dedupeKey?: string;
      /** is told how the instance ended; private addresses must be allowed for it */
      notifyUrl?: string;
      /** what `notifyUrl` is told of; default: only `instance.completed` */
      notifyEvents?: Array<'instance.completed' | 'instance.succeeded' | 'instance.failed' | 'instance.cancelled' | 'instance.paused' | 'instance.resumed' | 'instance.retried' | 'task.failed' | 'task.retrying'>;
    };
    answer: Instance;
  };
  /** Start up to 1,000 instances */
  createInstances: {
    params: {
      key: string;
    };
    headers?: {
      /** of your own: the same request again is answered as the first, for a day */
      'Idempotency-Key'?: string;
    };
    body: {
      instances: Array<{
        /** what the run is for, in your words */
        objectId: string;
        input?: unknown;
        /** default: the published version */
        version?: number;
        priority?: number;
        runAt?: string;
        /** keys of the nodes to run; all others are skipped and count as succeeded */
        only?: string[];
        labels?: Record<string, string>;
        dedupeKey?: string;
        /** is told how the instance ended; private addresses must be allowed for it */
        notifyUrl?: string;
        /** what `notifyUrl` is told of; default: only `instance.completed` */
        notifyEvents?: Array<'instance.completed' | 'instance.succeeded' | 'instance.failed' | 'instance.cancelled' | 'instance.paused' | 'instance.resumed' | 'instance.retried' | 'task.failed' | 'task.retrying'>;
      }>;
    };
    answer: {
      results: CreateResult[];
    };
  };
  /** Create a schedule */
  createSchedule: {
    params: {
      key: string;
    };
    body: {
      /** for people; default: the key */
      name?: string;
      /** IANA name of the zone by whose clocks it goes */
      timeZone?: string;
      /** template over `schedule.at` and `schedule.key` */
      objectId?: string;
      /** of its instances; template over the same */
      input?: unknown;
      /** texts by name, 50 at most */
      labels?: Record<string, string>;
      /** of its instances; null: the workflow's */
      priority?: number | null;
      enabled?: boolean;
      /** what a due time does while an instance of the schedule has not ended. `skip`: nothing; `queue`: one waits for the end, further ones are skipped; `replace`: cancels what runs */
      overlap?: 'allow' | 'skip' | 'queue' | 'replace';
      /** which of the due times that passed while nobody looked are made up for */
      catchUp?: 'none' | 'last' | 'all';
      /** with `catchUp: all`: the newest so many, the others are missed */
      catchUpLimit?: number;
      /** no due time lies before it */
      startAt?: string | null;
      /** no due time lies after it */
      endAt?: string | null;
      /** unique within the workflow */
      key: string;
      /** minute, hour, day of month, month, day of week */
      cron: string;
    };
    answer: Schedule;
  };
  /** Create a trigger */
  createTrigger: {
    params: {
      key: string;
    };
    body: {
      /** for people; default: the key */
      name?: string;
      enabled?: boolean;
      /** how senders prove that a request is theirs */
      signature?: {
        kind: 'none';
      } | {
        kind: 'standard';
        secret?: string;
      } | {
        kind: 'github';
        /** absent: the one there is, or a new one */
        secret?: string;
      } | {
        kind: 'hmac';
        /** absent: the one there is, or a new one */
        secret?: string;
        header: string;
        prefix?: string;
        encoding?: 'hex' | 'base64';
      };
      /** template over `body`, `headers`, `query` */
      objectId?: string;
      /** template over the same */
      input?: unknown;
      /** texts by name, 50 at most */
      labels?: Record<string, string>;
      /** template over the same: a second request that gives the same key makes no second instance. Null: the id that Standard Webhooks or GitHub give their message */
      dedupeKey?: string | null;
      /** expression over the same; where it is false, the request is ignored */
      when?: string | null;
      /** of its instances; null: the workflow's */
      priority?: number | null;
      /** unique within the workflow */
      key: string;
    };
    answer: Trigger;
  };
  /** Create a workflow */
  createWorkflow: {
    body: {
      key: string;
      name?: string;
      description?: string;
      /** the switch: off admits no instance */
      enabled?: boolean;
      /** instances that may run at once; 0: no limit */
      maxRunning?: number;
      /** which queued instance is admitted first */
      order?: 'fifo' | 'lifo';
      /** of its instances, unless they say otherwise */
      priority?: number;
      /** a queued instance rises by one priority per so many seconds of waiting; null: it does not. With `fifo` only */
      ageingSeconds?: number | null;
      /** what another instance for the same object id does while one has not ended. `queue`: waits for its end; `reject`: is refused; `replace`: the newest runs, the others are cancelled */
      onObjectBusy?: 'allow' | 'queue' | 'reject' | 'replace';
      /** how many days after their end its instances are kept; 0: for ever; null: as the installation says (`LATCHWORK_RETENTION_DAYS`) */
      retentionDays?: number | null;
      /** texts by name, 50 at most */
      labels?: Record<string, string>;
      /** becomes the draft */
      definition?: {
        nodes: Array<{
          key: string;
          type: string;
        }>;
        edges: Array<{
          from: string;
          to: string;
        }>;
      };
    };
    answer: Workflow;
  };
  /** Delete an alert channel */
  deleteAlertChannel: {
    params: {
      id: string;
    };
    answer: undefined;
  };
  /** Delete an alert rule */
  deleteAlertRule: {
    params: {
      id: string;
    };
    answer: undefined;
  };
  /** Delete an endpoint */
  deleteEndpoint: {
    params: {
      id: string;
    };
    answer: undefined;
  };
  /** Delete a schedule */
  deleteSchedule: {
    params: {
      key: string;
      id: string;
    };
    answer: undefined;
  };
  /** Delete a trigger */
  deleteTrigger: {
    params: {
      key: string;
      id: string;
    };
    answer: undefined;
  };
  /** Delete a work */
  deleteWork: {
    params: {
      key: string;
    };
    answer: undefined;
  };
  /** Delete a workflow */
  deleteWorkflow: {
    params: {
      key: string;
    };
    answer: undefined;
  };
  /** List functions and names */
  describeExpressions: {
    answer: ExpressionLanguage;
  };
  /** Discard the draft */
  discardDraft: {
    params: {
      key: string;
    };
    headers?: {
      /** ETag of the draft that this is about */
      'If-Match'?: string;
    };
    answer: undefined;
  };
  /** Patch the shared context: one instance */
  editContextInstance: {
    params: {
      id: string;
    };
    body: {
      reason?: string;
      /** RFC 7386 patch of the shared context */
      patch: Record<string, unknown>;
    };
    answer: Instance;
  };
  /** Patch the shared context: up to 1,000 instances */
  editContextInstances: {
    body: {
      ids: string[];
      reason?: string;
      /** RFC 7386 patch of the shared context */
      patch: Record<string, unknown>;
    };
    answer: {
      results: MoveResult[];
    };
  };
  /** Switch an endpoint on again */
  enableEndpoint: {
    params: {
      id: string;
    };
    body?: Record<string, never>;
    answer: Endpoint;
  };
  /** Try an expression */
  evaluateExpression: {
    body: {
      expression?: string;
      /** JSON whose texts may hold {{ expressions }} */
      template?: unknown;
      /** what the names stand for; what is absent is empty */
      scope?: {
        input?: unknown;
        context?: Record<string, unknown>;
        env?: Record<string, unknown>;
        object?: {
          id: string;
        };
        instance?: {
          id?: string;
          workflow?: string;
          version?: number;
        };
        tasks?: Record<string, {
          output?: unknown;
          status?: string;
        }>;
        item?: unknown;
        index?: number;
        submit?: {
          status?: number;
          headers?: Record<string, string>;
          body?: unknown;
        };
        response?: {
          status?: number;
          headers?: Record<string, string>;
          body?: unknown;
        };
        reportUrl?: string;
        attempt?: number;
      };
      /** instead of `scope`: an instance, as it is now */
      instanceId?: string;
    };
    answer: EvaluatedExpression;
  };
  /** Say why an instance is not finished */
  explainInstance: {
    params: {
      id: string;
    };
    answer: InstanceWhy;
  };
  /** Say why a task or segment is not finished */
  explainTask: {
    params: {
      id: string;
    };
    answer: TaskWhy;
  };
  /** Export a workflow */
  exportWorkflow: {
    params: {
      key: string;
    };
    query?: {
      format?: 'json' | 'yaml';
      /** a number, or `draft`; default: the version in use, or else the draft */
      version?: string;
    };
    answer: ExportedWorkflow;
  };
  /** Say when an instance will have ended */
  forecastInstance: {
    params: {
      id: string;
    };
    answer: InstanceForecast;
  };
  /** Say how long a workflow takes, and when its line is empty */
  forecastWorkflow: {
    params: {
      key: string;
    };
    query?: {
      /** how many days back to look, today among them */
      days?: number;
    };
    answer: WorkflowForecast;
  };
  /** Get an alert channel */
  getAlertChannel: {
    params: {
      id: string;
    };
    answer: AlertChannel;
  };
  /** Get an alert rule */
  getAlertRule: {
    params: {
      id: string;
    };
    answer: AlertRule;
  };
  /** Get a bulk move with its progress */
  getBulk: {
    params: {
      id: string;
    };
    answer: Bulk;
  };
  /** Get the JSON Schema of a definition */
  getDefinitionSchema: {
    answer: Record<string, unknown>;
  };
  /** Get the draft */
  getDraft: {
    params: {
      key: string;
    };
    answer: Draft;
  };
  /** Get the plan of the draft */
  getDraftPlan: {
    params: {
      key: string;
    };
    answer: PlanComparison;
  };
  /** Get an endpoint */
  getEndpoint: {
    params: {
      id: string;
    };
    answer: Endpoint;
  };
  /** Get the signing secrets of an endpoint */
  getEndpointSecret: {
    params: {
      id: string;
    };
    answer: EndpointSecrets;
  };
  /** Get an instance with all its tasks */
  getInstance: {
    params: {
      id: string;
    };
    answer: InstanceDetail;
  };
  /** Get the next runs of a schedule */
  getNextRuns: {
    params: {
      key: string;
      id: string;
    };
    query?: {
      count?: number;
    };
    answer: NextRuns;
  };
  /** Get a schedule */
  getSchedule: {
    params: {
      key: string;
      id: string;
    };
    answer: Schedule;
  };
  /** Get a task with its data and attempts */
  getTask: {
    params: {
      id: string;
    };
    answer: Task;
  };
  /** Get a trigger */
  getTrigger: {
    params: {
      key: string;
      id: string;
    };
    answer: Trigger;
  };
  /** Get the URL and the secret of a trigger */
  getTriggerSecrets: {
    params: {
      key: string;
      id: string;
    };
    answer: TriggerSecrets;
  };
  /** Get a version */
  getVersion: {
    params: {
      key: string;
      version: string;
    };
    answer: Version;
  };
  /** Get the plan of a version */
  getVersionPlan: {
    params: {
      key: string;
      version: string;
    };
    answer: PlanComparison;
  };
  /** Get a work */
  getWork: {
    params: {
      key: string;
    };
    answer: Work;
  };
  /** Get a workflow */
  getWorkflow: {
    params: {
      key: string;
    };
    answer: Workflow;
  };
  /** Get the signing secrets of a pushed work */
  getWorkSecrets: {
    params: {
      key: string;
    };
    answer: WorkSecrets;
  };
  /** Import a workflow */
  importWorkflow: {
    body: {
      format: 'latchwork' | 'termite' | 'bcs' | 'conductor';
      /** latchwork: what `exportWorkflow` gives, a workflow as in `createWorkflow` with `works` beside it, or a definition alone. termite: a flow config, or a row of its table. bcs: a task with its steps. conductor: a workflow definition, or `{workflowDef, taskDefs}`. As JSON, or as a text of JSON or YAML. */
      document: unknown;
      /** of the workflow; default: as the document says */
      key?: string;
      publish?: boolean;
    };
    answer: Imported;
  };
  /** List alert channels */
  listAlertChannels: {
    answer: {
      data: AlertChannel[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List the messages of an alert, the newest first */
  listAlertMessages: {
    params: {
      id: string;
    };
    query?: {
      /** rows per page */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    answer: {
      data: AlertMessage[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List alert rules */
  listAlertRules: {
    answer: {
      data: AlertRule[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List alerts, the newest first */
  listAlerts: {
    query?: {
      /** rows per page */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
      /** `firing`, `acknowledged`, `resolved`, or several of them */
      state?: string;
    };
    answer: {
      data: Alert[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List API keys */
  listApiKeys: {
    query?: {
      /** rows per page */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    answer: {
      data: ApiKey[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List the attempts of a task, the newest first */
  listAttempts: {
    params: {
      id: string;
    };
    query?: {
      /** of this segment of a fan-out only */
      segment?: number;
      /** rows per page */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    answer: {
      data: Attempt[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List the instances that a bulk move could not move */
  listBulkFailures: {
    params: {
      id: string;
    };
    query?: {
      /** rows per page */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    answer: {
      data: BulkFailure[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List bulk moves, the newest first */
  listBulks: {
    query?: {
      /** rows per page */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    answer: {
      data: Bulk[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List the messages of a channel, the newest first */
  listChannelMessages: {
    params: {
      id: string;
    };
    query?: {
      /** rows per page */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    answer: {
      data: AlertMessage[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List the tries of a notification, the latest first */
  listDeliveries: {
    params: {
      id: string;
    };
    answer: {
      data: Delivery[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List endpoints, the newest first */
  listEndpoints: {
    query?: {
      /** rows per page */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    answer: {
      data: Endpoint[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List what happened to an instance */
  listInstanceEvents: {
    params: {
      id: string;
    };
    query?: {
      /** rows per page */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    answer: {
      data: InstanceEvent[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List instances, the newest first */
  listInstances: {
    query?: {
      /** one, or several separated by commas */
      status?: string;
      /** key of the workflow */
      workflow?: string;
      version?: number;
      /** exactly this object id */
      objectId?: string;
      /** one, or several separated by commas */
      waitingFor?: string;
      /** `name:value`; several: all must hold */
      label?: string | string[];
      /** made at or after */
      from?: string;
      /** made before */
      to?: string;
      /** part of the object id, in any case; or a whole instance id */
      search?: string;
      /** rows per page */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    answer: {
      data: Instance[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List notifications, the newest first */
  listNotifications: {
    query?: {
      instance?: string;
      endpoint?: string;
      status?: 'pending' | 'delivered' | 'dead';
      /** rows per page */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    answer: {
      data: Notification[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List what became of due times */
  listScheduleRuns: {
    params: {
      key: string;
      id: string;
    };
    query?: {
      /** rows per page */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    answer: {
      data: ScheduleRun[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List schedules */
  listSchedules: {
    params: {
      key: string;
    };
    query?: {
      /** rows per page */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    answer: {
      data: Schedule[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List the segments of a fan-out */
  listSegments: {
    params: {
      id: string;
    };
    query?: {
      status?: 'pending' | 'delayed' | 'ready' | 'dispatched' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'upstream_failed' | 'cancelled';
      /** rows per page */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    answer: {
      data: Segment[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List the tasks of an instance */
  listTasks: {
    params: {
      id: string;
    };
    answer: {
      data: TaskSummary[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List the last requests to a trigger */
  listTriggerDeliveries: {
    params: {
      key: string;
      id: string;
    };
    query?: {
      /** rows per page */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    answer: {
      data: TriggerDelivery[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List triggers */
  listTriggers: {
    params: {
      key: string;
    };
    query?: {
      /** rows per page */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    answer: {
      data: Trigger[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List versions, the newest first */
  listVersions: {
    params: {
      key: string;
    };
    query?: {
      /** rows per page */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    answer: {
      data: VersionSummary[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List what waits for a signal or approval, the longest first */
  listWaitingSignals: {
    query?: {
      limit?: number;
    };
    answer: {
      data: WaitingSignal[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List workflows */
  listWorkflows: {
    query?: {
      /** part of the key or name, in any case */
      search?: string;
      /** rows per page */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    answer: {
      data: Workflow[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** List works */
  listWorks: {
    query?: {
      /** rows per page */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    answer: {
      data: Work[];
      /** ask for the next page with it; null: this was the last */
      nextCursor: string | null;
    };
  };
  /** Skip a task, or mark it as succeeded or failed: one instance */
  markInstance: {
    params: {
      id: string;
    };
    body: {
      reason?: string;
      /** key of the node */
      task: string;
      /** skipped: it is left out and counts as succeeded for what lies behind it */
      as: 'succeeded' | 'failed' | 'skipped';
      /** of a task that is marked as succeeded */
      output?: unknown;
    };
    answer: Instance;
  };
  /** Skip a task, or mark it as succeeded or failed: up to 1,000 instances */
  markInstances: {
    body: {
      ids: string[];
      reason?: string;
      /** key of the node */
      task: string;
      /** skipped: it is left out and counts as succeeded for what lies behind it */
      as: 'succeeded' | 'failed' | 'skipped';
      /** of a task that is marked as succeeded */
      output?: unknown;
    };
    answer: {
      results: MoveResult[];
    };
  };
  /** Pause: one instance */
  pauseInstance: {
    params: {
      id: string;
    };
    body?: {
      reason?: string;
    };
    answer: Instance;
  };
  /** Pause: up to 1,000 instances */
  pauseInstances: {
    body: {
      ids: string[];
      reason?: string;
    };
    answer: {
      results: MoveResult[];
    };
  };
  /** Show what a move to another version would do */
  previewVersionChange: {
    params: {
      id: string;
    };
    query: {
      version: number;
    };
    answer: VersionChange;
  };
  /** Publish the draft */
  publishWorkflow: {
    params: {
      key: string;
    };
    headers?: {
      /** ETag of the draft that this is about */
      'If-Match'?: string;
    };
    body?: {
      /** what changed, for those who look at the list of versions */
      summary?: string;
    };
    answer: Version;
  };
  /** Create or replace a work */
  putWork: {
    params: {
      key: string;
    };
    body: {
      /** default: the key */
      name?: string;
      description?: string;
      delivery?: 'pull' | 'push';
      /** of a pushed work */
      url?: string | null;
      /** signs its pushes; default: the one it has, or a generated one */
      secret?: string;
      /** how long a push may take to be answered */
      requestSeconds?: number;
      /** pushes under way at once, per process that pushes */
      requestConcurrency?: number;
      startReport?: boolean;
      timeouts?: {
        /** handed out, no start heard (default 60) */
        dispatchSeconds?: number;
        dispatchMode?: 'overtaken' | 'absolute';
        /** from start (default 3600) */
        runSeconds?: number;
        /** from the last sign of life (default none) */
        heartbeatSeconds?: number;
        /** over all attempts, from the first hand-out (default none) */
        totalSeconds?: number;
      };
      retry?: {
        /** retries after the first attempt */
        limit: number;
        backoff?: 'fixed' | 'linear' | 'exponential';
        /** before the first retry */
        delaySeconds?: number;
        /** no wait is longer */
        maxSeconds?: number;
        /** share of the wait that is drawn at random */
        jitter?: number;
        /** retry only these failures; absent: every one */
        on?: Array<'error' | 'exception' | 'dispatch_timeout' | 'run_timeout' | 'heartbeat_timeout' | 'total_timeout' | 'delivery_failed' | 'rejected' | 'expression' | 'output_schema' | 'cancelled'>;
      } | null;
      maxConcurrent?: number;
      rate?: {
        limit: number;
        perSeconds: number;
      } | null;
      inputSchema?: Record<string, unknown> | null;
      outputSchema?: Record<string, unknown> | null;
    };
    answer: Work;
  };
  /** Send a request to a trigger */
  receiveHook: {
    params: {
      token: string;
    };
    answer: HookAnswer;
  };
  /** Report on one attempt */
  reportTask: {
    params: {
      token: string;
    };
    body: {
      type: 'start';
      worker?: string;
    } | {
      type: 'heartbeat';
      progress?: number;
    } | {
      type: 'finish';
      output?: unknown;
      /** RFC 7386 patch of the shared context */
      context?: Record<string, unknown>;
    } | {
      type: 'fail';
      message: string;
      /** the worker's own error code */
      code?: string;
      details?: unknown;
      retryable?: boolean;
      /** no retry earlier than this, whatever the policy says */
      retryAfterSeconds?: number;
    } | {
      type: 'raise';
      message: string;
      stack?: string;
      retryable?: boolean;
      /** no retry earlier than this, whatever the policy says */
      retryAfterSeconds?: number;
    } | {
      type: 'delay';
      seconds?: number;
      until?: string;
      reason?: string;
    } | {
      type: 'context';
      patch: Record<string, unknown>;
    } | {
      type: 'reject';
      reason?: string;
    };
    answer: ReportAccepted;
  };
  /** Report on up to 1,000 attempts */
  reportTasks: {
    body: {
      reports: Array<{
        token: string;
        type: 'start';
        worker?: string;
      } | {
        token: string;
        type: 'heartbeat';
        progress?: number;
      } | {
        token: string;
        type: 'finish';
        output?: unknown;
        /** RFC 7386 patch of the shared context */
        context?: Record<string, unknown>;
      } | {
        token: string;
        type: 'fail';
        message: string;
        /** the worker's own error code */
        code?: string;
        details?: unknown;
        retryable?: boolean;
        /** no retry earlier than this, whatever the policy says */
        retryAfterSeconds?: number;
      } | {
        token: string;
        type: 'raise';
        message: string;
        stack?: string;
        retryable?: boolean;
        /** no retry earlier than this, whatever the policy says */
        retryAfterSeconds?: number;
      } | {
        token: string;
        type: 'delay';
        seconds?: number;
        until?: string;
        reason?: string;
      } | {
        token: string;
        type: 'context';
        patch: Record<string, unknown>;
      } | {
        token: string;
        type: 'reject';
        reason?: string;
      }>;
    };
    answer: {
      results: ReportResult[];
    };
  };
  /** Run again as a new instance: one instance */
  rerunInstance: {
    params: {
      id: string;
    };
    body?: {
      reason?: string;
      /** instead of the one that it had */
      input?: unknown;
      version?: 'same' | 'published' | number;
    };
    answer: Instance;
  };
  /** Run again as a new instance: up to 1,000 instances */
  rerunInstances: {
    body: {
      ids: string[];
      reason?: string;
      /** instead of the one that it had */
      input?: unknown;
      version?: 'same' | 'published' | number;
    };
    answer: {
      results: MoveResult[];
    };
  };
  /** Send a notification once more */
  resendNotification: {
    params: {
      id: string;
    };
    body?: Record<string, never>;
    answer: Notification;
  };
  /** Send an endpoint once more what it missed */
  resendToEndpoint: {
    params: {
      id: string;
    };
    body: {
      /** what happened since then */
      since: string;
      /** `dead`: what was given up, and what failed and waits for its next try; `all`: also what got through */
      status?: 'dead' | 'all';
    };
    answer: Resent;
  };
  /** Start over from a node: one instance */
  restartInstance: {
    params: {
      id: string;
    };
    body: {
      reason?: string;
      /** key of the node that is started over, with all behind it */
      from: string;
    };
    answer: Instance;
  };
  /** Start over from a node: up to 1,000 instances */
  restartInstances: {
    body: {
      ids: string[];
      reason?: string;
      /** key of the node that is started over, with all behind it */
      from: string;
    };
    answer: {
      results: MoveResult[];
    };
  };
  /** Make a version the draft */
  restoreVersion: {
    params: {
      key: string;
      version: string;
    };
    headers?: {
      /** ETag of the draft that this is about */
      'If-Match'?: string;
    };
    body?: Record<string, never>;
    answer: Draft;
  };
  /** Resume: one instance */
  resumeInstance: {
    params: {
      id: string;
    };
    body?: {
      reason?: string;
    };
    answer: Instance;
  };
  /** Resume: up to 1,000 instances */
  resumeInstances: {
    body: {
      ids: string[];
      reason?: string;
    };
    answer: {
      results: MoveResult[];
    };
  };
  /** Retire a version */
  retireVersion: {
    params: {
      key: string;
      version: string;
    };
    body?: Record<string, never>;
    answer: Version;
  };
  /** Retry: one instance */
  retryInstance: {
    params: {
      id: string;
    };
    body?: {
      reason?: string;
    };
    answer: Instance;
  };
  /** Retry: up to 1,000 instances */
  retryInstances: {
    body: {
      ids: string[];
      reason?: string;
    };
    answer: {
      results: MoveResult[];
    };
  };
  /** Retry failed segments of a fan-out: one instance */
  retrySegmentsInstance: {
    params: {
      id: string;
    };
    body: {
      reason?: string;
      /** key of the fan-out */
      task: string;
      /** their orders, from 0 (default: all that failed) */
      segments?: number[];
    };
    answer: Instance;
  };
  /** Retry failed segments of a fan-out: up to 1,000 instances */
  retrySegmentsInstances: {
    body: {
      ids: string[];
      reason?: string;
      /** key of the fan-out */
      task: string;
      /** their orders, from 0 (default: all that failed) */
      segments?: number[];
    };
    answer: {
      results: MoveResult[];
    };
  };
  /** Revoke an API key */
  revokeApiKey: {
    params: {
      id: string;
    };
    answer: undefined;
  };
  /** Rotate the signing secret of an endpoint */
  rotateEndpointSecret: {
    params: {
      id: string;
    };
    body?: Record<string, never>;
    answer: EndpointSecrets;
  };
  /** Give a trigger a new URL */
  rotateTrigger: {
    params: {
      key: string;
      id: string;
    };
    body?: {
      /** also a new secret, which counts at once */
      secret?: boolean;
      /** so long the URL of before is taken too; 0: it is revoked at once */
      graceSeconds?: number;
    };
    answer: TriggerSecrets;
  };
  /** Rotate the signing secret of a pushed work */
  rotateWorkSecret: {
    params: {
      key: string;
    };
    body?: Record<string, never>;
    answer: WorkSecrets;
  };
  /** Cut a delay short: one instance */
  runNowInstance: {
    params: {
      id: string;
    };
    body?: {
      reason?: string;
      /** only this node (default: all that is put off) */
      task?: string;
    };
    answer: Instance;
  };
  /** Cut a delay short: up to 1,000 instances */
  runNowInstances: {
    body: {
      ids: string[];
      reason?: string;
      /** only this node (default: all that is put off) */
      task?: string;
    };
    answer: {
      results: MoveResult[];
    };
  };
  /** Run a schedule now */
  runScheduleNow: {
    params: {
      key: string;
      id: string;
    };
    body?: Record<string, never>;
    answer: ScheduleRanNow;
  };
  /** Save the draft */
  saveDraft: {
    params: {
      key: string;
    };
    headers?: {
      /** ETag of the draft that this is about */
      'If-Match'?: string;
      /** `*` to begin a draft */
      'If-None-Match'?: string;
    };
    body: {
      /** need not be valid before it is published */
      definition: {
        nodes: Array<{
          key: string;
          type: string;
        }>;
        edges: Array<{
          from: string;
          to: string;
        }>;
      };
    };
    answer: Draft;
  };
  /** Send a signal, or approve */
  sendSignal: {
    params: {
      id: string;
      name: string;
    };
    body?: {
      /** the output of the node that takes it; an approval: {approved, note?} */
      payload?: unknown;
    };
    answer: SentSignal;
  };
  /** Silence an alert for a while */
  silenceAlert: {
    params: {
      id: string;
    };
    body: {
      /** for so long from now; 0 ends a silence */
      seconds: number;
    };
    answer: Alert;
  };
  /** Simulate a run of the draft */
  simulateDraft: {
    params: {
      key: string;
    };
    body?: {
      /** of the instance (default {}) */
      input?: unknown;
      context?: Record<string, unknown>;
      /** merged over the definition's */
      env?: Record<string, unknown>;
      objectId?: string;
      /** when the run begins, for windows and waits (default: now) */
      now?: string;
      outcomes?: Record<string, {
        outcome?: 'succeeded' | 'failed';
        /** what it answers (default null) */
        output?: unknown;
        /** how long each attempt runs (default 1) */
        seconds?: number;
        /** fails so often before the outcome */
        failTimes?: number;
        code?: 'error' | 'exception' | 'dispatch_timeout' | 'run_timeout' | 'heartbeat_timeout' | 'total_timeout' | 'delivery_failed' | 'rejected' | 'expression' | 'output_schema' | 'cancelled';
        message?: string;
        retryable?: boolean;
        /** merged into the context when it succeeds */
        context?: Record<string, unknown>;
        /** of a fan-out: these fail, the others have the outcome */
        failedSegments?: number[];
      }>;
      /** for nodes without an outcome */
      defaults?: {
        outcome?: 'succeeded' | 'failed';
        /** what it answers (default null) */
        output?: unknown;
        /** how long each attempt runs (default 1) */
        seconds?: number;
        /** fails so often before the outcome */
        failTimes?: number;
        code?: 'error' | 'exception' | 'dispatch_timeout' | 'run_timeout' | 'heartbeat_timeout' | 'total_timeout' | 'delivery_failed' | 'rejected' | 'expression' | 'output_schema' | 'cancelled';
        message?: string;
        retryable?: boolean;
        /** merged into the context when it succeeds */
        context?: Record<string, unknown>;
        /** of a fan-out: these fail, the others have the outcome */
        failedSegments?: number[];
      };
      /** limits and retry policies of works */
      works?: Record<string, {
        maxConcurrent?: number;
        retry?: {
          /** retries after the first attempt */
          limit: number;
          backoff?: 'fixed' | 'linear' | 'exponential';
          /** before the first retry */
          delaySeconds?: number;
          /** no wait is longer */
          maxSeconds?: number;
          /** share of the wait that is drawn at random */
          jitter?: number;
          /** retry only these failures; absent: every one */
          on?: Array<'error' | 'exception' | 'dispatch_timeout' | 'run_timeout' | 'heartbeat_timeout' | 'total_timeout' | 'delivery_failed' | 'rejected' | 'expression' | 'output_schema' | 'cancelled'>;
        };
      }>;
      only?: string[];
      /** places retries within their jitter (default: no jitter is drawn) */
      seed?: number;
      maxSteps?: number;
      /** default: the draft as it was saved */
      definition?: Record<string, unknown>;
    };
    answer: Simulated;
  };
  /** Send a test message */
  testAlertChannel: {
    params: {
      id: string;
    };
    body?: Record<string, never>;
    answer: AlertMessage;
  };
  /** Send a ping to an endpoint */
  testEndpoint: {
    params: {
      id: string;
    };
    body?: Record<string, never>;
    answer: Notification;
  };
  /** Try a mapping */
  tryMapping: {
    params: {
      key: string;
      id: string;
    };
    body: {
      /** template over `body`, `headers`, `query` */
      objectId?: string;
      /** template over the same */
      input?: unknown;
      /** texts by name, 50 at most */
      labels?: Record<string, string>;
      /** template over the same: a second request that gives the same key makes no second instance. Null: the id that Standard Webhooks or GitHub give their message */
      dedupeKey?: string | null;
      /** expression over the same; where it is false, the request is ignored */
      when?: string | null;
      body?: unknown;
      headers?: Record<string, string>;
      query?: Record<string, string>;
    };
    answer: TriedMapping;
  };
  /** Check a draft */
  validateDraft: {
    params: {
      key: string;
    };
    body?: {
      /** default: the draft as it was saved */
      definition?: Record<string, unknown>;
    };
    answer: {
      problems: DefinitionProblem[];
    };
  };
};

/** Where each operation is found, under `/api/v1`. */
export const ROUTES = {
  abortBulk: ['POST', '/bulk/{id}/abort'],
  acknowledgeAlert: ['POST', '/alerts/{id}/acknowledge'],
  cancelInstance: ['POST', '/instances/{id}/cancel'],
  cancelInstances: ['POST', '/instances/cancel'],
  changeAlertChannel: ['PATCH', '/alerts/channels/{id}'],
  changeAlertRule: ['PATCH', '/alerts/rules/{id}'],
  changeEndpoint: ['PATCH', '/endpoints/{id}'],
  changePriorityInstance: ['POST', '/instances/{id}/change-priority'],
  changePriorityInstances: ['POST', '/instances/change-priority'],
  changeSchedule: ['PATCH', '/workflows/{key}/schedules/{id}'],
  changeTrigger: ['PATCH', '/workflows/{key}/triggers/{id}'],
  changeVersionInstance: ['POST', '/instances/{id}/change-version'],
  changeVersionInstances: ['POST', '/instances/change-version'],
  changeWorkflow: ['PATCH', '/workflows/{key}'],
  claimTasks: ['POST', '/tasks/claim'],
  countInstances: ['GET', '/instances/counts'],
  createAlertChannel: ['POST', '/alerts/channels'],
  createAlertRule: ['POST', '/alerts/rules'],
  createApiKey: ['POST', '/api-keys'],
  createBulk: ['POST', '/bulk'],
  createEndpoint: ['POST', '/endpoints'],
  createInstance: ['POST', '/workflows/{key}/instances'],
  createInstances: ['POST', '/workflows/{key}/instances/batch'],
  createSchedule: ['POST', '/workflows/{key}/schedules'],
  createTrigger: ['POST', '/workflows/{key}/triggers'],
  createWorkflow: ['POST', '/workflows'],
  deleteAlertChannel: ['DELETE', '/alerts/channels/{id}'],
  deleteAlertRule: ['DELETE', '/alerts/rules/{id}'],
  deleteEndpoint: ['DELETE', '/endpoints/{id}'],
  deleteSchedule: ['DELETE', '/workflows/{key}/schedules/{id}'],
  deleteTrigger: ['DELETE', '/workflows/{key}/triggers/{id}'],
  deleteWork: ['DELETE', '/works/{key}'],
  deleteWorkflow: ['DELETE', '/workflows/{key}'],
  describeExpressions: ['GET', '/expressions/functions'],
  discardDraft: ['DELETE', '/workflows/{key}/draft'],
  editContextInstance: ['POST', '/instances/{id}/edit-context'],
  editContextInstances: ['POST', '/instances/edit-context'],
  enableEndpoint: ['POST', '/endpoints/{id}/enable'],
  evaluateExpression: ['POST', '/expressions/evaluate'],
  explainInstance: ['GET', '/instances/{id}/why'],
  explainTask: ['GET', '/tasks/{id}/why'],
  exportWorkflow: ['GET', '/workflows/{key}/export'],
  forecastInstance: ['GET', '/instances/{id}/forecast'],
  forecastWorkflow: ['GET', '/workflows/{key}/forecast'],
  getAlertChannel: ['GET', '/alerts/channels/{id}'],
  getAlertRule: ['GET', '/alerts/rules/{id}'],
  getBulk: ['GET', '/bulk/{id}'],
  getDefinitionSchema: ['GET', '/schemas/definition.json'],
  getDraft: ['GET', '/workflows/{key}/draft'],
  getDraftPlan: ['GET', '/workflows/{key}/draft/plan'],
  getEndpoint: ['GET', '/endpoints/{id}'],
  getEndpointSecret: ['GET', '/endpoints/{id}/secret'],
  getInstance: ['GET', '/instances/{id}'],
  getNextRuns: ['GET', '/workflows/{key}/schedules/{id}/next'],
  getSchedule: ['GET', '/workflows/{key}/schedules/{id}'],
  getTask: ['GET', '/tasks/{id}'],
  getTrigger: ['GET', '/workflows/{key}/triggers/{id}'],
  getTriggerSecrets: ['GET', '/workflows/{key}/triggers/{id}/secrets'],
  getVersion: ['GET', '/workflows/{key}/versions/{version}'],
  getVersionPlan: ['GET', '/workflows/{key}/versions/{version}/plan'],
  getWork: ['GET', '/works/{key}'],
  getWorkflow: ['GET', '/workflows/{key}'],
  getWorkSecrets: ['GET', '/works/{key}/secrets'],
  importWorkflow: ['POST', '/workflows/import'],
  listAlertChannels: ['GET', '/alerts/channels'],
  listAlertMessages: ['GET', '/alerts/{id}/messages'],
  listAlertRules: ['GET', '/alerts/rules'],
  listAlerts: ['GET', '/alerts'],
  listApiKeys: ['GET', '/api-keys'],
  listAttempts: ['GET', '/tasks/{id}/attempts'],
  listBulkFailures: ['GET', '/bulk/{id}/failures'],
  listBulks: ['GET', '/bulk'],
  listChannelMessages: ['GET', '/alerts/channels/{id}/messages'],
  listDeliveries: ['GET', '/notifications/{id}/deliveries'],
  listEndpoints: ['GET', '/endpoints'],
  listInstanceEvents: ['GET', '/instances/{id}/events'],
  listInstances: ['GET', '/instances'],
  listNotifications: ['GET', '/notifications'],
  listScheduleRuns: ['GET', '/workflows/{key}/schedules/{id}/runs'],
  listSchedules: ['GET', '/workflows/{key}/schedules'],
  listSegments: ['GET', '/tasks/{id}/segments'],
  listTasks: ['GET', '/instances/{id}/tasks'],
  listTriggerDeliveries: ['GET', '/workflows/{key}/triggers/{id}/deliveries'],
  listTriggers: ['GET', '/workflows/{key}/triggers'],
  listVersions: ['GET', '/workflows/{key}/versions'],
  listWaitingSignals: ['GET', '/signals/waiting'],
  listWorkflows: ['GET', '/workflows'],
  listWorks: ['GET', '/works'],
  markInstance: ['POST', '/instances/{id}/mark'],
  markInstances: ['POST', '/instances/mark'],
  pauseInstance: ['POST', '/instances/{id}/pause'],
  pauseInstances: ['POST', '/instances/pause'],
  previewVersionChange: ['GET', '/instances/{id}/version-change'],
  publishWorkflow: ['POST', '/workflows/{key}/publish'],
  putWork: ['PUT', '/works/{key}'],
  receiveHook: ['POST', '/hooks/{token}'],
  reportTask: ['POST', '/reports/{token}'],
  reportTasks: ['POST', '/reports'],
  rerunInstance: ['POST', '/instances/{id}/rerun'],
  rerunInstances: ['POST', '/instances/rerun'],
  resendNotification: ['POST', '/notifications/{id}/resend'],
  resendToEndpoint: ['POST', '/endpoints/{id}/resend'],
  restartInstance: ['POST', '/instances/{id}/restart'],
  restartInstances: ['POST', '/instances/restart'],
  restoreVersion: ['POST', '/workflows/{key}/versions/{version}/restore'],
  resumeInstance: ['POST', '/instances/{id}/resume'],
  resumeInstances: ['POST', '/instances/resume'],
  retireVersion: ['POST', '/workflows/{key}/versions/{version}/retire'],
  retryInstance: ['POST', '/instances/{id}/retry'],
  retryInstances: ['POST', '/instances/retry'],
  retrySegmentsInstance: ['POST', '/instances/{id}/retry-segments'],
  retrySegmentsInstances: ['POST', '/instances/retry-segments'],
  revokeApiKey: ['DELETE', '/api-keys/{id}'],
  rotateEndpointSecret: ['POST', '/endpoints/{id}/rotate-secret'],
  rotateTrigger: ['POST', '/workflows/{key}/triggers/{id}/rotate'],
  rotateWorkSecret: ['POST', '/works/{key}/secrets/rotate'],
  runNowInstance: ['POST', '/instances/{id}/run-now'],
  runNowInstances: ['POST', '/instances/run-now'],
  runScheduleNow: ['POST', '/workflows/{key}/schedules/{id}/run-now'],
  saveDraft: ['PUT', '/workflows/{key}/draft'],
  sendSignal: ['POST', '/instances/{id}/signals/{name}'],
  silenceAlert: ['POST', '/alerts/{id}/silence'],
  simulateDraft: ['POST', '/workflows/{key}/draft/simulate'],
  testAlertChannel: ['POST', '/alerts/channels/{id}/test'],
  testEndpoint: ['POST', '/endpoints/{id}/test'],
  tryMapping: ['POST', '/workflows/{key}/triggers/{id}/try'],
  validateDraft: ['POST', '/workflows/{key}/draft/validate'],
} as const satisfies Record<keyof Operations, readonly [string, string]>;
