'use client';

import { clsx } from 'clsx';
import { Check, Copy } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { toast } from 'sonner';
import { Button, IconButton } from './Button.tsx';
import { copyText } from './clipboard.ts';

function useCopy(text: string | (() => string)) {
  const t = useTranslations('common');
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) {
      return;
    }
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy() {
    const done = await copyText(typeof text === 'string' ? text : text());
    setCopied(done);
    if (done) {
      toast.success(t('copied'));
    } else {
      toast.error(t('couldNotCopy'));
    }
  }

  return { copied, copy };
}

type CopyButtonProps = {
  text: string | (() => string);
  /** What is copied: "Copy instance id". */
  label: string;
  /** Shows the label as words. */
  withText?: boolean;
  className?: string;
};

export function CopyButton({ text, label, withText = false, className }: CopyButtonProps) {
  const { copied, copy } = useCopy(text);
  const icon = copied ? Check : Copy;

  if (withText) {
    return (
      <Button
        size="sm"
        variant="ghost"
        icon={icon}
        {...(className && { className })}
        onClick={copy}
      >
        {label}
      </Button>
    );
  }

  return (
    <IconButton
      size="sm"
      label={label}
      icon={icon}
      iconClassName="size-3.5"
      className={clsx('size-6', className)}
      onClick={copy}
    />
  );
}
