'use client';

import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { useLive } from '../query/provider.tsx';
import { Dialog, DialogBody } from '../ui/Dialog.tsx';
import { useFreeKey } from '../ui/free_key.ts';
import { Kbd } from '../ui/Kbd.tsx';
import { DESTINATIONS } from './destinations.ts';

/** Between `g` and the letter of a place. */
const SEQUENCE_MS = 1_200;

/** The keys that work on every page, and the page that lists them (`?`). */
export function ShortcutKeys() {
  const t = useTranslations('shortcuts');
  const nav = useTranslations('nav');
  const router = useRouter();
  const { status, setPaused } = useLive();
  const [listed, setListed] = useState(false);
  const wentAt = useRef(-Infinity);

  useFreeKey((event) => {
    if (event.timeStamp - wentAt.current < SEQUENCE_MS) {
      wentAt.current = -Infinity;
      const place = DESTINATIONS.find(({ letter }) => letter === event.key);
      if (place) {
        event.preventDefault();
        router.push(place.href);
      }
      return;
    }

    switch (event.key) {
      case 'g':
        wentAt.current = event.timeStamp;
        break;
      case 'r':
        setPaused(status !== 'off');
        break;
      case '?':
        setListed(true);
        break;
      case '/': {
        const search = document.querySelector<HTMLInputElement>('main input[type="search"]');
        if (search) {
          event.preventDefault();
          search.focus();
          search.select();
        }
        break;
      }
    }
  });

  return (
    <Dialog open={listed} onOpenChange={setListed} title={t('title')}>
      <DialogBody>
        <dl className="grid grid-cols-[max-content_1fr] items-center gap-x-4 gap-y-2 text-sm">
          {DESTINATIONS.map(({ key, letter }) => (
            <Row key={key} keys={['g', letter]} text={nav(key)} />
          ))}
          <Row keys={['/']} text={t('search')} />
          <Row keys={['r']} text={t('live')} />
          <Row keys={['?']} text={t('help')} />
        </dl>
      </DialogBody>
    </Dialog>
  );
}

function Row({ keys, text }: { keys: readonly string[]; text: string }) {
  return (
    <>
      <dt className="flex gap-1">
        {keys.map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </dt>
      <dd>{text}</dd>
    </>
  );
}
