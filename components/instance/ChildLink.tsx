import Link from 'next/link';

/** To the instance that a task or segment runs as its child. */
export function ChildLink({ id }: { id: string }) {
  return (
    <Link href={`/instances/${id}`} className="mono underline underline-offset-2">
      {id.slice(0, 8)}…
    </Link>
  );
}
