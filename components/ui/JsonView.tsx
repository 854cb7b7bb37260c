'use client';

import { isJsonObject } from '#engine/json.ts';
import type { Json } from '#engine/json.ts';
import { clsx } from 'clsx';
import { ChevronRight, Download } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { IconButton } from './Button.tsx';
import { CopyButton } from './CopyButton.tsx';
import { downloadJson } from './download.ts';
import { head } from './text.ts';

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
        <CopyButton
          text={() => JSON.stringify(value, null, 2)}
          label={t('copy', { what: label })}
        />
        <IconButton
          size="sm"
          icon={Download}
          label={t('download', { what: label })}
          iconClassName="size-3.5"
          className="size-6"
          onClick={() => downloadJson(`${label}.json`, value)}
        />
      </span>
    </div>
  );
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
  const [shown, setShown] = useState(CHILDREN_AT_ONCE);
  const { count, first } = childrenOf(value, shown);
  const [open, setOpen] = useState(depth < openDepth && (depth === 0 || count <= WIDE));
  const inner = count > WIDE ? 0 : openDepth;
  const [opening, closing] = Array.isArray(value) ? (['[', ']'] as const) : (['{', '}'] as const);

  if (count === 0) {
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
            &nbsp;{t('items', { count })} {closing}
          </span>
        )}
      </button>
      {open && (
        <>
          <div className="ml-[6px] border-l pl-2">
            {first.map(([key, item]) => (
              <Node key={key} name={key} value={item} depth={depth + 1} openDepth={inner} />
            ))}
            {count > shown && (
              <button
                type="button"
                className="ml-4 text-accent underline"
                onClick={() => setShown(shown + CHILDREN_AT_ONCE)}
              >
                {t('more', { count: count - shown })}
              </button>
            )}
          </div>
          <div className="pl-4">{closing}</div>
        </>
      )}
    </div>
  );
}

type Children = { count: number; first: readonly (readonly [string, Json])[] };

/** How many a branch has, and the first of them by name: it may have a million. */
function childrenOf(value: Json, most: number): Children {
  if (Array.isArray(value)) {
    const first = value.slice(0, most).map((item: Json, index) => [String(index), item] as const);
    return { count: value.length, first };
  }

  const members = isJsonObject(value) ? value : {};
  const names = Object.keys(members);
  return {
    count: names.length,
    first: names.slice(0, most).map((name) => [name, members[name] ?? null] as const),
  };
}

function Key({ name }: { name: string }) {
  return (
    <span className="whitespace-pre text-muted">
      <bdi>{name}</bdi>:{' '}
    </span>
  );
}

function Leaf({ value }: { value: Json }) {
  const [whole, setWhole] = useState(false);
  const t = useTranslations('json');

  if (typeof value === 'string') {
    const limit = value.startsWith('data:') ? DATA_HEAD : LONG_STRING;
    const cut = value.length > limit && !whole;
    return (
      <span data-tone="good" className="break-all text-tone">
        &quot;<bdi>{cut ? head(value, limit) : value}</bdi>
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
