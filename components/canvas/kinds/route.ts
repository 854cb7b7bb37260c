import { Split } from 'lucide-react';
import { DEFAULT_BRANCH, routeNode } from '#engine/definition.ts';
import { RouteCard } from '../cards/RouteCard.tsx';
import type { Exit } from '../graph.ts';
import { casesOf } from '../read.ts';
import type { FormSection, NodeKind } from './kind.ts';
import { ROUTE_FOOT, ROUTE_HEADER, ROUTE_ROW, ROUTE_WIDTH } from './route-size.ts';
import type * as z from 'zod';

export const routeKind: NodeKind = {
  type: 'route',
  group: 'flow',
  schema: routeNode,
  Icon: Split,
  tone: 'warn',
  entry: true,
  exits: (node, stray) => {
    const cases = casesOf(node).filter(
      (entry, index, all) =>
        entry.key !== '' && all.findIndex(({ key }) => key === entry.key) === index,
    );
    const known = [
      ...cases.map((entry) => ({ branch: entry.key, label: entry.name ?? entry.key })),
      { branch: DEFAULT_BRANCH, label: undefined },
    ];
    const unknown = stray.filter((branch) => known.every((exit) => exit.branch !== branch));

    return [
      ...known.map((exit) => ({ ...exit, known: true })),
      ...unknown.map((branch) => ({ branch, label: branch, known: false })),
    ].map((exit, index): Exit => ({ ...exit, y: ROUTE_HEADER + ROUTE_ROW * (index + 0.5) }));
  },
  size: (exits) => ({
    width: ROUTE_WIDTH,
    height: ROUTE_HEADER + ROUTE_ROW * exits.length + ROUTE_FOOT,
  }),
  create: (key) => ({ key, type: 'route', cases: [{ key: 'yes', when: 'true' }] }),
  form: [
    { section: 'basics', fields: ['name', 'key'] },
    { section: 'cases', fields: ['cases', 'mode'] },
    { section: 'start', fields: ['trigger', 'disabled'] },
    { section: 'more', fields: ['notes'], folded: true },
  ] satisfies FormSection<keyof z.infer<typeof routeNode>>[],
  Card: RouteCard,
};
