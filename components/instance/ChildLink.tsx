import Link from 'next/link';
import { shortId } from '../ui/text.ts';

/** To the instance that a task or segment runs as its child. */
export function ChildLink({ id }: { id: string }) {
  return (
    <Link href={`/instances/${id}`} className="mono underline underline-offset-2">
      {shortId(id)}
    </Link>
  );
}
