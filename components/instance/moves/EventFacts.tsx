'use client';

import { useTranslations } from 'next-intl';
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { Json, JsonObject } from '#engine/json.ts';
import { head, shortId } from '../../ui/text.ts';

/** What the history keeps of a move beside its reason, in words. */
export function EventFacts({ type, data }: { type: string; data: JsonObject }) {
  const said = useSaid(type, data);

  return said === null ? null : <span className="text-muted">{said}</span>;
}

function useSaid(type: string, data: JsonObject): ReactNode {
  const t = useTranslations('events.said');
  const words = useTranslations('status.task');
  const { from, task, as, segments, priority, version, instance, signal, patch } = data;
  const node = typeof task === 'string' ? task : null;

  switch (type) {
    case 'restarted':
      return typeof from === 'string' ? t('from', { node: from }) : null;
    case 'skipped':
    case 'hurried':
      return node === null ? null : t('task', { node });
    case 'marked':
      return node !== null && (as === 'succeeded' || as === 'failed')
        ? t('as', { node, status: words(as) })
        : null;
    case 'segments_retried':
      return node === null
        ? null
        : Array.isArray(segments)
          ? t('segments', { node, count: segments.length })
          : t('allSegments', { node });
    case 'priority_changed':
      return typeof priority === 'number' ? t('priority', { priority }) : null;
    case 'version_changed':
      return typeof version === 'number' ? t('version', { version }) : null;
    case 'rerun':
      return typeof instance === 'string'
        ? t.rich('rerun', {
            id: () => (
              <Link href={`/instances/${instance}`} className="mono underline underline-offset-2">
                {shortId(instance)}
              </Link>
            ),
          })
        : null;
    case 'context_edited':
      return patch === undefined ? null : <PatchText patch={patch} />;
    case 'signalled':
      return typeof signal === 'string' ? t('signal', { signal }) : null;
    default:
      return null;
  }
}

/** As much of a patch as fits a line of the history; a context can be megabytes. */
const LONGEST_PATCH = 300;

function PatchText({ patch }: { patch: Json }) {
  const text = JSON.stringify(patch);

  return (
    <span className="mono break-all">
      {text.length > LONGEST_PATCH ? `${head(text, LONGEST_PATCH)}…` : text}
    </span>
  );
}
