import { Td } from '../ui/Table.tsx';

/** The name of a schedule or a trigger, with its key where that is another. */
export function NameCell({ name, itemKey }: { name: string; itemKey: string }) {
  return (
    <Td>
      <span className="font-medium">{name}</span>
      {name !== itemKey && <div className="mono text-xs text-faint">{itemKey}</div>}
    </Td>
  );
}
