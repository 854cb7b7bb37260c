'use client';

import { isJsonObject } from '#engine/json.ts';
import type { Json } from '#engine/json.ts';
import { clsx } from 'clsx';
import { ChevronRight, Download } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { IconButton } from './Button.tsx';
import { CopyButton } from './CopyButton.tsx';

const CHILDREN_AT_ONCE = 100;
const LONG_STRING = 300;
/** Of data in a URL nobody reads more than what it is. */
const DATA_HEAD = 40;
/** Branches with more children than this stay closed at first, so that a large value costs no more than a small one. */
const WIDE = 24;

type JsonViewProps = {
  value: Json;
  /** What it is: names the region, the copy button and the downloaded file. */
  label: string;
  /** How many levels are open at first. */
  openDepth?: number;
  className?: string;
};

/** A JSON value as a tree. Only what is open is in the document, and text is made only to be copied: size does not matter. */
export function JsonView({ value, label, openDepth = 2, className }: JsonViewProps) {
  const t = useTranslations('json');
  const text = () => JSON.stringify(value, null, 2);

  return (
    <div className={clsx('relative min-w-0', className)}>
      <div
        role="group"
        aria-label={label}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region must take the focus
        tabIndex={0}
        className="mono max-h-[28rem] overflow-auto rounded-md border bg-sunken p-2 pr-16 text-xs leading-5"
      >
        <Node value={value} depth={0} openDepth={openDepth} />
      </div>
      <span className="absolute top-1.5 right-1.5 flex bg-sunken">
        <CopyButton text={text} label={t('copy', { what: label })} />
        <IconButton
          size="sm"
          icon={Download}
          label={t('download', { what: label })}
          iconClassName="size-3.5"
          className="size-6"
          onClick={() => download(text(), `${label}.json`)}
        />
      </span>
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
  const list = Array.isArray(value);
  const entries: readonly (readonly [string, Json])[] = list
    ? value.map((item: Json, index): [string, Json] => [String(index), item])
    : Object.entries(value as Record<string, Json>);
  const [open, setOpen] = useState(depth < openDepth && (depth === 0 || entries.length <= WIDE));
  const [shown, setShown] = useState(CHILDREN_AT_ONCE);
  const inner = entries.length > WIDE ? 0 : openDepth;
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
              <Node key={key} name={key} value={item} depth={depth + 1} openDepth={inner} />
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
  return <span className="whitespace-pre text-muted">{name}: </span>;
}

function Leaf({ value }: { value: Json }) {
  const [whole, setWhole] = useState(false);
  const t = useTranslations('json');

  if (typeof value === 'string') {
    const limit = value.startsWith('data:') ? DATA_HEAD : LONG_STRING;
    const cut = value.length > limit && !whole;
    return (
      <span data-tone="good" className="break-all text-tone">
        &quot;{cut ? value.slice(0, limit) : value}
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
