/** Reading and writing inside a JSON value by the way that leads there, without changing the value itself. */
import { step as pointerStep } from '#engine/pointer.ts';
import { own } from '#engine/json.ts';
import { isRecord } from '../../canvas/read.ts';

export type Path = readonly (string | number)[];

export function valueAt(root: unknown, path: Path): unknown {
  let value = root;

  for (const step of path) {
    if (Array.isArray(value)) value = (value as readonly unknown[])[Number(step)];
    else if (isRecord(value)) value = Object.hasOwn(value, step) ? value[step] : undefined;
    else return undefined;
  }

  return value;
}

/**
 * A copy in which `value` stands at `path`; `undefined` takes it out. Objects on the way are made as needed, and those that end up empty
 * are taken out with their last member, so that clearing a field leaves no `"timeouts": {}` behind.
 */
export function withValue(
  root: Readonly<Record<string, unknown>>,
  path: Path,
  value: unknown,
): Record<string, unknown> {
  return isRecord(root) ? (put(root, path, value) as Record<string, unknown>) : {};
}

function put(holder: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;

  if (Array.isArray(holder)) {
    const list: readonly unknown[] = holder;
    const index = Number(step);
    const member = put(list[index], rest, value);

    return member === undefined
      ? list.filter((_, place) => place !== index)
      : index < list.length
        ? list.map((entry, place) => (place === index ? member : entry))
        : [...list, member];
  }

  const members = isRecord(holder) ? holder : {};
  const member = put(own(members, String(step)), rest, value);
  const emptied = rest.length > 0 && isRecord(member) && Object.keys(member).length === 0;

  if (member !== undefined && !emptied) return { ...members, [step]: member };

  return Object.fromEntries(Object.entries(members).filter(([name]) => name !== String(step)));
}

/** The JSON Pointer (RFC 6901) of a path. */
export function pointerOf(path: Path): string {
  return path.map(pointerStep).join('');
}
