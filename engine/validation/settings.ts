/** What can be wrong with the settings of one node, beyond their shape: what excludes what, names of the world outside. */
import type { Json } from '../json.ts';
import type { AddressGuard } from '../outbound/address.ts';
import { wrongHeader } from '../outbound/header.ts';
import { ALLOW_SETTING, faultOfTarget } from '../outbound/target.ts';
import { step } from '../pointer.ts';
import type { Problem } from '../problem.ts';
import { splitText } from '../expression/text.ts';
import { isTimeZone } from '../window.ts';
import { fields, type Sketch, type SketchNode, text } from './sketch.ts';

/** What makes a problem of one node; the rest follows from the node. */
type Complaint = Pick<Problem, 'code' | 'message' | 'params'> & {
  readonly at?: string;
  readonly severity?: 'error' | 'warning';
};

export function checkSettings({ nodes }: Sketch, guard: AddressGuard | undefined): Problem[] {
  const signals = new Map<string, string>();

  return nodes.flatMap((node) =>
    [
      ...checkChoices(node),
      ...checkHttp(node),
      ...checkRequests(node, guard ?? anyAddress),
      ...checkWindow(node),
      ...checkSignal(node, signals),
    ].map(({ at = '', severity = 'error', code, message, params }): Problem => ({
      code,
      severity: node.disabled ? 'warning' : severity,
      message,
      pointer: node.pointer + at,
      node: node.key,
      params: { key: node.key, ...params },
    })),
  );
}

/** Exactly one of several members. */
function checkChoices({ key, type, fields: node }: SketchNode): Complaint[] {
  const named = (members: readonly string[]) => members.filter((one) => node[one] !== undefined);

  if (type === 'wait') {
    const given = named(['seconds', 'until', 'window']);
    return given.length === 1
      ? []
      : [
          {
            code: 'wait_not_one',
            message: `Node "${key}" must say exactly one of seconds, until and window, not ${given.join(' and ') || 'none'}.`,
            params: { count: given.length },
          },
        ];
  }
  if (type === 'fanout') {
    const given = named(['work', 'workflow']);
    return given.length === 1
      ? []
      : [
          {
            code: 'fanout_not_one',
            message: `Fan-out "${key}" must name either a work or a workflow for its segments, not ${given.length === 0 ? 'neither' : 'both'}.`,
            params: { count: given.length },
          },
        ];
  }
  return [];
}

function checkHttp({ key, type, fields: node }: SketchNode): Complaint[] {
  if (type !== 'http') {
    return [];
  }
  const callback = node['callback'] === true;
  const complaints: Complaint[] = [];

  if (callback && node['status'] !== undefined) {
    complaints.push({
      code: 'http_callback_and_status',
      message: `Node "${key}" both waits for a callback and asks for the status; it can do only one.`,
      at: '/callback',
    });
  }
  if (node['result'] !== undefined && node['status'] === undefined) {
    complaints.push({
      code: 'http_result_without_status',
      message: `Node "${key}" fetches a result when its status has succeeded, but asks for no status.`,
      at: '/result',
    });
  }
  if (callback && !mentions(node['submit'] ?? null, 'reportUrl')) {
    complaints.push({
      code: 'http_callback_unused',
      message: `Node "${key}" waits for a callback, but its request does not tell the service reportUrl.`,
      at: '/submit',
      severity: 'warning',
    });
  }
  return complaints;
}

/** Whether a text of a template holds the name. It need not be right: what is warned of is a request that never says it. */
function mentions(template: Json, name: string): boolean {
  if (typeof template === 'string') {
    return template.includes(name);
  }
  return typeof template === 'object' && template !== null
    ? Object.values(template).some((member: Json) => mentions(member, name))
    : false;
}

const REQUESTS = ['submit', 'status', 'result', 'stop'];

const anyAddress: AddressGuard = () => null;

function checkRequests({ type, fields: node }: SketchNode, guard: AddressGuard): Complaint[] {
  if (type === 'notify') {
    return [...checkUrl(node['url'], '/url', guard), ...checkHeaders(node['headers'], '/headers')];
  }
  return type !== 'http'
    ? []
    : REQUESTS.flatMap((name) => {
        const { url, headers } = fields(node[name]);
        return [
          ...checkUrl(url, `/${name}/url`, guard),
          ...checkHeaders(headers, `/${name}/headers`),
        ];
      });
}

