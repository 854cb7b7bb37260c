import { describe, expect, test } from 'vitest';
import { TRIGGER_RULES, type TriggerRule } from './definition.ts';
import { judgeTrigger, type TriggerVerdict } from './trigger.ts';

/**
 * What Airflow 3 makes of every rule over every combination of up to three parents. Written down from its source, decision by decision
 * (`airflow-core/src/airflow/ti_deps/deps/trigger_rule_dep.py`: `flag_upstream_failed` first, then what keeps the task from running;
 * no setups, not mapped), and not from ours.
 *
 * Parents: s(ucceeded), f(ailed), k (skipped), u(pstream_failed), - (not finished), in any order.
 * Verdicts: `run`, `.` (waits), `skip` (becomes skipped), `fail` (becomes upstream_failed).
 */
const AIRFLOW = `
parents  all_success  all_failed  all_done  all_skipped  one_success  one_failed  one_done  none_failed  none_skipped  none_failed_min_one_success  all_done_min_one_success  always
(none)   run          run         run       run          run          run         run       run          run           run                          run                       run
s        run          skip        run       skip         run          skip        run       run          run           run                          run                       run
f        fail         run         run       skip         fail         run         run       fail         run           fail                         fail                      run
k        skip         skip        run       run          skip         skip        skip      run          skip          skip                         skip                      run
u        fail         run         run       skip         fail         run         skip      fail         run           fail                         fail                      run
-        .            .           .         .            .            .           .         .            .             .                            .                         run
ss       run          skip        run       skip         run          skip        run       run          run           run                          run                       run
sf       fail         skip        run       skip         run          run         run       fail         run           fail                         run                       run
sk       skip         skip        run       skip         run          skip        run       run          skip          run                          skip                      run
su       fail         skip        run       skip         run          run         run       fail         run           fail                         run                       run
s-       .            skip        .         skip         run          .           run       .            .             .                            .                         run
ff       fail         run         run       skip         fail         run         run       fail         run           fail                         fail                      run
fk       fail         skip        run       skip         fail         run         run       fail         skip          fail                         skip                      run
fu       fail         run         run       skip         fail         run         run       fail         run           fail                         fail                      run
f-       fail         .           .         skip         .            run         run       fail         .             fail                         .                         run
kk       skip         skip        run       run          skip         skip        skip      run          skip          skip                         skip                      run
ku       fail         skip        run       skip         fail         run         skip      fail         skip          fail                         skip                      run
k-       skip         skip        .         .            .            .           .         .            skip          .                            skip                      run
uu       fail         run         run       skip         fail         run         skip      fail         run           fail                         fail                      run
u-       fail         .           .         skip         .            run         .         fail         .             fail                         .                         run
--       .            .           .         .            .            .           .         .            .             .                            .                         run
sss      run          skip        run       skip         run          skip        run       run          run           run                          run                       run
ssf      fail         skip        run       skip         run          run         run       fail         run           fail                         run                       run
ssk      skip         skip        run       skip         run          skip        run       run          skip          run                          skip                      run
ssu      fail         skip        run       skip         run          run         run       fail         run           fail                         run                       run
ss-      .            skip        .         skip         run          .           run       .            .             .                            .                         run
sff      fail         skip        run       skip         run          run         run       fail         run           fail                         run                       run
sfk      fail         skip        run       skip         run          run         run       fail         skip          fail                         skip                      run
sfu      fail         skip        run       skip         run          run         run       fail         run           fail                         run                       run
sf-      fail         skip        .         skip         run          run         run       fail         .             fail                         .                         run
skk      skip         skip        run       skip         run          skip        run       run          skip          run                          skip                      run
sku      fail         skip        run       skip         run          run         run       fail         skip          fail                         skip                      run
sk-      skip         skip        .         skip         run          .           run       .            skip          .                            skip                      run
suu      fail         skip        run       skip         run          run         run       fail         run           fail                         run                       run
su-      fail         skip        .         skip         run          run         run       fail         .             fail                         .                         run
s--      .            skip        .         skip         run          .           run       .            .             .                            .                         run
fff      fail         run         run       skip         fail         run         run       fail         run           fail                         fail                      run
ffk      fail         skip        run       skip         fail         run         run       fail         skip          fail                         skip                      run
ffu      fail         run         run       skip         fail         run         run       fail         run           fail                         fail                      run
ff-      fail         .           .         skip         .            run         run       fail         .             fail                         .                         run
fkk      fail         skip        run       skip         fail         run         run       fail         skip          fail                         skip                      run
fku      fail         skip        run       skip         fail         run         run       fail         skip          fail                         skip                      run
fk-      fail         skip        .         skip         .            run         run       fail         skip          fail                         skip                      run
fuu      fail         run         run       skip         fail         run         run       fail         run           fail                         fail                      run
fu-      fail         .           .         skip         .            run         run       fail         .             fail                         .                         run
f--      fail         .           .         skip         .            run         run       fail         .             fail                         .                         run
kkk      skip         skip        run       run          skip         skip        skip      run          skip          skip                         skip                      run
kku      fail         skip        run       skip         fail         run         skip      fail         skip          fail                         skip                      run
kk-      skip         skip        .         .            .            .           .         .            skip          .                            skip                      run
kuu      fail         skip        run       skip         fail         run         skip      fail         skip          fail                         skip                      run
ku-      fail         skip        .         skip         .            run         .         fail         skip          fail                         skip                      run
k--      skip         skip        .         .            .            .           .         .            skip          .                            skip                      run
uuu      fail         run         run       skip         fail         run         skip      fail         run           fail                         fail                      run
uu-      fail         .           .         skip         .            run         .         fail         .             fail                         .                         run
u--      fail         .           .         skip         .            run         .         fail         .             fail                         .                         run
---      .            .           .         .            .            .           .         .            .             .                            .                         run
`;

