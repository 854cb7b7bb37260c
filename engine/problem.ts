/** What can be wrong with a definition. Codes are stable: the docs, the canvas and other people's scripts point at them. */
export const PROBLEM_CODES = [
  'schema',
  'no_nodes',
  'duplicate_key',
  'ambiguous_key',
  'unknown_node',
  'self_edge',
  'duplicate_edge',
  'cycle',
  'unreachable',
  'unknown_work',
  'unknown_workflow',
  'unknown_version',
  'workflow_unpublished',
  'workflow_recursion',
  'route_without_default',
  'unknown_branch',
  'branch_without_edge',
  'edge_without_branch',
  'start_has_incoming',
  'end_has_outgoing',
  'fanout_not_one',
  'wait_not_one',
  'http_callback_and_status',
  'http_result_without_status',
  'http_callback_unused',
  'invalid_url',
  'url_credentials',
  'refused_url',
  'invalid_header',
  'unknown_time_zone',
  'duplicate_signal',
  'expression_syntax',
  'unknown_reference',
  'reference_not_upstream',
  'unknown_member',
  'wrong_type',
  // Found by the server, which has the sandbox to compile it in.
  'script_syntax',
] as const;

export type ProblemCode = (typeof PROBLEM_CODES)[number];

/**
 * One thing wrong with a definition. `pointer` is a JSON Pointer into it; `node` and `edge` name what the canvas marks.
 * `params` are the facts of the message, for its translation. A `warning` does not stop publishing.
 */
export type Problem = {
  readonly code: ProblemCode;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly pointer: string;
  readonly node?: string | undefined;
  readonly edge?: { readonly from: string; readonly to: string } | undefined;
  readonly params?: Readonly<Record<string, string | number>> | undefined;
};
