import { describe, expect, test } from 'vitest';
import { TRIGGER_RULES, type TriggerRule } from './definition.ts';
import { judgeTrigger, type TriggerVerdict } from './trigger.ts';

type Parent = 'succeeded' | 'failed' | 'skipped' | 'upstreamFailed' | 'open';

function judge(rule: TriggerRule, parents: readonly Parent[]): TriggerVerdict {
  const count = (status: Parent) => parents.filter((parent) => parent === status).length;

  return judgeTrigger(rule, {
    total: parents.length,
    succeeded: count('succeeded'),
    failed: count('failed'),
    skipped: count('skipped'),
    upstreamFailed: count('upstreamFailed'),
  });
}

/** One letter per parent: s(ucceeded), f(ailed), k (skipped), u(pstream failed), o(pen). */
const LETTERS: Record<string, Parent> = {
  s: 'succeeded',
  f: 'failed',
  k: 'skipped',
  u: 'upstreamFailed',
  o: 'open',
};

/** What Airflow 3 makes of every pair of parents, rule by rule. */
const AIRFLOW: Record<TriggerRule, Record<TriggerVerdict, string>> = {
  all_success: {
    run: 'ss',
    wait: 'so oo',
    skipped: 'sk kk ko',
    upstream_failed: 'sf su ff fu fk uu uk fo uo',
  },
  all_failed: {
    run: 'ff fu uu',
    wait: 'fo uo oo',
    skipped: 'ss sf sk su so fk uk kk ko',
    upstream_failed: '',
  },
  all_done: {
    run: 'ss sf sk su ff fu fk uu uk kk',
    wait: 'so fo uo ko oo',
    skipped: '',
    upstream_failed: '',
  },
  all_skipped: {
    run: 'kk',
    wait: 'ko oo',
    skipped: 'ss sf sk su so ff fu fk fo uu uk uo',
    upstream_failed: '',
  },
  one_success: {
    run: 'ss sf sk su so',
    wait: 'fo uo ko oo',
    skipped: 'kk',
    upstream_failed: 'ff fu fk uu uk',
  },
  one_failed: {
    run: 'sf su ff fu fk fo uu uk uo',
    wait: 'so ko oo',
    skipped: 'ss sk kk',
    upstream_failed: '',
  },
  one_done: {
    run: 'ss sf sk su so ff fu fk fo',
    wait: 'uo ko oo',
    skipped: 'uu uk kk',
    upstream_failed: '',
  },
  none_failed: {
    run: 'ss sk kk',
    wait: 'so ko oo',
    skipped: '',
    upstream_failed: 'sf su ff fu fk fo uu uk uo',
  },
  none_skipped: {
    run: 'ss sf su ff fu uu',
    wait: 'so fo uo oo',
    skipped: 'sk fk uk kk ko',
    upstream_failed: '',
  },
  none_failed_min_one_success: {
    run: 'ss sk',
    wait: 'so ko oo',
    skipped: 'kk',
    upstream_failed: 'sf su ff fu fk fo uu uk uo',
  },
  all_done_min_one_success: {
    run: 'ss sf su',
    wait: 'so fo uo oo',
    skipped: 'sk fk uk kk ko',
    upstream_failed: 'ff fu uu',
  },
  always: {
    run: 'ss sf sk su so ff fu fk fo uu uk uo kk ko oo',
    wait: '',
    skipped: '',
    upstream_failed: '',
  },
};

describe.each(TRIGGER_RULES)('%s', (rule) => {
  test('decides every pair of parents as Airflow does', () => {
    const expected = Object.entries(AIRFLOW[rule]).flatMap(([verdict, pairs]) =>
      pairs
        .split(' ')
        .filter(Boolean)
        .map((pair) => [pair, verdict] as const),
    );
    expect(expected).toHaveLength(15);

    for (const [pair, verdict] of expected) {
      const parents = pair.split('').map((letter) => LETTERS[letter] ?? 'open');
      expect([pair, judge(rule, parents)]).toEqual([pair, verdict]);
      expect([pair, judge(rule, parents.toReversed())]).toEqual([pair, verdict]);
    }
  });

  test('runs a node without parents', () => {
    expect(judge(rule, [])).toBe('run');
  });

  test('never changes its mind, whatever the open parents become', () => {
    const finals: Parent[] = ['succeeded', 'failed', 'skipped', 'upstreamFailed'];
    const all: Parent[] = [...finals, 'open'];

    for (const a of all) {
      for (const b of all) {
        for (const c of all) {
          const early = judge(rule, [a, b, c]);
          if (early === 'wait') {
            continue;
          }
          for (const later of completions([a, b, c], finals)) {
            // A one_* rule that has run stays run; a rule that gave up would also have given up at the end.
            const late = judge(rule, later);
            expect(early === 'run' || late !== 'run').toBe(true);
          }
        }
      }
    }
  });

  test('decides once all parents have ended', () => {
    const finals: Parent[] = ['succeeded', 'failed', 'skipped', 'upstreamFailed'];
    for (const parents of completions(['open', 'open', 'open'], finals)) {
      expect(judge(rule, parents)).not.toBe('wait');
    }
  });
});

function completions(parents: readonly Parent[], finals: readonly Parent[]): Parent[][] {
  return parents.reduce<Parent[][]>(
    (lists, parent) =>
      lists.flatMap((list) =>
        (parent === 'open' ? finals : [parent]).map((status) => [...list, status]),
      ),
    [[]],
  );
}
