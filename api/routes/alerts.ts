import { alert } from '#operations/alerts/alert.ts';
import {
  acknowledgeAlert,
  silenceAlert,
  silenceAlertInput,
} from '#operations/alerts/acknowledge.ts';
import { changeAlertChannel, changeAlertChannelInput } from '#operations/alerts/channels/change.ts';
import { alertChannel } from '#operations/alerts/channels/channel.ts';
import { createAlertChannel, createAlertChannelInput } from '#operations/alerts/channels/create.ts';
import { deleteAlertChannel } from '#operations/alerts/channels/delete.ts';
import { getAlertChannel, listAlertChannels } from '#operations/alerts/channels/list.ts';
import { testAlertChannel } from '#operations/alerts/channels/test.ts';
import { listAlerts, listAlertsInput } from '#operations/alerts/list.ts';
import { alertMessage, listAlertMessages, listMessagesInput } from '#operations/alerts/messages.ts';
import { changeAlertRule, changeAlertRuleInput } from '#operations/alerts/rules/change.ts';
import { createAlertRule, createAlertRuleInput } from '#operations/alerts/rules/create.ts';
import { deleteAlertRule } from '#operations/alerts/rules/delete.ts';
import { getAlertRule, listAlertRules } from '#operations/alerts/rules/list.ts';
import { alertRule } from '#operations/alerts/rules/rule.ts';
import { pageOf } from '#operations/page.ts';
import { noBody, param, route, withoutBody } from '../route.ts';

const tag = 'Alerts';

/** `publicUrl`: how people reach the pages; null: as this request did. */
export function alertRoutes(publicUrl: string | null) {
  return [...alerts, ...rules, ...channels, testRoute(publicUrl)];
}

const alerts = [
  route({
    id: 'listAlerts',
    method: 'get',
    path: '/alerts',
    tag,
    scope: 'read',
    summary: 'List alerts, the newest first',
    query: listAlertsInput,
    answer: pageOf(alert),
    example: { query: 'state=firing,acknowledged' },
    does: (ctx, { query }) => listAlerts(ctx, query),
  }),
  route({
    id: 'acknowledgeAlert',
    method: 'post',
    path: '/alerts/{id}/acknowledge',
    tag,
    scope: 'instances:write',
    summary: 'Acknowledge an alert that fires',
    description: 'Somebody has it in hand: its channels hear of its end and of nothing else.',
    body: noBody,
    optionalBody: true,
    answer: alert,
    refusals: ['not_found', 'conflict'],
    does: (ctx, { params }) => acknowledgeAlert(ctx, { id: param(params, 'id') }),
  }),
  route({
    id: 'silenceAlert',
    method: 'post',
    path: '/alerts/{id}/silence',
    tag,
    scope: 'instances:write',
    summary: 'Silence an alert for a while',
    description: 'Also those that come after it with the same `fingerprint`.',
    body: silenceAlertInput,
    answer: alert,
    refusals: ['not_found'],
    does: (ctx, { params, body }) => silenceAlert(ctx, { id: param(params, 'id'), ...body }),
  }),
  route({
    id: 'listAlertMessages',
    method: 'get',
    path: '/alerts/{id}/messages',
    tag,
    scope: 'read',
    summary: 'List the messages of an alert, the newest first',
    query: listMessagesInput,
    answer: pageOf(alertMessage),
    refusals: ['not_found'],
    does: (ctx, { params, query }) =>
      listAlertMessages(ctx, { of: 'alert', id: param(params, 'id'), ...query }),
  }),
];

