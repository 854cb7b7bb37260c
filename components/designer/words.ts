'use client';

import { useTranslations } from 'next-intl';
import { useCallback } from 'react';
import type { NodeType } from '#engine/definition.ts';
import type { Label } from './model/labels.ts';

type AnyMessages = {
  (key: string, values?: Record<string, string | number>): string;
  has: (key: string) => boolean;
};

/**
 * Words for fields that are named by the schema, so that their keys are known only at run time. Guaranteed by facts.test.ts: every field
 * and every option of every node has its words in every language.
 */
function useWordsOf(
  namespace: 'designer.fields' | 'designer.settings' | 'designer.alternatives',
): AnyMessages {
  return useTranslations(namespace) as unknown as AnyMessages;
}

export type FieldWords = {
  readonly label: (name: string) => string;
  readonly hint: (name: string, values?: Record<string, string>) => string | undefined;
  readonly option: (name: string, option: string) => string;
};

/** Of what may be written into a field; of all others, the output of another node. */
const EXAMPLES: Readonly<Record<'fields' | 'settings', Readonly<Record<string, string>>>> = {
  fields: {
    items: 'tasks.probe.output.tiles',
    timeZone: 'Asia/Shanghai',
    status: 'submit',
    output: '{{ response.body }}',
    url: '{{ input.host }}',
    headers: '{{ input.token }}',
    succeededWhen: 'response.body.state == "done"',
    failedWhen: 'response.status >= 400',
    objectId: '{{ object.id }}',
    prompt: '{{ object.id }}',
    seconds: '{{ input.seconds }}',
    until: '{{ input.startAt }}',
  },
  settings: {},
};

export function useFieldWords(scope: 'fields' | 'settings'): FieldWords {
  const t = useWordsOf(`designer.${scope}`);
  const examples = EXAMPLES[scope];

  return {
    label: (name) => t(`${name}.label`),
    hint: (name, values) =>
      t.has(`${name}.hint`)
        ? t(`${name}.hint`, { example: examples[name] ?? '{{ tasks.probe.output }}', ...values })
        : undefined,
    option: (name, option) => t(`${name}.options.${option}`),
  };
}

/** Words for what a node says in one of several ways: under `designer.alternatives.<type>`, guaranteed by the same test. */
export function useAlternativeWords(type: NodeType): {
  readonly label: string;
  readonly option: (name: string) => string;
} {
  const t = useWordsOf('designer.alternatives');
  return { label: t(`${type}.label`), option: (name) => t(`${type}.options.${name}`) };
}

/** The label of the last field of a path (`retry.limit`), or the path itself if nothing is called that. */
export function useFieldName(): (path: string) => string {
  const words = useWordsOf('designer.fields');
  return useCallback((path) => nameOf(words, path.split('.').at(-1) ?? path), [words]);
}

/** What was done, in words: "Moved 3 nodes". */
export function useLabelText(): (label: Label) => string {
  const t = useTranslations('designer.history');
  const fields = useWordsOf('designer.fields');
  const settings = useWordsOf('designer.settings');

  return (label) => {
    switch (label.name) {
      case 'opened':
      case 'arranged':
      case 'json':
      case 'theirs':
      case 'restored':
        return t(label.name);
      case 'moved':
      case 'removed':
      case 'disconnected':
      case 'pasted':
      case 'duplicated':
      case 'enabled':
      case 'disabled':
        return t(label.name, { count: label.count });
      case 'added':
      case 'connected':
        return t(label.name, { title: label.title });
      case 'renamed':
        return t(label.name, { from: label.from, to: label.to });
      case 'changed':
        return t(label.name, { title: label.title, field: nameOf(fields, label.field) });
      case 'setting':
        return t(label.name, { field: nameOf(settings, label.field) });
    }
  };
}

function nameOf(words: AnyMessages, field: string): string {
  return words.has(`${field}.label`) ? words(`${field}.label`) : field;
}
