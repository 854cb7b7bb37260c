/** The trigger rules once more, as sentences about the set of what became of the parents; written for the model, not taken from the engine. */
import type { TriggerRule } from '#engine/definition.ts';

/** What a parent says to the node behind it. */
export type Word = 'succeeded' | 'failed' | 'skipped' | 'upstream_failed' | 'unfinished';

export type Decision = 'run' | 'wait' | 'skipped' | 'upstream_failed';

export function decide(rule: TriggerRule, words: readonly Word[]): Decision {
  const heard = new Set(words);
  const failed = heard.has('failed') || heard.has('upstream_failed');
  const waits = heard.has('unfinished');

  if (words.length === 0 || rule === 'always') {
    return 'run';
  }
  switch (rule) {
    case 'all_success':
      return failed ? 'upstream_failed' : heard.has('skipped') ? 'skipped' : waits ? 'wait' : 'run';
    case 'all_failed':
      return heard.has('succeeded') || heard.has('skipped') ? 'skipped' : waits ? 'wait' : 'run';
    case 'all_done':
      return waits ? 'wait' : 'run';
    case 'all_skipped':
      return heard.has('succeeded') || failed ? 'skipped' : waits ? 'wait' : 'run';
    case 'one_success':
      if (heard.has('succeeded')) return 'run';
      return waits ? 'wait' : failed ? 'upstream_failed' : 'skipped';
    case 'one_failed':
      return failed ? 'run' : waits ? 'wait' : 'skipped';
    case 'one_done':
      if (heard.has('succeeded') || heard.has('failed')) return 'run';
      return waits ? 'wait' : 'skipped';
    case 'none_failed':
      return failed ? 'upstream_failed' : waits ? 'wait' : 'run';
    case 'none_skipped':
      return heard.has('skipped') ? 'skipped' : waits ? 'wait' : 'run';
    case 'none_failed_min_one_success':
      if (failed) return 'upstream_failed';
      return waits ? 'wait' : heard.has('succeeded') ? 'run' : 'skipped';
    case 'all_done_min_one_success':
      if (heard.has('skipped')) return 'skipped';
      return waits ? 'wait' : heard.has('succeeded') ? 'run' : 'upstream_failed';
  }
}
