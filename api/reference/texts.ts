import type { Tag } from '../route.ts';

/** What the reference says before the first route. Paragraphs, `code`, lists with "- ", headings with "## ". */
export const INTRODUCTION = `
Everything that the pages of Latchwork do, they do through this API; so can you.

## Requests and answers

- Bodies and answers are JSON in camelCase. Times are RFC 3339 in UTC, durations are numbers of seconds.
- Fields that are not known here are refused, so that a typing error is not silently ignored.
- Bodies are UTF-8. Texts keep every character but U+0000 and halves of surrogate pairs, which are stored as U+FFFD.
- Numbers are those of JavaScript: whole ones beyond 2^53 lose their last digits, and none is greater than 1.8e308. Send long ids as texts.
- A single thing may have 1 MiB, a batch or a report 16 MiB; an installation may set other limits.
- Every answer bears \`X-Request-Id\`: yours if you sent one, else a new one. The log of the server names it.

## Who may ask

Send an API key as \`Authorization: Bearer lwk_…\`. A key has scopes; each route names the one that it needs. A revoked key is refused
everywhere within five seconds. Reports to a \`reportUrl\` need no key: the token in its path names one attempt and dies with it.

## Lists

A list answers \`{"data": […], "nextCursor": …}\`. Hand \`nextCursor\` back as \`cursor\` for the next page; null means that this was the last.
\`limit\` is 50 unless you say otherwise, 200 at most. Counts are asked for apart and stop at 10,000. Lists that stay short, as those of alert rules and
channels, are answered whole and take neither.

## Doing it twice

Send an \`Idempotency-Key\` when you start instances: the same request again is answered as the first was, with \`Idempotency-Replayed: true\`;
another request with the same key is refused. A \`dedupeKey\` in the body does the same for as long as the instance is kept. A report is
safe to repeat as it is.

## Two people, one draft

The draft of a workflow has an \`ETag\`. Send it as \`If-Match\` when you save; if somebody saved meanwhile, you get 412 and nothing is lost.

## What can go wrong

Every refusal is an \`application/problem+json\` (RFC 9457) with a stable \`code\`, a sentence in \`detail\`, and for wrong fields \`errors\`
with a JSON Pointer each.
`.trim();

export const TAGS: Readonly<Record<Tag, string>> = {
  Workflows: 'Named pipelines and their settings.',
  Versions: 'What a workflow does: one draft, and the versions that were published from it.',
  Schedules: 'Instances by the clock: cron with time zones, overlaps, and what was missed.',
  Triggers: 'Instances by requests of others: a URL per trigger, its signature and mapping.',
  Works: 'Reusable kinds of tasks, and how they reach a worker.',
  Instances: 'Runs of a workflow, each for one object id.',
  Moves:
    'What people do with instances: one, up to 1,000 by id, or all that match a filter, in the background.',
  Tasks: 'The nodes of one instance, their attempts and segments.',
  Workers: 'What a worker needs: claim tasks, report on them.',
  Notifications: 'Who is told of what, and every try to do so.',
  Alerts: 'What people are told of without having asked: rules, channels, what fires.',
  Expressions: 'CEL in conditions and templates: try it, and what it may call and read.',
  'Live updates': 'Changes as they happen, for pages.',
  'API keys': 'Keys of machines.',
};
