/** What is to happen when, on a clock that nobody waits for: a binary heap. What is due at the same moment happens in the order of its entry. */
export type Agenda<Entry> = {
  readonly add: (at: number, entry: Entry) => void;
  /** Takes what is due next. */
  readonly next: () => { readonly at: number; readonly entry: Entry } | undefined;
};

type Slot<Entry> = { readonly at: number; readonly place: number; readonly entry: Entry };

export function makeAgenda<Entry>(): Agenda<Entry> {
  const heap: Slot<Entry>[] = [];
  let places = 0;

  const before = (one: number, other: number): boolean => {
    const [a, b] = [heap[one], heap[other]];
    return (
      a !== undefined && b !== undefined && (a.at < b.at || (a.at === b.at && a.place < b.place))
    );
  };
  const swap = (one: number, other: number): void => {
    const [a, b] = [heap[one], heap[other]];
    if (a && b) {
      heap[one] = b;
      heap[other] = a;
    }
  };

  return {
    add: (at, entry) => {
      let index = heap.push({ at, place: places, entry }) - 1;
      places += 1;
      for (let up = (index - 1) >> 1; index > 0 && before(index, up); up = (index - 1) >> 1) {
        swap(index, up);
        index = up;
      }
    },
    next: () => {
      const first = heap[0];
      const last = heap.pop();
      if (last !== undefined && heap.length > 0) {
        heap[0] = last;
        for (let index = 0; ;) {
          const [left, right] = [2 * index + 1, 2 * index + 2];
          const least = before(right, left) ? right : left;
          if (!before(least, index)) {
            break;
          }
          swap(index, least);
          index = least;
        }
      }
      return first;
    },
  };
}
