'use client';

import { Download, Play, Square } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import Link from 'next/link';
import { useProblemText } from '../../query/problem_text.ts';
import { Button } from '../../ui/Button.tsx';
import { DialogBody, DialogFooter } from '../../ui/Dialog.tsx';
import { downloadText } from '../../ui/download.ts';
import { FieldError } from '../../ui/Field.tsx';
import { ShareBar } from '../../ui/ShareBar.tsx';
import { Table, TableBody, TableHead, Td, Th, Tr } from '../../ui/Table.tsx';
import type { ManyRun } from './many.ts';
import { complaintOf, resultTable, tallyOf } from './start_many.ts';

/** So many refused lines are shown; all are in the file. */
const REFUSED_SHOWN = 100;

type ManyResultsProps = {
  workflow: string;
  run: ManyRun;
  onStop: () => void;
  onGoOn: () => void;
  onBack: () => void;
};

/** How far it is, and what became of each line. */
export function ManyResults({ workflow, run, onStop, onGoOn, onBack }: ManyResultsProps) {
  const t = useTranslations('run.many');
  const format = useFormatter();
  const problemText = useProblemText();
  const { rows, results, running, error } = run;
  const { started, known, refused } = tallyOf(results);
  const over = results.length === rows.length;
  const facts = { done: format.number(results.length), total: format.number(rows.length) };

  return (
    <>
      <DialogBody className="flex flex-col gap-4">
        <div className="flex flex-col gap-2">
          <p role="status" className="text-sm font-medium">
            {t(over ? 'over' : running ? 'running' : 'stopped', facts)}
          </p>
          <ShareBar
            role="progressbar"
            aria-label={t('progress')}
            aria-valuemin={0}
            aria-valuemax={rows.length}
            aria-valuenow={results.length}
            className="h-2.5"
            total={rows.length}
            shares={[
              { tone: 'accent', count: results.length - refused },
              { tone: 'bad', count: refused, hatched: true },
            ]}
          />
          <p className="text-sm text-muted tabular-nums">
            {t('tally', {
              started: format.number(started),
              known: format.number(known),
              refused: format.number(refused),
            })}
          </p>
        </div>
        {error !== null && <FieldError>{problemText(error)}</FieldError>}
        {refused > 0 && <Refused run={run} refused={refused} />}
      </DialogBody>
      <DialogFooter>
        {results.length > 0 && (
          <Button
            icon={Download}
            className="mr-auto"
            onClick={() =>
              downloadText(`${workflow}-started.csv`, 'text/csv', resultTable(rows, results))
            }
          >
            {t('download')}
          </Button>
        )}
        {running && (
          <Button icon={Square} onClick={onStop}>
            {t('stop')}
          </Button>
        )}
        {!running && <Button onClick={onBack}>{t('back')}</Button>}
        {!running && !over && (
          <Button variant="primary" icon={Play} onClick={onGoOn}>
            {t('goOn')}
          </Button>
        )}
        {over && (
          <Button asChild variant="primary">
            <Link href={`/instances?workflow=${workflow}`}>{t('show')}</Link>
          </Button>
        )}
      </DialogFooter>
    </>
  );
}

function Refused({ run: { rows, results }, refused }: { run: ManyRun; refused: number }) {
  const t = useTranslations('run.many');
  const lines = results.flatMap((result, index) => {
    const row = rows[index];
    return result.ok || row === undefined ? [] : [{ ...row, message: complaintOf(result) }];
  });

  return (
    <section className="flex flex-col gap-2">
      <Table label={t('refused')}>
        <TableHead>
          <Th>{t('line')}</Th>
          <Th>{t('object')}</Th>
          <Th>{t('why')}</Th>
        </TableHead>
        <TableBody>
          {lines.slice(0, REFUSED_SHOWN).map(({ line, objectId, message }) => (
            <Tr key={line}>
              <Td className="tabular-nums">{line}</Td>
              <Td className="mono max-w-48 truncate">{objectId}</Td>
              <Td>{message}</Td>
            </Tr>
          ))}
        </TableBody>
      </Table>
      {refused > REFUSED_SHOWN && (
        <p className="text-xs text-muted">{t('moreRefused', { count: refused - REFUSED_SHOWN })}</p>
      )}
    </section>
  );
}
