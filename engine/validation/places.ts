/** Where a node may hold expressions, what each may read beyond the names known everywhere, and what must come out of it. */
import type { NodeType } from '../definition.ts';
import { type LocalName, REQUEST_NAMES, SEGMENT_NAMES } from '../expression/scope.ts';
import type { Json } from '../json.ts';
import { step } from '../pointer.ts';
import { fields, type SketchNode, text } from './sketch.ts';

/** What an expression must yield to be of use. */
export type Wanted = 'condition' | 'list' | 'seconds' | 'moment' | 'text' | 'anything';

/** A text that is an expression as a whole, or JSON whose texts may hold some. */
export type Source = { readonly expression: string } | { readonly template: Json };

export type Place = {
  readonly pointer: string;
  readonly source: Source;
  readonly names: readonly LocalName[];
  readonly wanted: Wanted;
};

/** A place of a node type: the way to it in the node. */
type Spot = Omit<Place, 'pointer' | 'source'> & {
  readonly path: readonly string[];
  readonly kind: 'expression' | 'template';
};

const template = (path: string, names: readonly LocalName[] = [], wanted: Wanted = 'anything') =>
  ({ path: path.split('.'), kind: 'template', names, wanted }) satisfies Spot;

const expression = (path: string, wanted: Wanted, names: readonly LocalName[] = []) =>
  ({ path: path.split('.'), kind: 'expression', names, wanted }) satisfies Spot;

/** Before the first answer. */
const SENDING: readonly LocalName[] = ['reportUrl', 'attempt'];

const request = (name: string, names: readonly LocalName[]): readonly Spot[] => [
  template(`${name}.url`, names, 'text'),
  template(`${name}.headers`, names),
  template(`${name}.body`, names),
];

const SPOTS: Readonly<Record<NodeType, readonly Spot[]>> = {
  start: [],
  end: [],
  route: [], // its cases have places of their own
  task: [template('input')],
  script: [template('input')],
  fanout: [
    expression('items', 'list'),
    template('input', SEGMENT_NAMES),
    template('objectId', SEGMENT_NAMES, 'text'),
  ],
  workflow: [template('input'), template('objectId', [], 'text')],
  wait: [template('seconds', [], 'seconds'), template('until', [], 'moment')],
  signal: [template('prompt', [], 'text'), template('default')],
  notify: [template('url', [], 'text'), template('headers'), template('data')],
  http: [
    ...request('submit', SENDING),
    ...request('status', REQUEST_NAMES),
    expression('status.succeededWhen', 'condition', REQUEST_NAMES),
    expression('status.failedWhen', 'condition', REQUEST_NAMES),
    ...request('result', REQUEST_NAMES),
    ...request('stop', REQUEST_NAMES),
    template('output', REQUEST_NAMES),
  ],
};

export function placesOf(node: SketchNode): readonly Place[] {
  const cases = node.cases.flatMap(({ pointer, when }): Place[] =>
    when === null || when === ''
      ? []
      : [
          {
            pointer: `${pointer}/when`,
            source: { expression: when },
            names: [],
            wanted: 'condition',
          },
        ],
  );
  const spots = Object.hasOwn(SPOTS, node.type) ? SPOTS[node.type as NodeType] : [];

  return [...cases, ...spots.flatMap((spot) => placeAt(node, spot))];
}

function placeAt(node: SketchNode, { path, kind, names, wanted }: Spot): Place[] {
  const value = path.reduce<Json | undefined>(
    (owner, name) => fields(owner)[name],
    node.fields as Json,
  );
  const pointer = node.pointer + path.map(step).join('');

  if (kind === 'template') {
    return value === undefined ? [] : [{ pointer, source: { template: value }, names, wanted }];
  }
  const source = text(value);
  return source === null || source === ''
    ? []
    : [{ pointer, source: { expression: source }, names, wanted }];
}
