'use client';

import { useTranslations } from 'next-intl';
import { DropdownMenu as Radix } from 'radix-ui';
import { groupedKinds } from '../../canvas/kinds/registry.ts';
import type { Adding } from '../commands/context.ts';
import { useEditor } from '../editor/context.ts';

/** Asks of which kind the new node shall be, where it shall stand. */
export function AddMenu({
  adding,
  onClose,
  onAdded,
}: {
  adding: Adding;
  onClose: () => void;
  onAdded: () => void;
}) {
  const t = useTranslations('designer');
  const editor = useEditor();
  const { place, after, between } = adding;

  const groups = groupedKinds(
    (kind) =>
      (kind.entry || (after === undefined && between === undefined)) &&
      (between === undefined || kind.exits(kind.create('new'), []).length > 0),
  );

  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()} modal={false}>
      <Radix.Trigger
        aria-hidden
        tabIndex={-1}
        className="pointer-events-none fixed size-0"
        style={{ left: place.screen.x, top: place.screen.y }}
      />
      <Radix.Portal>
        <Radix.Content
          aria-label={t('palette.whatNext')}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) w-72 animate-appear overflow-y-auto rounded-lg border bg-raised p-1 shadow-pop"
          // The new node takes the focus, not the trigger that nobody sees.
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          <Radix.Label className="px-2 pt-1.5 pb-1 text-2xs font-medium text-faint">
            {t('palette.whatNext')}
          </Radix.Label>
          {groups.map(({ group, kinds }) => (
            <Radix.Group key={group}>
              <Radix.Label className="px-2 pt-1.5 pb-0.5 text-2xs font-medium text-faint">
                {t(`groups.${group}`)}
              </Radix.Label>
              {kinds.map((kind) => (
                <Radix.Item
                  key={kind.type}
                  textValue={t(`kinds.${kind.type}.title`)}
                  className="flex items-start gap-2 rounded-md px-2 py-1.5 text-sm outline-none select-none data-[highlighted]:bg-hover"
                  onSelect={() => {
                    editor.run({
                      type: 'add',
                      node: kind.create(kind.type),
                      at: after === undefined && between === undefined ? place.canvas : undefined,
                      after,
                      between,
                    });
                    onAdded();
                  }}
                >
                  <span
                    data-tone={kind.tone}
                    className="grid size-7 shrink-0 place-items-center rounded-md border border-tone-line bg-tone-soft text-tone"
                  >
                    <kind.Icon aria-hidden className="size-4" />
                  </span>
                  <span className="flex flex-col">
                    <span className="font-medium">{t(`kinds.${kind.type}.title`)}</span>
                    <span className="text-xs text-muted">{t(`kinds.${kind.type}.about`)}</span>
                  </span>
                </Radix.Item>
              ))}
            </Radix.Group>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
