/** Signals, in time or early. */
import type { Json } from '#engine/json.ts';
import { isFinalInstance } from '#engine/states.ts';
import { isRefusal, type Refusal } from '#operations/refusal.ts';
import { sendSignal, type SentSignal } from '#operations/signals/send.ts';
import type { Action } from './action.ts';
import { endAttempt } from './ends.ts';
import { judgeSignal } from './nodes.ts';
import { turn } from './turn.ts';
import { Mismatch, nodeIn, settingOf } from './world.ts';

export function signal(id: string, name: string, payload: Json): Action {
  return {
    name: `signal ${name} to ${id}`,
    perform: (ctx) => sendSignal(ctx, { id, name, payload }),
    steps: [
      (settings, world, told) => {
        const answer = told.answer as SentSignal | Refusal | undefined;
        const instance = world.instances.find((one) => one.id === id);
        const setting = instance && settingOf(settings, instance.version);
        const listeners = (setting?.order ?? []).filter((key) => {
          const plan = setting?.nodeOf.get(key);
          return plan?.type === 'signal' && plan.signal === name;
        });
        const inState = (wanted: string) =>
          instance && listeners.find((key) => nodeIn(instance, key).status === wanted);
        const open = inState('open');
        const listener = open ?? inState('pending');
        const plan = listener === undefined ? undefined : setting?.nodeOf.get(listener);
        const verdict = plan?.type === 'signal' ? judgeSignal(plan, payload) : 'malformed';
        const able =
          instance !== undefined && !isFinalInstance(instance.status) && verdict !== 'malformed';

        if (answer && isRefusal(answer) === able) {
          throw new Mismatch(`it was answered ${JSON.stringify(answer)}`);
        }
        if (answer && !isRefusal(answer) && answer.taken !== (open !== undefined)) {
          throw new Mismatch(`it was answered ${JSON.stringify(answer)}`);
        }
        if (!able) {
          return;
        }
        const task = instance.tasks.find(({ node }) => node === open);
        if (task === undefined) {
          instance.signals.push({ name, payload });
        } else {
          turn(settings, world, instance, (one) =>
            endAttempt(
              one,
              task,
              verdict === 'rejected'
                ? { outcome: 'failed', code: 'rejected', retryable: false, output: payload }
                : { outcome: 'succeeded', output: payload },
            ),
          );
        }
      },
    ],
  };
}