const rules = [
  route({
    id: 'listAlertRules',
    method: 'get',
    path: '/alerts/rules',
    tag,
    scope: 'read',
    summary: 'List alert rules',
    answer: pageOf(alertRule),
    example: {},
    does: (ctx) => listAlertRules(ctx),
  }),
  route({
    id: 'createAlertRule',
    method: 'post',
    path: '/alerts/rules',
    tag,
    scope: 'workflows:write',
    summary: 'Create an alert rule',
    body: createAlertRuleInput,
    status: 201,
    answer: alertRule,
    example: {
      body: {
        name: 'Too many failures',
        kind: 'failure_rate',
        params: { percent: 20, windowSeconds: 600, minimum: 10 },
        level: 'critical',
      },
    },
    does: (ctx, { body }) => createAlertRule(ctx, body),
  }),
  route({
    id: 'getAlertRule',
    method: 'get',
    path: '/alerts/rules/{id}',
    tag,
    scope: 'read',
    summary: 'Get an alert rule',
    answer: alertRule,
    refusals: ['not_found'],
    does: (ctx, { params }) => getAlertRule(ctx, { id: param(params, 'id') }),
  }),
  route({
    id: 'changeAlertRule',
    method: 'patch',
    path: '/alerts/rules/{id}',
    tag,
    scope: 'workflows:write',
    summary: 'Change an alert rule',
    description: 'What is named changes; `params` are replaced whole.',
    body: changeAlertRuleInput,
    answer: alertRule,
    refusals: ['not_found'],
    does: (ctx, { params, body }) => changeAlertRule(ctx, { id: param(params, 'id'), ...body }),
  }),
  route({
    id: 'deleteAlertRule',
    method: 'delete',
    path: '/alerts/rules/{id}',
    tag,
    scope: 'workflows:write',
    summary: 'Delete an alert rule',
    description: 'Its open alerts end in silence.',
    status: 204,
    refusals: ['not_found'],
    does: (ctx, { params }) => withoutBody(deleteAlertRule(ctx, { id: param(params, 'id') })),
  }),
];

const channels = [
  route({
    id: 'listAlertChannels',
    method: 'get',
    path: '/alerts/channels',
    tag,
    scope: 'read',
    summary: 'List alert channels',
    answer: pageOf(alertChannel),
    example: {},
    does: (ctx) => listAlertChannels(ctx),
  }),
  route({
    id: 'createAlertChannel',
    method: 'post',
    path: '/alerts/channels',
    tag,
    scope: 'workflows:write',
    summary: 'Create an alert channel',
    description: 'Secrets, and URLs that hold them, are stored and never answered.',
    body: createAlertChannelInput,
    status: 201,
    answer: alertChannel,
    example: {
      body: {
        name: 'On call',
        kind: 'webhook',
        settings: { url: 'https://example.com/latchwork' },
      },
    },
    does: (ctx, { body }) => createAlertChannel(ctx, body),
  }),
  route({
    id: 'getAlertChannel',
    method: 'get',
    path: '/alerts/channels/{id}',
    tag,
    scope: 'read',
    summary: 'Get an alert channel',
    answer: alertChannel,
    refusals: ['not_found'],
    does: (ctx, { params }) => getAlertChannel(ctx, { id: param(params, 'id') }),
  }),
  route({
    id: 'changeAlertChannel',
    method: 'patch',
    path: '/alerts/channels/{id}',
    tag,
    scope: 'workflows:write',
    summary: 'Change an alert channel',
    body: changeAlertChannelInput,
    answer: alertChannel,
    refusals: ['not_found'],
    does: (ctx, { params, body }) => changeAlertChannel(ctx, { id: param(params, 'id'), ...body }),
  }),
  route({
    id: 'deleteAlertChannel',
    method: 'delete',
    path: '/alerts/channels/{id}',
    tag,
    scope: 'workflows:write',
    summary: 'Delete an alert channel',
    description: 'With its log. Rules that named it tell their other channels.',
    status: 204,
    refusals: ['not_found'],
    does: (ctx, { params }) => withoutBody(deleteAlertChannel(ctx, { id: param(params, 'id') })),
  }),
  route({
    id: 'listChannelMessages',
    method: 'get',
    path: '/alerts/channels/{id}/messages',
    tag,
    scope: 'read',
    summary: 'List the messages of a channel, the newest first',
    query: listMessagesInput,
    answer: pageOf(alertMessage),
    refusals: ['not_found'],
    does: (ctx, { params, query }) =>
      listAlertMessages(ctx, { of: 'channel', id: param(params, 'id'), ...query }),
  }),
];

function testRoute(publicUrl: string | null) {
  return route({
    id: 'testAlertChannel',
    method: 'post',
    path: '/alerts/channels/{id}/test',
    tag,
    scope: 'workflows:write',
    summary: 'Send a test message',
    description:
      'By the worker process, as all messages are. Answers what the vendor said, as it said it; `waiting` if nobody has sent it within 25 s.',
    body: noBody,
    optionalBody: true,
    answer: alertMessage,
    refusals: ['not_found', 'conflict'],
    does: (ctx, { params, url, signal }) =>
      testAlertChannel(ctx, {
        id: param(params, 'id'),
        publicUrl: publicUrl ?? new URL(url).origin,
        signal: signal(),
      }),
  });
}
