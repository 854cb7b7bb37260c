import * as z from 'zod';
import type { Hub } from '../live/hub.ts';
import { openStream, type StreamTimes } from '../live/stream.ts';
import { topicList } from '../live/topics.ts';
import { route } from '../route.ts';

export function eventRoutes(hub: Hub, times: StreamTimes, stopping?: AbortSignal) {
  return [
    route({
      id: 'streamEvents',
      method: 'get',
      path: '/events/stream',
      tag: 'Live updates',
      scope: 'read',
      summary: 'Hear of changes as they happen',
      description:
        'Server-sent events. `change` carries `{"topics":[…],"ids":[…]}`: ids only, read them again to see what changed. `resync` says that changes may have been missed. At most four rounds a second; the stream closes after ten minutes, connect again.',
      query: z.strictObject({ topics: topicList }),
      streams: 'text/event-stream',
      does: (ctx, { query }) => openStream(ctx, hub, query.topics, times, stopping),
    }),
  ];
}
