/** The job that sends alerts, against vendors that check what they are sent and answer as vendors do. */
import { expect, test } from 'vitest';
import { createMailer } from '#delivery/alerts/email.ts';
import { createAlertSender } from '#delivery/alerts/send.ts';
import { dingtalkServer, wecomServer } from '#delivery/alerts/vendors.fixture.ts';
import { createOutbound } from '#delivery/http.ts';
import { evaluateAlerts } from '#operations/alerts/evaluate.ts';
import { expectProblem, testApi } from '#test/api.ts';
import { takeJobs } from '#test/jobs.ts';
import { sendAlerts, type SendAlertsContext } from './send_alerts.ts';

const { ctx, db, get, post, patch, advanceClock } = await testApi();

const policy = { allowPrivate: false, allowLoopback: true, allowHosts: [] };
const job: SendAlertsContext = {
  db,
  clock: ctx.clock,
  log: ctx.log,
  alertSender: createAlertSender({
    outbound: createOutbound({ policy }),
    mailer: createMailer({ policy }),
    clock: ctx.clock,
  }),
};

/** Does the wake-ups of senders that are there, as the worker process would; answers how many. */
async function doJobs(): Promise<number> {
  const senders = (await takeJobs(db)).flatMap((one) => (one.name === 'sendAlerts' ? [one] : []));
  await Promise.all(senders.map(({ payload }) => sendAlerts(job, payload)));
  return senders.length;
}

/** Waits for the wake-up that another call is about to make. */
async function doNextJob(): Promise<void> {
  while ((await doJobs()) === 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('a test message answers what the vendor said, as it said it', async () => {
  const robot = await dingtalkServer({ secret: 'SECabc', now: () => ctx.clock().getTime() });
  const url = `${robot.url}/robot/send?access_token=a-token`;
  const { body: channel } = await post('/alerts/channels', {
    name: 'On call',
    kind: 'dingtalk',
    language: 'zh',
    settings: { url, secret: 'SECabc' },
  });
  const path = `/alerts/channels/${channel.id}`;

  const [good] = await Promise.all([post(`${path}/test`), doNextJob()]);
  expect(good.body).toMatchObject({
    status: 'sent',
    type: 'test',
    title: '测试消息: On call',
    answer: '{"errcode":0,"errmsg":"ok"}',
  });

  advanceClock(60);
  await patch(path, { settings: { secret: 'SECwrong' } });
  const [bad] = await Promise.all([post(`${path}/test`), doNextJob()]);
  expect(bad.body).toMatchObject({ status: 'dead', sentAt: null });
  expect(bad.body.answer).toContain('sign not match');
  expect((await get(path)).body).toMatchObject({ dead: 1, last: { status: 'dead' } });
  expect((await get(`${path}/messages`)).body.data).toHaveLength(2);

  await patch(path, { enabled: false });
  expectProblem(await post(`${path}/test`), 409, 'conflict');
});

test('from what went wrong to what the robot shows, whatever dies on the way, is one message', async () => {
  const robot = await wecomServer({ now: () => ctx.clock().getTime() });
  const { body: channel } = await post('/alerts/channels', {
    name: 'Group',
    kind: 'wecom',
    settings: { url: `${robot.url}/cgi-bin/webhook/send?key=a-key` },
  });
  await post('/alerts/rules', { name: 'Given up', kind: 'dead_letter', channels: [channel.id] });
  await db.sql`
    insert into alert_event (project_id, type, subject, at, failed, message)
    values (1, 'dead_push', 'resize', ${ctx.clock()}, 3, 'answered 404')
  `;
  const look = () => evaluateAlerts(ctx, { publicUrl: 'https://l.example' });
  await look();
  advanceClock(31);
  await look();
  // Killed before it sent anything: the wake-up is lost, the next look makes another.
  await takeJobs(db);
  await look();
  await doJobs();
  await look();
  await doJobs();

  expect(robot.taken).toHaveLength(1);
  expect(robot.taken[0]).toContain('3 deliveries to \\"resize\\" given up');
  const [alert] = (await get('/alerts?state=firing')).body.data;
  expect((await get(`/alerts/${alert.id}/messages`)).body.data).toMatchObject([
    {
      status: 'sent',
      channel: 'Group',
      answer: '{"errcode":0,"errmsg":"ok"}',
      result: 'code 0: ok',
    },
  ]);
});
