/** Names that mean something to every JavaScript object are names like any other to those who brought them. */
import { describe, expect, test } from 'vitest';
import type { Json } from '../json.ts';
import { validateDefinition } from '../validate.ts';
import { importBcs } from './bcs.ts';
import { importConductor } from './conductor.ts';
import type { Imported, ImportResult } from './imported.ts';
import { importTermite } from './termite.ts';

function imported(result: ImportResult): Imported {
  if ('problems' in result) {
    expect.fail(JSON.stringify(result.problems, null, 1));
  }
  const works = new Set(result.works.map(({ key }) => key));
  expect(validateDefinition(result.definition, { works }).problems).toEqual([]);
  return result;
}

/** Written as text, which is the only way to an own member `__proto__`. */
const read = (text: string) => JSON.parse(text) as Json;
const written = (value: unknown) => read(JSON.stringify(value));

const notes = ({ notCarried }: Imported) =>
  notCarried.map(({ pointer, message }) => `${pointer}: ${message}`);

describe('of Termite', () => {
  const { definition, works, ...rest } = imported(
    importTermite(
      read(`{
        "works": ["constructor", "__proto__", "toString"],
        "dags": {
          "toString": { "dependences": ["constructor", "__proto__"] },
          "__proto__": { "dependences": ["constructor"] }
        }
      }`),
    ),
  );

  test('works become nodes with edges between them; what could be no key is another, and said', () => {
    expect(definition.nodes.map(({ key }) => key)).toEqual([
      'constructor_',
      '__proto___',
      'toString',
    ]);
    expect(definition.edges).toHaveLength(3);
    expect(works.map(({ key }) => key)).toEqual(['constructor', 'w__proto__', 'toString']);
    expect(notes({ definition, works, ...rest })).toContain(
      '/works/0: The key "constructor" cannot be a node\'s; the node is called "constructor_".',
    );
  });
});

describe('of BCS', () => {
  const task = imported(
    importBcs(
      read(`{
        "taskType": "constructor",
        "commonParams": { "constructor": "1", "__proto__": "2", "toString": "3" },
        "stepSequence": ["constructor", "__proto__", "toString"],
        "steps": {
          "constructor": { "method": "m", "params": { "__proto__": "p", "constructor": "c" } },
          "__proto__": { "method": "m", "params": { "toString": "x" } },
          "toString": { "method": "toString" }
        }
      }`),
    ),
  );

  test('steps and their parameters are all there', () => {
    expect(task.key).toBe('constructor');
    expect(task.definition.nodes).toMatchObject([
      { key: 'constructor_', work: 'm' },
      { key: '__proto___', work: 'm', input: { params: { toString: 'x' } } },
      { key: 'toString', work: 'toString' },
    ]);
    expect(written(task.definition.nodes[0])).toMatchObject({
      input: { params: read('{ "__proto__": "p", "constructor": "c" }') },
    });
  });

  test('the common parameter that nothing could read is left out, and said', () => {
    expect(JSON.stringify(task.definition.env)).toBe('{"__proto__":"2","toString":"3"}');
    expect(notes(task)).toContain(
      '/commonParams/constructor: A parameter "constructor" could not be read here, and is left out.',
    );
  });
});

describe('of Conductor', () => {
  const simple = (name: string, inputParameters: object = {}) => ({
    name,
    taskReferenceName: name,
    type: 'SIMPLE',
    inputParameters,
  });
  const workflow = imported(
    importConductor(
      read(
        JSON.stringify({
          name: '__proto__',
          inputParameters: ['PROTO', 'toString'],
          variables: { constructor: 1, PROTO: 2 },
          outputParameters: { PROTO: '${toString.output.PROTO}' },
          tasks: [
            simple('constructor', { PROTO: '${workflow.input.PROTO}' }),
            simple('toString', { constructor: '${constructor.output.valueOf}' }),
            simple('valueOf', { all: '${workflow.variables.PROTO}' }),
            {
              name: 'h',
              taskReferenceName: 'hasOwnProperty',
              type: 'HTTP',
              inputParameters: {
                http_request: { uri: 'http://a.org', headers: { PROTO: 'x', constructor: 'y' } },
              },
            },
            {
              name: 'choice',
              taskReferenceName: 'PROTO',
              type: 'SWITCH',
              evaluatorType: 'value-param',
              expression: 'x',
              inputParameters: { x: '${workflow.input.toString}' },
              decisionCases: { PROTO: [simple('c')], constructor: [simple('d')] },
            },
          ],
        }).replaceAll('PROTO', '__proto__'),
      ),
    ),
  );

  test('tasks, their parameters and the cases of a SWITCH are all there', () => {
    const { nodes, edges } = workflow.definition;

    expect(nodes.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['constructor_', 'toString', 'valueOf', 'hasOwnProperty', 'c', 'd']),
    );
    expect(JSON.stringify(nodes)).toContain('{"__proto__":"{{ input[\\"__proto__\\"] }}"}');
    expect(JSON.stringify(nodes)).toContain('tasks.constructor_.output.valueOf');
    expect(edges.flatMap(({ branch }) => branch ?? [])).toEqual(
      expect.arrayContaining(['__proto___', 'constructor_']),
    );
    expect(JSON.stringify(workflow.definition.output)).toContain('{"__proto__":');
    expect(JSON.stringify(workflow.definition.env)).toBe('{"__proto__":2}');
  });

  test('what could not be is left out, and said', () => {
    expect(notes(workflow).join('\n')).toContain('A header cannot be named "__proto__" here.');
    expect(notes(workflow)).toContain(
      '/variables/constructor: A parameter "constructor" could not be read here, and is left out.',
    );
    expect(notes(workflow)).toContain(
      '/inputParameters/0: No schema can say anything of an input "__proto__".',
    );
  });
});
