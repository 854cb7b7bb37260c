import { expect, test } from 'vitest';
import { LEGIBLE } from '../canvas/keep_in_view.ts';
import { startView } from './start_view.ts';

const ROOM = { width: 1_200, height: 600 };
const card = (x: number, y: number) => ({ x, y, width: 240, height: 80 });

/** The middle of a card on screen. */
function seen(
  view: ReturnType<typeof startView>,
  { x, y, width, height }: ReturnType<typeof card>,
) {
  const { zoom = 0, x: left = 0, y: top = 0 } = view ?? {};
  return { x: (x + width / 2) * zoom + left, y: (y + height / 2) * zoom + top };
}

test('a pipeline that can be read as a whole is shown as a whole', () => {
  expect(startView({ x: 0, y: 0, width: 1_900, height: 900 }, card(0, 0), ROOM)).toBeNull();
});

test('a long one is begun with, and stands in the middle of the height', () => {
  const all = { x: 100, y: 0, width: 9_000, height: 80 };
  const view = startView(all, card(100, 0), ROOM);

  expect(view?.zoom).toBe(LEGIBLE);
  expect(seen(view, card(100, 0))).toEqual({ x: 32 + 120 * LEGIBLE, y: 300 });
});

test('wherever the node stands that is looked for, it is in sight, and nothing beyond the pipeline is', () => {
  const all = { x: 0, y: 0, width: 9_000, height: 4_000 };

  for (const at of [card(0, 0), card(0, 3_700), card(4_400, 1_900), card(8_760, 3_920)]) {
    const view = startView(all, at, ROOM);
    const { x, y } = seen(view, at);

    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(ROOM.width);
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(ROOM.height);
    expect(view?.x).toBeLessThanOrEqual(32);
    expect(view?.y).toBeLessThanOrEqual(32);
  }
});

test('a high one is not squeezed into the height', () => {
  expect(startView({ x: 0, y: 0, width: 800, height: 3_600 }, card(0, 0), ROOM)?.zoom).toBe(
    LEGIBLE,
  );
});
