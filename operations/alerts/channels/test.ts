import { setTimeout as pause } from 'node:timers/promises';
import { asJson } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import { uuidv7 } from '#db/uuid.ts';
import type { AlertMessage } from '#engine/alert/channel.ts';
import { MESSAGE_WORDS, type AlertLanguage } from '#engine/alert/text.ts';
import type { Context } from '../../context.ts';
import { unlessId } from '../../id.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../../refusal.ts';
import { findMessage, type SentMessage } from '../messages.ts';
import { noChannel } from './channel.ts';

/** How long the answer may take: a try of a message, behind one wake-up. */
const LONGEST_WAIT_MS = 25_000;
const LOOK_EVERY_MS = 100;

/**
 * Sends a test message and answers what the vendor said. It goes the way of all messages, by the outbox and the worker process: what gets
 * through here gets through there. One that nobody has sent in time is answered as `waiting`.
 */
export async function testAlertChannel(
  ctx: Context,
  {
    id,
    publicUrl,
    signal,
  }: { readonly id: string; readonly publicUrl: string; readonly signal: AbortSignal },
): Promise<SentMessage | Refusal> {
  const refusal = lacks(ctx, 'workflows:write') ?? unlessId(id, noChannel);
  if (isRefusal(refusal)) {
    return refusal;
  }
  const messageId = await putTest(ctx, id, publicUrl);
  if (isRefusal(messageId)) {
    return messageId;
  }

  for (let waited = 0; ; waited += LOOK_EVERY_MS) {
    const message = await findMessage(ctx, messageId);
    if (message === null) {
      return noChannel(id);
    }
    // A try that failed has an answer too.
    if (message.result !== null || waited >= LONGEST_WAIT_MS || signal.aborted) {
      return message;
    }
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

async function putTest(ctx: Context, id: string, publicUrl: string): Promise<string | Refusal> {
  const { projectId } = ctx;

  return ctx.db.transaction(async (tx) => {
    const [channel] = await tx<{ enabled: boolean; language: AlertLanguage; name: string }[]>`
      select enabled, language, name from alert_channel where project_id = ${projectId} and id = ${id}
    `;
    if (channel === undefined) {
      return noChannel(id);
    }
    if (!channel.enabled) {
      return refuse('conflict', `The channel "${channel.name}" is off; only one that is on sends.`);
    }
    const now = ctx.clock();
    const messageId = uuidv7(now);
    const words = MESSAGE_WORDS[channel.language];
    const content: AlertMessage = {
      type: 'test',
      level: 'info',
      title: `${words.test}: ${channel.name}`,
      lines: [words.testLine],
      url: `${publicUrl}/alerts`,
      linkText: words.open,
      at: [],
      fingerprint: `test:${id}`,
    };
    await tx`
      insert into alert_message (project_id, id, channel_id, alerts, content, due_at, created_at)
      values (
        ${projectId}, ${messageId}, ${id}, '{}', ${asJson(content)}::text::jsonb, ${now}, ${now}
      )
    `;
    await wake(tx, [{ name: 'sendAlerts', payload: { projectId, channelId: id } }]);
    return messageId;
  });
}
