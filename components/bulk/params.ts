import type { MoveName } from '#api/types.ts';
import type { JsonObject } from '#engine/json.ts';
import {
  readInteger,
  readJson,
  readObject,
  type Read,
  type TextFault,
} from '../instance/moves/read.ts';

/** What a person writes for a move of many; each move reads its own. */
export type Written = {
  readonly node: string;
  readonly as: 'skipped' | 'succeeded' | 'failed';
  readonly output: string;
  readonly priority: string;
  readonly version: string;
  readonly rerun: 'same' | 'published';
  readonly patch: string;
};

export const NOTHING_WRITTEN: Written = {
  node: '',
  as: 'skipped',
  output: 'null',
  priority: '0',
  version: '',
  rerun: 'same',
  patch: '{}',
};

export type WrittenField = keyof Written;

export type ParamsRead =
  | { readonly ok: true; readonly params: JsonObject }
  | { readonly ok: false; readonly field: WrittenField; readonly fault: TextFault };

/** What a move of many takes beside its reason, read from what was written for it. */
export function readParams(move: MoveName, written: Written): ParamsRead {
  const node = written.node.trim();

  switch (move) {
    case 'cancel':
    case 'pause':
    case 'resume':
    case 'retry':
      return { ok: true, params: {} };
    case 'run-now':
      return { ok: true, params: node === '' ? {} : { task: node } };
    case 'rerun':
      return { ok: true, params: { version: written.rerun } };
    case 'restart':
      return take('node', readKey(node), (from) => ({ from }));
    case 'retry-segments':
      return take('node', readKey(node), (task) => ({ task }));
    case 'mark':
      return readMark(node, written);
    case 'change-priority':
      return take('priority', readInteger(written.priority), (priority) => ({ priority }));
    case 'change-version':
      return take('version', readInteger(written.version), (version) => ({ version }));
    case 'edit-context':
      return take('patch', readObject(written.patch), (patch) => ({ patch }));
  }
}

function readMark(node: string, { as, output }: Written): ParamsRead {
  const marked = take('node', readKey(node), (task) => ({ task, as }));
  if (!marked.ok || as !== 'succeeded') {
    return marked;
  }
  return take('output', readJson(output), (value) => ({ ...marked.params, output: value }));
}

function readKey(text: string): Read<string> {
  return text === '' ? { fault: 'missing' } : { value: text };
}

function take<Value>(
  field: WrittenField,
  read: Read<Value>,
  make: (value: Value) => JsonObject,
): ParamsRead {
  return 'fault' in read
    ? { ok: false, field, fault: read.fault }
    : { ok: true, params: make(read.value) };
}
