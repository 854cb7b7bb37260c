import { listDeliveries } from '#operations/notifications/deliveries.ts';
import { listNotifications, listNotificationsInput } from '#operations/notifications/list.ts';
import { delivery, notification } from '#operations/notifications/notification.ts';
import { resendNotification } from '#operations/notifications/resend.ts';
import { pageOf } from '#operations/page.ts';
import { noBody, param, route } from '../route.ts';

const tag = 'Notifications';

export const notificationRoutes = [
  route({
    id: 'listNotifications',
    method: 'get',
    path: '/notifications',
    tag,
    scope: 'read',
    summary: 'List notifications, the newest first',
    query: listNotificationsInput,
    answer: pageOf(notification),
    example: { query: 'status=dead&limit=20' },
    does: (ctx, { query }) => listNotifications(ctx, query),
  }),
  route({
    id: 'resendNotification',
    method: 'post',
    path: '/notifications/{id}/resend',
    tag,
    scope: 'instances:write',
    summary: 'Send a notification once more',
    description: 'Whatever became of it, with the same `webhook-id`. Its tries begin anew.',
    body: noBody,
    optionalBody: true,
    status: 202,
    answer: notification,
    refusals: ['not_found', 'conflict'],
    does: (ctx, { params }) => resendNotification(ctx, { id: param(params, 'id') }),
  }),
  route({
    id: 'listDeliveries',
    method: 'get',
    path: '/notifications/{id}/deliveries',
    tag,
    scope: 'read',
    summary: 'List the tries of a notification, the latest first',
    description: 'With request and response, without secrets.',
    answer: pageOf(delivery),
    refusals: ['not_found'],
    does: (ctx, { params }) => listDeliveries(ctx, { id: param(params, 'id') }),
  }),
];
