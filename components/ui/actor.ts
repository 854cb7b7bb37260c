/** Who did something, as people say it: of "user:Ada Lovelace" and "apiKey:CI" the name; "system" as it is. */
export function actorName(actor: string): string {
  return actor.replace(/^(user|apiKey|worker):/, '');
}
