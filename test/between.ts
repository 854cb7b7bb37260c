import type { Database } from '#db/database.ts';

/** A database on which something happens right behind each statement of a transaction whose text holds `text`, before whoever said it goes on. */
export function behind(db: Database, text: string, happen: () => Promise<unknown>): Database {
  return {
    ...db,
    transaction: (work) =>
      db.transaction((tx) =>
        work(
          new Proxy(tx, {
            apply: (target, self, args: unknown[]) => {
              const query = Reflect.apply(target, self, args) as Promise<unknown>;
              return String(args[0]).includes(text)
                ? query.then(async (rows) => {
                    await happen();
                    return rows;
                  })
                : query;
            },
          }),
        ),
      ),
  };
}
