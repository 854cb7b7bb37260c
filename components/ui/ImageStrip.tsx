'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Dialog, DialogBody } from './Dialog.tsx';
import type { FoundImage } from './images.ts';

/** Thumbnails of the images that an output names; pressing one shows it large. */
export function ImageStrip({ images }: { images: readonly FoundImage[] }) {
  const t = useTranslations('images');
  const [open, setOpen] = useState<FoundImage | null>(null);

  if (images.length === 0) {
    return null;
  }

  return (
    <>
      <ul
        aria-label={t('list', { count: images.length })}
        className="grid grid-cols-[repeat(auto-fill,minmax(5.5rem,1fr))] gap-2"
      >
        {images.map((image) => (
          <li key={image.src} className="min-w-0">
            <button
              type="button"
              aria-label={t('show', { name: image.path })}
              className="group block w-full text-left"
              onClick={() => setOpen(image)}
            >
              <Picture
                image={image}
                className="aspect-square w-full rounded-md border bg-sunken object-contain transition-[border-color] group-hover:border-accent"
              />
              <span className="mono mt-0.5 block truncate text-2xs text-muted">{image.path}</span>
            </button>
          </li>
        ))}
      </ul>
      {open && (
        <Dialog open onOpenChange={() => setOpen(null)} width="lg" title={open.path}>
          <DialogBody className="grid place-items-center">
            <Picture
              image={open}
              className="max-h-[65vh] max-w-full rounded-md border bg-sunken object-contain"
            />
          </DialogBody>
        </Dialog>
      )}
    </>
  );
}

function Picture({ image, className }: { image: FoundImage; className: string }) {
  const t = useTranslations('images');
  const [broken, setBroken] = useState(false);

  if (broken) {
    return (
      <span className={`${className} grid place-items-center p-1 text-center text-2xs text-faint`}>
        {t('broken')}
      </span>
    );
  }

  return (
    // oxlint-disable-next-line nextjs/no-img-element -- comes from somebody's worker: nothing to optimise, often a data URL
    <img
      src={image.src}
      alt={image.path}
      loading="lazy"
      referrerPolicy="no-referrer"
      className={className}
      onError={() => setBroken(true)}
    />
  );
}
