import { NO_SEGMENT } from '#db/hot/tasks.ts';

/** `<instance>_<node>`, and for a segment `<instance>_<node>_<order>`. */
export function taskId(instanceId: string, nodeKey: string, segment: number): string {
  return segment === NO_SEGMENT
    ? `${instanceId}_${nodeKey}`
    : `${instanceId}_${nodeKey}_${segment}`;
}
