import {
  evaluatedExpression,
  evaluateExpression,
  evaluateExpressionInput,
} from '#operations/expressions/evaluate.ts';
import { describeLanguage, expressionLanguage } from '#operations/expressions/functions.ts';
import { route } from '../route.ts';

const tag = 'Expressions';

export const expressionRoutes = [
  route({
    id: 'evaluateExpression',
    method: 'post',
    path: '/expressions/evaluate',
    tag,
    scope: 'read',
    summary: 'Try an expression',
    description:
      'On a scope of your own, or on that of an instance as it is now. Within the limits of the engine; what is wrong with the expression is in the answer, with its place.',
    body: evaluateExpressionInput,
    answer: evaluatedExpression,
    refusals: ['not_found'],
    example: {
      body: {
        expression: 'input.tiles.filter(t, t.bytes > 1000).size() > 1 ? "large" : "small"',
        scope: { input: { tiles: [{ bytes: 2048 }, { bytes: 512 }] } },
      },
    },
    does: (ctx, { body }) => evaluateExpression(ctx, body),
  }),
  route({
    id: 'describeExpressions',
    method: 'get',
    path: '/expressions/functions',
    tag,
    scope: 'read',
    summary: 'List functions and names',
    description: 'For completion in editors. Every example can be tried with `evaluateExpression`.',
    answer: expressionLanguage,
    example: {},
    does: (ctx) => describeLanguage(ctx),
  }),
];
