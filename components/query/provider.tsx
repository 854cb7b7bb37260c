'use client';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { Live } from './live.ts';
import type { LiveStatus, Topic } from './live.ts';
import { ApiProblem } from './problem.ts';

const LiveContext = createContext<Live | null>(null);

function makeClient(paused: () => boolean): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // A server of one's own may be on this very machine: what the browser thinks of the network does not say whether it answers.
      mutations: { networkMode: 'always' },
      queries: {
        networkMode: 'always',
        // The stream says when something changed; within this time a page that is opened again shows what is known.
        staleTime: 5_000,
        refetchOnWindowFocus: () => !paused(),
        refetchOnReconnect: () => !paused(),
        // A refusal stays a refusal; only what may pass is worth another try.
        retry: (failures, error) =>
          failures < 2 &&
          !(error instanceof ApiProblem && error.status >= 400 && error.status < 500),
      },
    },
  });
}

/** The server state of the pages: one query cache and one live stream per tab. */
export function QueryProvider({ children }: { children: ReactNode }) {
  const [{ queries, live }] = useState(() => {
    const holder: { live?: Live } = {};
    const queries = makeClient(() => holder.live?.paused ?? false);
    const live = new Live(queries);
    holder.live = live;
    return { queries, live };
  });

  return (
    <QueryClientProvider client={queries}>
      <LiveContext value={live}>{children}</LiveContext>
    </QueryClientProvider>
  );
}

function useLiveObject(): Live {
  const live = useContext(LiveContext);
  if (live === null) {
    throw new Error('useLive needs a QueryProvider above it');
  }
  return live;
}

/** Opens the stream for as long as the component is mounted: for the frame of the signed-in pages. */
export function LiveStream() {
  const live = useLiveObject();
  useEffect(() => live.start(), [live]);
  // Something is always watched, so that the control in the header tells the truth on every page.
  useWatch('workflows');
  return null;
}

/** Says what the component shows, so that the stream tells about it. */
export function useWatch(topic: Topic): void {
  const live = useLiveObject();
  useEffect(() => live.watch(topic), [live, topic]);
}

export function useLive(): { status: LiveStatus; setPaused: (paused: boolean) => void } {
  const live = useLiveObject();
  const status = useSyncExternalStore(live.subscribe, live.status, () => 'connecting' as const);
  return { status, setPaused: (paused) => live.setPaused(paused) };
}
