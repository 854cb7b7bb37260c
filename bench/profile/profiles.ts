/** `--profile`: where the time of one measurement went, in every process of the product. */
import { writeFileSync } from 'node:fs';
import type { Installation } from '../installation.ts';
import { say } from '../say.ts';
import { sampleCpu } from './cpu.ts';
import { dearestStatements, resetStatements } from './statements.ts';
import { profileFile, summarise } from './summary.ts';

/** Begins; the returned function ends it and prints the summaries, per one of `items`. */
export async function startProfiles({
  db,
  programs,
}: Installation): Promise<(items: number) => Promise<void>> {
  await resetStatements(db);
  const stops =
    programs.length === 0
      ? [await profileOurselves()]
      : await Promise.all(programs.map((program) => program.profile()));

  return async (items) => {
    const files = await Promise.all(stops.map((stop) => stop()));

    say(`\n${await dearestStatements(db)}`);
    for (const file of files) {
      say(`\n${summarise(file, items)}`);
    }
  };
}

async function profileOurselves(): Promise<() => Promise<string>> {
  const file = profileFile('bench');
  const stop = await sampleCpu();

  return async () => {
    writeFileSync(file, JSON.stringify(await stop()));
    return file;
  };
}
