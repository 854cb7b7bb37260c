import { isJsonObject, type Json, type JsonObject } from '#engine/json.ts';
import type { Problem } from '#engine/problem.ts';
import { checkScript } from '../sandbox/check.ts';

/** Scripts that the sandbox cannot compile. The document may be anything: whatever else is wrong with it is not looked at here. */
export async function checkScripts(document: JsonObject): Promise<Problem[]> {
  const { nodes } = document;
  const problems: Problem[] = [];

  for (const [index, node] of (Array.isArray(nodes) ? (nodes as readonly Json[]) : []).entries()) {
    if (isJsonObject(node) && node['type'] === 'script' && typeof node['script'] === 'string') {
      problems.push(...(await checkNode(node, node['script'], index)));
    }
  }

  return problems;
}

async function checkNode(node: JsonObject, script: string, index: number): Promise<Problem[]> {
  const wrong = await checkScript(script);
  if (wrong === null) {
    return [];
  }
  const { line, column, message } = wrong;
  const key = typeof node['key'] === 'string' ? node['key'] : '';

  return [
    {
      code: 'script_syntax',
      severity: node['disabled'] === true ? 'warning' : 'error',
      message: `The script of node "${key}" is wrong in line ${line}, column ${column}: ${message}.`,
      pointer: `/nodes/${index}/script`,
      node: key,
      params: { key, line, column, reason: message },
    },
  ];
}
