'use client';

import { useFormatter, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { Reason } from '#api/types.ts';
import { actorName } from '../../ui/actor.ts';
import { relativeTime } from '../../ui/Time.tsx';

/** What messages select by where a name is not there. */
const NOTHING = 'none';

/** A reason in the reader's language, from its code and its params. */
export function useReasonText(): (reason: Reason) => ReactNode {
  const t = useTranslations('why.reasons');
  const format = useFormatter();
  const list = (keys: readonly string[]) => format.list(keys, { type: 'unit' });

  return (reason) => {
    switch (reason.code) {
      case 'upstream_pending': {
        const { finished, total, waitingFor, rule } = reason.params;
        const values = { finished, total, tasks: list(waitingFor) };
        return rule === 'all_success'
          ? t('upstream_pending', values)
          : t('upstream_pending_rule', { ...values, rule });
      }
      case 'slot_limit': {
        const { running, limit, order, ahead } = reason.params;
        return t('slot_limit', { running, limit, order, ahead: ahead ?? 0 });
      }
      case 'work_concurrency':
        return t('work_concurrency', reason.params);
      case 'rate_limit':
        return t('rate_limit', reason.params);
      case 'object_busy':
        return t('object_busy', { objectId: reason.params.objectId });
      case 'workflow_disabled':
        return t('workflow_disabled', { ahead: reason.params.ahead ?? 0 });
      case 'paused': {
        const { by, reason: why } = reason.params;
        return why === null
          ? t('paused', { by: nameOf(by) })
          : t('paused_because', { by: nameOf(by), why });
      }
      case 'scheduled_later':
        return t(`scheduled_later.${reason.params.kind}`, {
          from: reason.params.window?.from ?? '',
          to: reason.params.window?.to ?? '',
          zone: reason.params.window?.timeZone ?? '',
        });
      case 'retry_backoff': {
        const { failures, limit, code, message } = reason.params;
        const values = { failures, code, message: message ?? NOTHING };
        return limit === null
          ? t('retry_backoff', values)
          : t('retry_backoff_of', { ...values, limit });
      }
      case 'pushed_not_started':
        return reason.params.delivering
          ? t('delivering', { work: reason.params.work })
          : t('pushed_not_started', { worker: reason.params.worker ?? '' });
      case 'push_backlog_hold':
        return t('push_backlog_hold', reason.params);
      case 'no_reachable_worker': {
        const { work, delivery, lastClaimAt, inHand, deliveries, message } = reason.params;
        if (delivery === 'push') {
          return t('endpoint_silent', { work, deliveries, message: message ?? NOTHING });
        }
        return lastClaimAt === null
          ? t('no_worker_ever', { work })
          : t.rich('no_worker_since', { work, inHand, time: relativeTime(lastClaimAt) });
      }
      case 'ready': {
        const { work, ahead } = reason.params;
        if (work === null || ahead === null) {
          return t('about_to_move');
        }
        return work.startsWith('#') ? t('ready_internal', { ahead }) : t('ready', { work, ahead });
      }
      case 'running': {
        const { worker, attempt, lastSeenAt } = reason.params;
        const values = { worker: worker ?? NOTHING, attempt };
        return lastSeenAt === null
          ? t('running', values)
          : t.rich('running_seen', { ...values, time: relativeTime(lastSeenAt) });
      }
      case 'waiting_callback':
        return t(`waiting_callback.${reason.params.kind}`);
      case 'segments_incomplete':
        return t('segments_incomplete', reason.params);
      case 'subworkflow_running':
        return t('subworkflow_running', { workflow: reason.params.workflow });
      case 'waiting_signal':
        return reason.params.approval
          ? t('waiting_approval')
          : t('waiting_signal', { signal: reason.params.signal });
      case 'tasks_open':
        return t('tasks_open', reason.params);
      case 'cancel_requested':
        return t('cancel_requested');
      case 'scheduler_down':
        return t('scheduler_down');
      case 'route_not_taken':
        return t('route_not_taken', {
          routes: list(reason.params.routes.map(({ route }) => route)),
        });
      case 'rule_not_met':
        return t('rule_not_met', { rule: reason.params.rule });
      case 'upstream_failed':
        return t('upstream_failed', { tasks: list(reason.params.failed) });
      case 'passed_over':
        return t('passed_over');
    }
  };
}

function nameOf(actor: string | null): string {
  return actor === null ? NOTHING : actorName(actor);
}
