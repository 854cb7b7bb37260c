'use client';

import type { UseQueryResult } from '@tanstack/react-query';
import type { LucideIcon } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Button } from '../ui/Button.tsx';
import { EmptyState, SkeletonRows } from '../ui/states.tsx';
import { Table, TableBody, TableHead, Th } from '../ui/Table.tsx';
import { Loaded } from './Loaded.tsx';

/** A heading; of numbers, which end in line, or of the moves of a row, whose heading is only heard. */
type Column = string | { readonly numbers: string } | { readonly moves: string };

type Page<Item> = { readonly data: readonly Item[] };
type Read<Item> = Page<Item> | { readonly pages: readonly Page<Item>[] };
type More = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };

type ListedProps<Item> = {
  query: UseQueryResult<Read<Item>> & Partial<More>;
  label: string;
  /** What to do while there is none. */
  empty: { icon: LucideIcon; title: string; text: string; action?: ReactNode };
  columns: readonly Column[];
  /** A row, with its key. */
  children: (item: Item) => ReactNode;
};

/** A list that is read from the server: whole, or page by page if its query is one of pages. */
export function Listed<Item>({ query, label, empty, columns, children }: ListedProps<Item>) {
  const t = useTranslations('common');
  const read: UseQueryResult<Read<Item>> = query;

  return (
    <Loaded query={read} skeleton={<SkeletonRows rows={3} label={t('loading')} />}>
      {(data) => {
        const rows = 'pages' in data ? data.pages.flatMap((page) => page.data) : data.data;

        return rows.length === 0 ? (
          <div className="card">
            <EmptyState icon={empty.icon} title={empty.title} action={empty.action}>
              {empty.text}
            </EmptyState>
          </div>
        ) : (
          <>
            <Table label={label}>
              <TableHead>{columns.map(headOf)}</TableHead>
              <TableBody>{rows.map(children)}</TableBody>
            </Table>
            {query.hasNextPage === true && (
              <Button
                className="self-center"
                busy={query.isFetchingNextPage === true}
                onClick={() => void query.fetchNextPage?.()}
              >
                {t('showMore')}
              </Button>
            )}
          </>
        );
      }}
    </Loaded>
  );
}

function headOf(column: Column) {
  if (typeof column === 'string') {
    return <Th key={column}>{column}</Th>;
  }
  return 'numbers' in column ? (
    <Th key={column.numbers} className="text-right">
      {column.numbers}
    </Th>
  ) : (
    <Th key={column.moves} className="w-px">
      <span className="sr-only">{column.moves}</span>
    </Th>
  );
}
