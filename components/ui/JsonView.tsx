'use client';

import { isJsonObject } from '#engine/json.ts';
import type { Json } from '#engine/json.ts';
import { clsx } from 'clsx';
import { ChevronRight, Download } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import { Button } from './Button.tsx';
import { CopyButton } from './CopyButton.tsx';

/** Above this many characters only the head is shown: a tree of a large value would freeze the tab. */
const TREE_LIMIT = 64 * 1024;
const HEAD = 4 * 1024;
const CHILDREN_AT_ONCE = 100;
const LONG_STRING = 600;

type JsonViewProps = {
  value: Json;
  /** What it is: names the region, the copy button and the downloaded file. */
  label: string;
  /** How many levels are open at first. */
  openDepth?: number;
  className?: string;
};

export function JsonView({ value, label, openDepth = 2, className }: JsonViewProps) {
  const t = useTranslations('json');
  const text = useMemo(() => JSON.stringify(value, null, 2), [value]);
  const large = text.length > TREE_LIMIT;

  return (
    <div className={clsx('group relative min-w-0', className)}>
      <div
        role="region"
        aria-label={label}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region must take the focus
        tabIndex={0}
        className="max-h-[28rem] overflow-auto rounded-md border bg-sunken p-2.5 pr-10 text-xs leading-5"
      >
        {large ? (
          <pre className="mono whitespace-pre-wrap">{text.slice(0, HEAD)}…</pre>
        ) : (
          <div className="mono">
            <Node value={value} depth={0} openDepth={openDepth} />
          </div>
        )}
      </div>
      <CopyButton
        text={text}
        label={t('copy', { what: label })}
        className="absolute top-1.5 right-1.5 bg-sunken"
      />
      {large && (
        <p className="mt-1 flex flex-wrap items-center gap-2 text-xs text-muted">
          {t('large', { kilobytes: Math.round(text.length / 1024) })}
          <Button size="sm" icon={Download} onClick={() => download(text, `${label}.json`)}>
            {t('download')}
          </Button>
        </p>
      )}
    </div>
  );
}

function download(text: string, name: string) {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

type NodeProps = { name?: string; value: Json; depth: number; openDepth: number };

function Node({ name, value, depth, openDepth }: NodeProps) {
  if (Array.isArray(value) || isJsonObject(value)) {
    return <Branch {...(name !== undefined && { name })} {...{ value, depth, openDepth }} />;
  }

  return (
    <div className="pl-4 break-words whitespace-pre-wrap">
      {name !== undefined && <Key name={name} />}
      <Leaf value={value} />
    </div>
  );
}

function Branch({ name, value, depth, openDepth }: NodeProps) {
  const t = useTranslations('json');
  const [open, setOpen] = useState(depth < openDepth);
  const [shown, setShown] = useState(CHILDREN_AT_ONCE);
  const list = Array.isArray(value);
  const entries: readonly (readonly [string, Json])[] = list
    ? value.map((item: Json, index): [string, Json] => [String(index), item])
    : Object.entries(value as Record<string, Json>);
  const [opening, closing] = list ? (['[', ']'] as const) : (['{', '}'] as const);

  if (entries.length === 0) {
    return (
      <div className="pl-4">
        {name !== undefined && <Key name={name} />}
        {opening}
        {closing}
      </div>
    );
  }

  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex items-center rounded-sm text-left hover:bg-hover"
      >
        <ChevronRight
          aria-hidden
          className={clsx('mr-0.5 size-3.5 text-faint transition-transform', open && 'rotate-90')}
        />
        {name !== undefined && <Key name={name} />}
        {opening}
        {!open && (
          <span className="text-faint">
            &nbsp;{t('items', { count: entries.length })} {closing}
          </span>
        )}
      </button>
      {open && (
        <>
          <div className="ml-[6px] border-l pl-2">
            {entries.slice(0, shown).map(([key, item]) => (
              <Node key={key} name={key} value={item} depth={depth + 1} openDepth={openDepth} />
            ))}
            {entries.length > shown && (
              <button
                type="button"
                className="ml-4 text-accent underline"
                onClick={() => setShown(shown + CHILDREN_AT_ONCE)}
              >
                {t('more', { count: entries.length - shown })}
              </button>
            )}
          </div>
          <div className="pl-4">{closing}</div>
        </>
      )}
    </div>
  );
}

function Key({ name }: { name: string }) {
  return <span className="text-muted">{name}: </span>;
}

function Leaf({ value }: { value: Json }) {
  const [whole, setWhole] = useState(false);
  const t = useTranslations('json');

  if (typeof value === 'string') {
    const cut = value.length > LONG_STRING && !whole;
    return (
      <span data-tone="good" className="break-all text-tone">
        &quot;{cut ? value.slice(0, LONG_STRING) : value}
        {cut && '…'}&quot;
        {cut && (
          <button
            type="button"
            className="ml-1 text-accent underline"
            onClick={() => setWhole(true)}
          >
            {t('whole', { count: value.length })}
          </button>
        )}
      </span>
    );
  }

  return (
    <span data-tone={typeof value === 'number' ? 'active' : 'waiting'} className="text-tone">
      {JSON.stringify(value)}
    </span>
  );
}
