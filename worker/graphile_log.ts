import { Logger as GraphileLogger } from 'graphile-worker';
import type { Logger } from 'pino';

/** graphile-worker speaks through ours. Its `info` tells of every single job, which is our `debug`. */
export function graphileLog(log: Logger): GraphileLogger {
  return new GraphileLogger((scope) => {
    const scoped = log.child({ ...scope });

    return (level, message, facts) => {
      switch (level) {
        case 'error':
          return scoped.error(facts ?? {}, message);
        case 'warning':
          return scoped.warn(facts ?? {}, message);
        case 'info':
        case 'debug':
          return scoped.debug(facts ?? {}, message);
      }
    };
  });
}
