import type { Database } from '#db/database.ts';
import type { OutboundGuards } from '#engine/outbound/target.ts';

/** What a key or a person may do. `admin` includes all others. */
export const SCOPES = [
  'read',
  'instances:write',
  'tasks:report',
  'workflows:write',
  'admin',
] as const;

export type Scope = (typeof SCOPES)[number];

export const ROLES = ['admin', 'editor', 'operator', 'viewer'] as const;

export type Role = (typeof ROLES)[number];

/** Who asks. */
export type Actor =
  | { readonly kind: 'user'; readonly id: string; readonly name: string; readonly role: Role }
  | {
      readonly kind: 'apiKey';
      readonly id: string;
      readonly name: string;
      readonly scopes: readonly Scope[];
    }
  | { readonly kind: 'worker'; readonly name: string }
  | { readonly kind: 'system' };

export type Logger = {
  readonly info: (facts: object, message: string) => void;
  readonly warn: (facts: object, message: string) => void;
  readonly error: (facts: object, message: string) => void;
};

/** What every operation is given beside its input. Time is an input too: operations never ask for it elsewhere. */
export type Context = {
  readonly db: Database;
  readonly projectId: number;
  readonly actor: Actor;
  readonly clock: () => Date;
  readonly log: Logger;
  /** Judge URLs where they are given. Absent where nobody gives any: what is sent is judged once more, always. */
  readonly outbound?: OutboundGuards;
};

const SCOPES_OF_ROLE: Readonly<Record<Role, readonly Scope[]>> = {
  admin: ['admin'],
  editor: ['read', 'instances:write', 'tasks:report', 'workflows:write'],
  operator: ['read', 'instances:write', 'tasks:report'],
  viewer: ['read'],
};

export function scopesOf(actor: Actor): readonly Scope[] {
  switch (actor.kind) {
    case 'user':
      return SCOPES_OF_ROLE[actor.role];
    case 'apiKey':
      return actor.scopes;
    case 'worker':
      return ['tasks:report'];
    case 'system':
      return ['admin'];
  }
}

/** How the actor is named in events and audits. */
export function nameOf(actor: Actor): string {
  return actor.kind === 'system' ? 'system' : `${actor.kind}:${actor.name}`;
}
