import type { LucideIcon } from 'lucide-react';
import {
  Bell,
  Boxes,
  KeyRound,
  Layers,
  LayoutDashboard,
  ListTree,
  Webhook,
  Workflow,
} from 'lucide-react';

export type Destination = {
  readonly key:
    | 'overview'
    | 'workflows'
    | 'instances'
    | 'bulk'
    | 'works'
    | 'alerts'
    | 'endpoints'
    | 'apiKeys';
  readonly href:
    | '/'
    | '/workflows'
    | '/instances'
    | '/bulk'
    | '/works'
    | '/alerts'
    | '/endpoints'
    | '/settings/api-keys';
  readonly icon: LucideIcon;
  /** Pressed after `g`. */
  readonly letter: string;
};

export const DESTINATIONS: readonly Destination[] = [
  { key: 'overview', href: '/', icon: LayoutDashboard, letter: 'o' },
  { key: 'workflows', href: '/workflows', icon: Workflow, letter: 'w' },
  { key: 'instances', href: '/instances', icon: ListTree, letter: 'i' },
  { key: 'bulk', href: '/bulk', icon: Layers, letter: 'b' },
  { key: 'works', href: '/works', icon: Boxes, letter: 'k' },
  { key: 'alerts', href: '/alerts', icon: Bell, letter: 'a' },
  { key: 'endpoints', href: '/endpoints', icon: Webhook, letter: 'n' },
  { key: 'apiKeys', href: '/settings/api-keys', icon: KeyRound, letter: 's' },
];

export function isHere(href: string, pathname: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`);
}
