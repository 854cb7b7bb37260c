/** Progress, for people; standard output holds nothing but the figures. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
