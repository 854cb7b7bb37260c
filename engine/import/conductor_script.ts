/**
 * Tasks of Conductor that become scripts. Its JavaScript, whose last value counts and whose input is `$`, becomes the body of a function
 * of `input`.
 */
import type { DefinitionNode } from '../definition.ts';
import { celMember } from './cel.ts';
import { makeTask } from './conductor_calls.ts';
import type { Step } from './conductor_flow.ts';
import { inputOf, type Making, policies, textOf, titled } from './conductor_making.ts';
import { omit, refuse } from './notes.ts';
import { has, member, type Source, take, takeText } from './source.ts';

/** `at`: where the code stands: in the parameters of an INLINE, beside those of a SWITCH. */
export function scripted(making: Making, step: Step, at: Source) {
  const { reading } = making;
  const source =
    ['expression', 'caseExpression', 'scriptExpression']
      .map((name) => member(at, name))
      .find(has) ?? member(at, 'expression');
  const evaluator = takeText(reading, member(at, 'evaluatorType')) ?? 'javascript';
  const code = takeText(reading, source);
  if (code === undefined) {
    refuse(reading, source.pointer, 'It has no expression.');
  }
  if (!['javascript', 'graaljs', 'value-param'].includes(evaluator)) {
    refuse(
      reading,
      member(at, 'evaluatorType').pointer,
      `Scripts are JavaScript here, not ${evaluator}.`,
    );
  }
  const { script, guessed } =
    evaluator === 'value-param'
      ? { script: `return { result: input[${JSON.stringify(code)}] };`, guessed: false }
      : step.type === 'LAMBDA'
        ? { script: functionOf(code ?? ''), guessed: false }
        : scriptOf(code ?? 'null');
  if (guessed) {
    omit(
      reading,
      source.pointer,
      'The script is evaluated as it is; better make it return its result.',
    );
  }
  return {
    script,
    input: inputOf(making, step, ['expression', 'evaluatorType', 'scriptExpression']),
  };
}

export function makeJq(making: Making, step: Step): DefinitionNode {
  const query = member(member(step.source, 'inputParameters'), 'queryExpression');
  const path = typeof query.value === 'string' ? jqPath(query.value) : null;
  if (path === null) {
    return makeTask(
      making,
      step,
      `There is no jq here: a worker of the work "${textOf(member(step.source, 'name'))}" has to run the query.`,
    );
  }
  take(making.reading, query);
  return {
    ...titled(making, step),
    ...policies(making, step),
    type: 'script',
    script: `const result = input${path.map((name) => (celMember(name).startsWith('[') ? `?.${celMember(name)}` : `?${celMember(name)}`)).join('')} ?? null;\nreturn { result, resultList: [result] };`,
    input: inputOf(making, step, ['queryExpression']),
  };
}

/** Behind it nothing is drawn. One that fails does so by a script, and the definition stops what runs beside it. */
export function makeTerminate(making: Making, step: Step): DefinitionNode {
  const { reading } = making;
  const parameters = member(step.source, 'inputParameters');
  const status = takeText(reading, member(parameters, 'terminationStatus')) ?? 'COMPLETED';
  const input = inputOf(making, step, ['terminationStatus']);
  const common = { ...titled(making, step), type: 'script' as const, input, retry: { limit: 0 } };

  if (status === 'COMPLETED') {
    omit(
      reading,
      step.source.pointer,
      'The instance ends when what runs beside this has ended too.',
    );
    const output = member(parameters, 'workflowOutput');
    if (has(output)) {
      omit(
        reading,
        output.pointer,
        `It is the output of the node "${step.key}", not of the instance.`,
      );
    }
    return { ...common, script: 'return input.workflowOutput ?? null;' };
  }
  return {
    ...common,
    script: `throw new Error(String(input.terminationReason ?? ${JSON.stringify(status)}));`,
  };
}

/** The script of an expression; `guessed`: it is evaluated as Conductor does, by `eval`, and better rewritten by a person. */
function scriptOf(code: string): { readonly script: string; readonly guessed: boolean } {
  const text = code.trim().replace(/;+$/, '');

  // (function () { … })() and its likes, and what has no statement in it.
  if (/^\((?:async\s+)?(?:function\b|\([^)]*\)\s*=>)[^]*\)$/.test(text) || !STATEMENT.test(text)) {
    return { script: `const $ = input;\nreturn { result: ${text} };`, guessed: false };
  }
  // function scriptFun() { … } scriptFun()
  const [, declared, call] = /^(function\s+\w+[^]*\})\s*(\w+\([^()]*\))$/.exec(text) ?? [];
  if (declared !== undefined && call !== undefined) {
    return { script: `const $ = input;\n${declared}\nreturn { result: ${call} };`, guessed: false };
  }
  return {
    script: `const $ = input;\nreturn { result: eval(${JSON.stringify(code)}) };`,
    guessed: true,
  };
}

/** The script of a LAMBDA, which returns what it has found. */
function functionOf(code: string): string {
  return `const $ = input;\nconst lambda = () => {\n${code}\n};\nreturn { result: lambda() };`;
}

/** How a statement begins, or where one ends: what has neither is an expression. */
const STATEMENT =
  /;|^\s*(?:\{|(?:function|var|let|const|if|for|while|switch|try|return|throw|class)\b)/;

/** A jq query that only follows a path, `.a.b[0]`; null: it does more. */
function jqPath(query: string): (string | number)[] | null {
  const text = query.trim();
  if (text === '.') {
    return [];
  }
  if (!/^(?:\.[A-Za-z_]\w*(?:\[\d+\])*)+$/.test(text)) {
    return null;
  }
  return [...text.matchAll(/\.(\w+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
}