const VERDICTS: Readonly<Record<string, TriggerVerdict>> = {
  run: 'run',
  '.': 'wait',
  skip: 'skipped',
  fail: 'upstream_failed',
};

type Row = {
  readonly parents: string;
  readonly expected: Readonly<Record<string, TriggerVerdict>>;
};

const [[, ...rules] = [], ...lines] = AIRFLOW.trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));

const TABLE = lines.map(([parents = '', ...verdicts]): Row => ({
  parents: parents === '(none)' ? '' : parents,
  expected: Object.fromEntries(
    verdicts.map((word, column) => [rules[column], VERDICTS[word] ?? 'wait']),
  ),
}));

const FINAL = ['s', 'f', 'k', 'u'];

function judge(rule: TriggerRule, parents: string): TriggerVerdict {
  const count = (letter: string) => parents.split(letter).length - 1;

  return judgeTrigger(rule, {
    total: parents.length,
    succeeded: count('s'),
    failed: count('f'),
    skipped: count('k'),
    upstreamFailed: count('u'),
  });
}

/** All orders in which parents of these states may stand. */
function orders(parents: string): string[] {
  return parents.length < 2
    ? [parents]
    : [
        ...new Set(
          parents
            .split('')
            .flatMap((first, place) =>
              orders(parents.slice(0, place) + parents.slice(place + 1)).map(
                (rest) => first + rest,
              ),
            ),
        ),
      ];
}

/** All ends that unfinished parents may still come to. */
function completions(parents: string): string[] {
  return parents.includes('-')
    ? FINAL.flatMap((letter) => completions(parents.replace('-', letter)))
    : [parents];
}

test('the table of Airflow has every combination of up to three parents, once', () => {
  const all = ['', ...FINAL, '-'].flatMap((a) =>
    ['', ...FINAL, '-'].flatMap((b) => ['', ...FINAL, '-'].map((c) => a + b + c)),
  );
  const sorted = (parents: string) => parents.split('').toSorted().join('');

  expect(rules).toEqual(TRIGGER_RULES);
  expect(TABLE.map(({ parents }) => sorted(parents)).toSorted()).toEqual(
    [...new Set(all.map(sorted))].toSorted(),
  );
});

describe.each(TRIGGER_RULES)('%s', (rule) => {
  test('decides as Airflow does, in whatever order the parents stand', () => {
    for (const { parents, expected } of TABLE) {
      for (const order of orders(parents)) {
        expect([order, judge(rule, order)]).toEqual([order, expected[rule]]);
      }
    }
  });

  test('never changes its mind, whatever the unfinished parents become', () => {
    for (const { parents } of TABLE) {
      const early = judge(rule, parents);
      // A one_* rule that has run stays run; a rule that gave up would also have given up at the end.
      const late = early === 'wait' ? [] : completions(parents).map((one) => judge(rule, one));
      expect(late.every((verdict) => early === 'run' || verdict !== 'run')).toBe(true);
    }
  });

  test('decides once all parents have ended', () => {
    for (const { parents } of TABLE.filter((row) => !row.parents.includes('-'))) {
      expect(judge(rule, parents)).not.toBe('wait');
    }
  });
});
