/** What the nodes of all tasks of Conductor say alike: names, policies, input. */
import type { Json, JsonObject } from '../json.ts';
import { plainTemplate } from './cel.ts';
import { type Scope, translate } from './conductor_expressions.ts';
import type { Step } from './conductor_flow.ts';
import { readTaskDefinition, type TaskDefinition } from './conductor_works.ts';
import type { ImportedWork } from './imported.ts';
import { omit } from './notes.ts';
import { has, member, members, type Source, takeCount, takeFlag, takeText } from './source.ts';

export type Making = Scope & {
  /** Task definitions that came beside the workflow, by name. */
  readonly taskDefinitions: ReadonlyMap<string, Source>;
  readonly works: Map<string, ImportedWork>;
  readonly readDefinitions: Map<string, TaskDefinition>;
};

export function named({ key, trigger }: Step) {
  return { key, ...(trigger && { trigger }) };
}

/** Its name in Conductor is that of the work; shown where it is not. */
export function titled(making: Making, step: Step, work?: string) {
  const name = takeText(making.reading, member(step.source, 'name'));
  const notes = takeText(making.reading, member(step.source, 'description'));
  return {
    ...named(step),
    ...(name !== undefined && name !== work && name !== step.key && { name: name.slice(0, 200) }),
    ...(notes !== undefined && { notes: notes.slice(0, 10_000) }),
  };
}

export function tolerated({ reading }: Making, source: Source) {
  return takeFlag(reading, member(source, 'optional')) ? { onFailure: 'continue' as const } : {};
}

/** `ofWork`: the definition is the work's, and only what the task itself says stands at the node. */
export function policies(making: Making, step: Step, ofWork = false) {
  const { reading } = making;
  const definition = definitionOf(making, step);
  const limit = takeCount(reading, member(step.source, 'retryCount'), 100);
  const delaySeconds = takeCount(reading, member(step.source, 'startDelay'), 31_536_000);
  const retry =
    limit === undefined
      ? ofWork
        ? undefined
        : definition?.retry
      : { ...definition?.retry, limit };

  return {
    ...(retry && { retry }),
    ...(!ofWork && definition?.timeouts && { timeouts: definition.timeouts }),
    ...(delaySeconds ? { delaySeconds } : {}),
    ...tolerated(making, step.source),
  };
}

export function definitionOf(making: Making, { source }: Step): TaskDefinition | undefined {
  const own = member(source, 'taskDefinition');
  const name = member(source, 'name').value;
  return has(own)
    ? readOnce(making, own, name)
    : typeof name === 'string'
      ? definitionNamed(making, name)
      : undefined;
}

export function definitionNamed(making: Making, name: string): TaskDefinition | undefined {
  const found = making.taskDefinitions.get(name);
  return found && readOnce(making, found, name);
}

function readOnce(making: Making, found: Source, name: Json | undefined): TaskDefinition {
  const inner = member(found, 'name');
  if (has(inner) && inner.value !== name) {
    omit(
      making.reading,
      inner.pointer,
      `It is taken for the definition of ${JSON.stringify(name)}.`,
    );
  }
  const read =
    making.readDefinitions.get(found.pointer) ?? readTaskDefinition(making.reading, found);
  making.readDefinitions.set(found.pointer, read);
  return read;
}

/** Its parameters but those that the node itself is made of. */
export function inputOf(making: Making, step: Step, without: readonly string[]): JsonObject {
  const given = members(member(step.source, 'inputParameters'))
    .filter(([name]) => !without.includes(name))
    .map(([name, each]) => [name, translate(making, each, step)] as const);
  const template = Object.entries(definitionOf(making, step)?.inputTemplate ?? {}).map(
    ([name, value]) => [name, typeof value === 'string' ? plainTemplate(value) : value] as const,
  );
  return Object.fromEntries([...template, ...given]);
}

export function textOf({ value }: Source): string {
  return typeof value === 'string' ? value : '';
}
