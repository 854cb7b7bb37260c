/** What was done, for the history list and the tooltips of undo and redo. The words are under `designer.history.<name>`. */
import { titleOf } from '../../canvas/read.ts';
import { nodeOf, type Document } from './document.ts';
import type { Operation } from './operations.ts';

export type Label =
  | { readonly name: 'opened' | 'arranged' | 'json' | 'theirs' | 'restored' }
  | {
      readonly name:
        | 'moved'
        | 'removed'
        | 'pasted'
        | 'duplicated'
        | 'enabled'
        | 'disabled'
        | 'disconnected';
      readonly count: number;
    }
  | { readonly name: 'added' | 'connected'; readonly title: string }
  | { readonly name: 'changed'; readonly title: string; readonly field: string }
  | { readonly name: 'setting'; readonly field: string }
  | { readonly name: 'renamed'; readonly from: string; readonly to: string };

export function labelOf(document: Document, operation: Operation): Label {
  const titled = (key: string) => titleOf(nodeOf(document, key) ?? { key });

  switch (operation.type) {
    case 'add':
      return { name: 'added', title: titleOf(operation.node) };
    case 'connect':
      return {
        name: 'connected',
        title: `${titled(operation.edge.from)} → ${titled(operation.edge.to)}`,
      };
    case 'reconnect':
      return {
        name: 'connected',
        title: `${titled(operation.to.from)} → ${titled(operation.to.to)}`,
      };
    case 'remove':
      return operation.nodes.length > 0
        ? { name: 'removed', count: operation.nodes.length }
        : { name: 'disconnected', count: operation.edges.length };
    case 'move':
      return { name: 'moved', count: Object.keys(operation.positions).length };
    case 'arrange':
      return { name: 'arranged' };
    case 'insert':
      return {
        name: operation.how === 'paste' ? 'pasted' : 'duplicated',
        count: operation.fragment.nodes.length,
      };
    case 'rename':
      return { name: 'renamed', from: operation.from, to: operation.to };
    case 'renameCase':
    case 'removeCase':
    case 'moveCase':
      return { name: 'changed', title: titled(operation.node), field: 'cases' };
    case 'change':
      return { name: 'changed', title: titled(operation.node), field: String(operation.path[0]) };
    case 'changeFields':
      return {
        name: 'changed',
        title: titled(operation.node),
        field: Object.keys(operation.values)[0] ?? '',
      };
    case 'disable':
      return { name: operation.disabled ? 'disabled' : 'enabled', count: operation.nodes.length };
    case 'set':
      return { name: 'setting', field: String(operation.path[0]) };
    case 'replace':
      return { name: operation.why };
  }
}

/** What is typed into one field, or moved by repeated key presses, is one step to undo. */
export function coalesceKeyOf(operation: Operation): string | null {
  switch (operation.type) {
    case 'change':
      return `change ${operation.node} ${operation.path.join('/')}`;
    case 'set':
      return `set ${operation.path.join('/')}`;
    case 'move':
      return operation.nudge === true ? `move ${Object.keys(operation.positions).join(' ')}` : null;
    case 'add':
    case 'connect':
    case 'reconnect':
    case 'remove':
    case 'arrange':
    case 'insert':
    case 'rename':
    case 'renameCase':
    case 'removeCase':
    case 'moveCase':
    case 'changeFields':
    case 'disable':
    case 'replace':
      return null;
  }
}
