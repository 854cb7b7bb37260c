import { expect, test } from 'vitest';
import type { Alert, Endpoint, Work } from '#api/types.ts';
import { troublesOf, type Trouble } from './troubles.ts';

/** What is read of each; the rest is not looked at. */
const alert = (id: string, more: Partial<Alert> = {}) =>
  ({
    id,
    level: 'warning',
    state: 'firing',
    facts: { kind: 'instance_failed', workflow: 'w', examples: [] },
    ...more,
  }) as Alert;
const work = (key: string, lost: boolean) =>
  ({ key, outOfReach: lost ? { since: null, deliveries: 0, message: null } : null }) as Work;
const endpoint = (name: string, more: Partial<Endpoint>) =>
  ({ id: name, name, disabledReason: null, failingSince: null, ...more }) as Endpoint;

const named = (trouble: Trouble) =>
  trouble.kind === 'alert'
    ? trouble.alert.id
    : trouble.kind === 'work'
      ? trouble.work.key
      : trouble.endpoint.name;

test('alerts come first, the loudest before all, those in hand last', () => {
  const alerts = [
    alert('in hand', { level: 'critical', state: 'acknowledged' }),
    alert('info', { level: 'info' }),
    alert('critical', { level: 'critical' }),
  ];
  const troubles = troublesOf({ alerts, works: [work('lost', true)], endpoints: [] });
  expect(troubles.map(named)).toEqual(['critical', 'info', 'in hand', 'lost']);
});

test('what an alert says already is not said again', () => {
  const alerts = [
    alert('a', { facts: { kind: 'no_worker', work: 'cut', waitedSeconds: 99, lastClaimAt: null } }),
    alert('b', {
      facts: { kind: 'endpoint_off', endpoint: 'Billing', off: false, failingSince: null },
    }),
  ];
  const at = '2026-11-21T10:00:00Z';
  const troubles = troublesOf({
    alerts,
    works: [work('cut', true), work('glue', true)],
    endpoints: [endpoint('Billing', { failingSince: at }), endpoint('Mail', { failingSince: at })],
  });
  expect(troubles.map(named)).toEqual(['a', 'b', 'glue', 'Mail']);
});

test('what is well, or off because a person wants it so, is no trouble', () => {
  expect(
    troublesOf({
      alerts: [],
      works: [work('cut', false)],
      endpoints: [
        endpoint('Mail', {}),
        endpoint('Old', { disabledReason: 'person', failingSince: '2026-11-21T10:00:00Z' }),
      ],
    }),
  ).toEqual([]);
  const gone = endpoint('Gone', { disabledReason: 'gone' });
  expect(troublesOf({ alerts: [], works: [], endpoints: [gone] })).toHaveLength(1);
});
