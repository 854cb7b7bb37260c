import type { WakeUp } from '#db/jobs.ts';

/** Who lets an instance begin that has joined the line: whoever frees its object, if it waits for that, else admission. */
export function whoLetsBegin({
  projectId,
  workflowId,
  objectId,
  blocked,
}: {
  readonly projectId: number;
  readonly workflowId: number;
  readonly objectId: string;
  readonly blocked: boolean;
}): WakeUp {
  return blocked
    ? { name: 'free', payload: { projectId, workflowId, objectId } }
    : { name: 'admit', payload: { projectId, workflowId } };
}
