'use client';

import type { LucideIcon } from 'lucide-react';
import { Ellipsis } from 'lucide-react';
import { IconButton } from './Button.tsx';
import { Menu, MenuContent, MenuItem, MenuTrigger } from './Menu.tsx';

type RowMove = {
  readonly icon: LucideIcon;
  readonly text: string;
  readonly danger?: boolean;
  readonly onSelect: () => void;
};

/** What can be done with a row of a list; `label` names the row. */
export function RowMenu({ label, moves }: { label: string; moves: readonly RowMove[] }) {
  return (
    <Menu>
      <MenuTrigger>
        <IconButton label={label} icon={Ellipsis} size="sm" />
      </MenuTrigger>
      <MenuContent align="end">
        {moves.map(({ text, ...move }) => (
          <MenuItem key={text} {...move}>
            {text}
          </MenuItem>
        ))}
      </MenuContent>
    </Menu>
  );
}