function checkUrl(value: Json | undefined, at: string, guard: AddressGuard): Complaint[] {
  const url = text(value);
  const wrong = url === null ? null : wrongUrl(url);

  if (url === null) {
    return [];
  }
  return wrong === null
    ? checkTarget(knownTarget(url), at, guard)
    : [{ code: 'invalid_url', message: `The URL ${url} ${wrong}.`, at, params: { url } }];
}

/** Where the URL leads, as far as it says so in so many words. */
function checkTarget(url: URL | null, at: string, guard: AddressGuard): Complaint[] {
  const fault = url === null ? null : faultOfTarget(url.href, guard);

  if (url === null || fault === null) {
    return [];
  }
  return [
    {
      code: fault.code === 'bad_url' ? 'url_credentials' : 'refused_url',
      message: `The URL of ${url.host} ${fault.reason}.`,
      at,
      params: { host: url.host, setting: ALLOW_SETTING },
    },
  ];
}

/** The whole URL, or as much of it as stands before the first expression, if its host ends there. */
function knownTarget(url: string): URL | null {
  const split = splitText(url);
  const [first, ...others] = split.ok ? split.pieces : [];

  if (first === undefined || !('text' in first)) {
    return null;
  }
  return others.length === 0 || /^\s*https?:\/\/[^/?#]+[/?#]/i.test(first.text)
    ? URL.parse(first.text)
    : null;
}

/** As far as it is known: what an expression will put into it is not. */
function wrongUrl(url: string): string | null {
  const split = splitText(url);
  const [first, ...others] = split.ok ? split.pieces : [];

  if (first === undefined || !('text' in first)) {
    return null;
  }
  if (others.length === 0) {
    const parsed = URL.parse(first.text);
    if (parsed === null) {
      return 'is not a URL; one begins with http:// or https://';
    }
    return isHttp(parsed.protocol) ? null : 'is not one of http or https';
  }
  const scheme = /^\s*([^/:?#]*):/.exec(first.text)?.[1];
  if (scheme !== undefined) {
    return isHttp(`${scheme.toLowerCase()}:`) ? null : 'is not one of http or https';
  }
  // Too short to say: `http{{ … }}`.
  return /[/?#]/.test(first.text) ? 'does not begin with http:// or https://' : null;
}

function isHttp(protocol: string): boolean {
  return protocol === 'http:' || protocol === 'https:';
}

function checkHeaders(value: Json | undefined, at: string): Complaint[] {
  return Object.entries(fields(value)).flatMap(([name, template]) => {
    const wrong = wrongHeader(name, written(template));
    return wrong === null
      ? []
      : [
          {
            code: 'invalid_header',
            message: `The header cannot be sent: ${wrong}.`,
            at: at + step(name),
            params: { name },
          },
        ];
  });
}

/** What of a template does not wait for its expressions. */
function written(template: unknown): string {
  const split = splitText(text(template) ?? '');
  return split.ok ? split.pieces.map((piece) => ('text' in piece ? piece.text : '')).join('') : '';
}

function checkWindow({ fields: node }: SketchNode): Complaint[] {
  const zone = text(fields(node['window'])['timeZone']);
  return zone === null || zone === '' || isTimeZone(zone)
    ? []
    : [
        {
          code: 'unknown_time_zone',
          message: `There is no time zone "${zone}"; use a name such as Asia/Shanghai or UTC.`,
          at: '/window/timeZone',
          params: { timeZone: zone },
        },
      ];
}

/** Two nodes may wait for one signal, each of which ends one of them: sometimes meant, often a copy. */
function checkSignal(node: SketchNode, seen: Map<string, string>): Complaint[] {
  if (node.type !== 'signal' || node.disabled) {
    return [];
  }
  const name = text(node.fields['signal']) ?? node.key;
  const other = seen.get(name);
  seen.set(name, other ?? node.key);

  return other === undefined
    ? []
    : [
        {
          code: 'duplicate_signal',
          message: `Nodes "${other}" and "${node.key}" wait for the same signal "${name}"; each one that comes ends one of them.`,
          at: node.fields['signal'] === undefined ? '/key' : '/signal',
          severity: 'warning',
          params: { other, signal: name },
        },
      ];
}
