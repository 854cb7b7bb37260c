/** What tests of alerts say in a word. */
import type { World } from '#test/setup.ts';
import type { AlertMessage } from '#engine/alert/channel.ts';
import { isRefusal } from '../refusal.ts';
import { createAlertChannel } from './channels/create.ts';
import { evaluateAlerts } from './evaluate.ts';
import { listAlerts } from './list.ts';
import { createAlertRule, createAlertRuleInput } from './rules/create.ts';

export function did<Answer extends object>(answer: Answer): Exclude<Answer, { refused: unknown }> {
  if (isRefusal(answer)) {
    throw new Error(answer.message);
  }
  return answer as Exclude<Answer, { refused: unknown }>;
}

export async function channel(world: World, language: 'en' | 'zh' = 'en'): Promise<string> {
  const { id } = did(
    await createAlertChannel(world.ctx, {
      name: 'On call',
      kind: 'wecom',
      language,
      enabled: true,
      settings: { url: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a-key' },
    }),
  );
  return id;
}

export async function rule(world: World, more: object): Promise<string> {
  const input = createAlertRuleInput.parse({ name: 'Watch', ...more });
  return did(await createAlertRule(world.ctx, input)).id;
}

export async function failOne(world: World): Promise<string> {
  const id = await world.create();
  await world.fail(await world.claim(), 'card declined');
  return id;
}

export const look = (world: World) => evaluateAlerts(world.ctx, { publicUrl: 'https://l.example' });

/** Everything in the outbox, the oldest first. */
export async function messages(world: World): Promise<AlertMessage[]> {
  const rows = await world.db.sql<{ content: AlertMessage }[]>`
    select content from alert_message order by id
  `;
  return rows.map(({ content }) => content);
}

export async function alerts(world: World) {
  const page = await listAlerts(world.ctx, { limit: 50 });
  return did(page).data;
}
