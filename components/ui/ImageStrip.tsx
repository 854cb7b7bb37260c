'use client';

import { clsx } from 'clsx';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Dialog, DialogBody } from './Dialog.tsx';
import type { FoundImage } from './images.ts';

/** Thumbnails of the images that an output names; pressing one shows it large. */
export function ImageStrip({
  images,
  large = false,
}: {
  images: readonly FoundImage[];
  large?: boolean;
}) {
  const t = useTranslations('images');
  const [open, setOpen] = useState<FoundImage | null>(null);

  if (images.length === 0) {
    return null;
  }

  return (
    <>
      <ul
        aria-label={t('list', { count: images.length })}
        className={clsx(
          'grid gap-2',
          large
            ? 'grid-cols-[repeat(auto-fill,minmax(11rem,1fr))]'
            : 'grid-cols-[repeat(auto-fill,minmax(5.5rem,1fr))]',
        )}
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
                alt=""
                className="aspect-[4/3] w-full rounded-md border bg-sunken object-contain transition-[border-color] group-hover:border-accent"
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
              alt={open.path}
              className="max-h-[65vh] max-w-full rounded-md border bg-sunken object-contain"
            />
          </DialogBody>
        </Dialog>
      )}
    </>
  );
}

type PictureProps = { image: FoundImage; alt: string; className: string };

function Picture({ image, alt, className }: PictureProps) {
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
      alt={alt}
      loading="lazy"
      referrerPolicy="no-referrer"
      className={className}
      onError={() => setBroken(true)}
    />
  );
}
