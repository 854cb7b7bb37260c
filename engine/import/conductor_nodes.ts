/** What one task of Conductor is as a node. Where a type has no counterpart, the nearest is taken and a note says what differs. */
import type { DefinitionNode } from '../definition.ts';
import { celValue, plainTemplate } from './cel.ts';
import { makeFanout, makeTask, makeWorkflow } from './conductor_calls.ts';
import { translateText, translateToCel } from './conductor_expressions.ts';
import type { Step } from './conductor_flow.ts';
import { readHttp } from './conductor_http.ts';
import {
  inputOf,
  type Making,
  named,
  policies,
  textOf,
  titled,
  tolerated,
} from './conductor_making.ts';
import { makeJq, makeTerminate, scripted } from './conductor_script.ts';
import { readDuration, readTime } from './conductor_time.ts';
import { omit, refuse } from './notes.ts';
import { has, member, type Source, take, takeText } from './source.ts';

export function makeNode(making: Making, step: Step): DefinitionNode {
  const { source, type } = step;
  takeFalse(making, source);

  switch (type) {
    case 'DECIDE':
      return { ...named(step), type: 'script', ...scripted(making, step, source) };
    case 'SWITCH':
    case 'DECISION':
      return makeRoute(making, step);
    case 'SIGNAL':
      return { ...named(step), type: 'signal', prompt: 'Completes the event before it.' };
    case 'HUMAN':
      return { ...titled(making, step), type: 'signal', ...tolerated(making, source) };
    case 'WAIT':
      return makeWait(making, step);
    case 'HTTP':
      return {
        ...titled(making, step),
        ...policies(making, step),
        type: 'http',
        ...readHttp(making, step),
      };
    case 'SUB_WORKFLOW':
    case 'START_WORKFLOW':
      return makeWorkflow(making, step);
    case 'FORK_JOIN_DYNAMIC':
      return makeFanout(making, step);
    case 'EVENT':
      return makeEvent(making, step);
    case 'INLINE':
    case 'LAMBDA':
      return {
        ...titled(making, step),
        ...policies(making, step),
        type: 'script',
        ...scripted(making, step, member(source, 'inputParameters')),
      };
    case 'SET_VARIABLE':
      return {
        ...titled(making, step),
        ...policies(making, step),
        type: 'script',
        script: 'return input;',
        input: inputOf(making, step, []),
      };
    case 'TERMINATE':
      return makeTerminate(making, step);
    case 'JSON_JQ_TRANSFORM':
      return makeJq(making, step);
    default:
      return makeTask(making, step);
  }
}

/** What is off, and would be noted as something that was said. */
function takeFalse({ reading }: Making, source: Source): void {
  for (const name of ['startDelay', 'optional', 'asyncComplete', 'rateLimited']) {
    const each = member(source, name);
    if (each.value === false || each.value === 0) {
      take(reading, each);
    }
  }
  take(reading, member(source, 'type'));
}

function makeRoute(making: Making, step: Step): DefinitionNode {
  const { reading } = making;
  const { source, cases = new Map<string, string>(), decidedBy } = step;
  const value =
    decidedBy === undefined ? switchValue(making, step) : `tasks.${decidedBy}.output.result`;
  if (member(source, 'optional').value === true) {
    omit(reading, member(source, 'optional').pointer, 'A route cannot fail alone.');
  }

  return {
    ...titled(making, step),
    type: 'route',
    cases: [...cases].map(([name, key]) => ({
      key,
      ...(name === key ? {} : { name: name.slice(0, 200) }),
      when: `string(default(${value}, "")) == ${celValue(name)}`,
    })),
  };
}

/** `value-param`: the expression names one of the parameters. */
function switchValue(making: Making, step: Step): string {
  const { reading } = making;
  const named = ['expression', 'caseValueParam'].map((name) => member(step.source, name)).find(has);
  const name = named && takeText(reading, named);
  take(reading, member(step.source, 'evaluatorType'));
  if (name === undefined) {
    refuse(reading, step.source.pointer, 'A SWITCH says by which parameter it decides.');
    return 'null';
  }
  return translateToCel(making, member(member(step.source, 'inputParameters'), name), step);
}

function makeWait(making: Making, step: Step): DefinitionNode {
  const { reading } = making;
  const parameters = member(step.source, 'inputParameters');
  const [duration, until] = [member(parameters, 'duration'), member(parameters, 'until')];
  const title = titled(making, step);

  if (has(duration)) {
    const seconds = readDuration(textOf(duration));
    if (seconds !== null && seconds <= 31_536_000) {
      take(reading, duration);
      return { ...title, type: 'wait', seconds };
    }
    const template = translateText(making, duration, step);
    omit(reading, duration.pointer, 'What is computed must be a number of seconds here.');
    return { ...title, type: 'wait', seconds: template };
  }
  if (has(until)) {
    const read = readTime(textOf(until));
    if (read) {
      take(reading, until);
      if (!read.zoned) {
        omit(reading, until.pointer, 'It names no time zone; UTC is taken.');
      }
      return { ...title, type: 'wait', until: read.time };
    }
    const template = translateText(making, until, step);
    omit(reading, until.pointer, 'It must be an RFC 3339 time here.');
    return { ...title, type: 'wait', until: template };
  }
  return { ...title, type: 'signal', ...tolerated(making, step.source) };
}

function makeEvent(making: Making, step: Step): DefinitionNode {
  const source = member(step.source, 'sink');
  const sink = takeText(making.reading, source) ?? 'conductor';
  omit(
    making.reading,
    source.pointer,
    `There are no queues: what was sent to "${sink}" is sent as a webhook to the URL in env.eventUrl, which you must set.`,
  );
  return {
    ...titled(making, step),
    ...policies(making, step),
    type: 'notify',
    url: '{{ env.eventUrl }}',
    event: sink.replaceAll(/[^A-Za-z0-9_.]/g, '_').slice(0, 100),
    data: { sink: plainTemplate(sink), ...inputOf(making, step, []) },
  };
}
