import * as z from 'zod';
import {
  assigning,
  type CompileContext,
  common,
  compileHandOver,
  parseState,
  stateName,
} from '../common-fields.ts';
import { InvalidDefinition, StateError } from '../errors.ts';
import { compileTemplate, isExpression } from '../expressions/template.ts';
import { evaluationOf, type State } from '../state.ts';

const rule = z.strictObject({
  Condition: z.string(),
  Next: stateName,
  Comment: z.string().optional(),
  ...assigning,
});

const schema = z.strictObject({
  Type: z.literal('Choice'),
  ...common,
  ...assigning,
  Choices: z.array(rule).min(1),
  Default: stateName.optional(),
});

/**
 * The first rule whose condition is true; the state's own Assign and Output belong to its Default.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
 */
export function compileChoiceState(name: string, raw: unknown, { assigned }: CompileContext): State {
  const fields = parseState(schema, name, raw);
  const rules = fields.Choices.map((each, index) => {
    const place = `${name}.Choices[${index}]`;
    const condition = compileTemplate(each.Condition, { place: `${place}.Condition`, assigned });
    if (!isExpression(condition))
      throw new InvalidDefinition(`${place}.Condition: ${each.Condition} is not {% … %}`);
    return { condition, handOver: compileHandOver(each, each.Next, { place, assigned }) };
  });
  const { Default } = fields;
  const otherwise = compileHandOver(fields, Default, { place: name, assigned });
  return {
    name,
    type: 'Choice',
    targets: [...fields.Choices.map(({ Next }) => Next), ...(Default === undefined ? [] : [Default])],
    run: async (input, frame) => {
      const evaluation = evaluationOf(name, input, frame);
      for (const { condition, handOver } of rules) {
        const holds = await condition.evaluate(evaluation);
        if (typeof holds !== 'boolean') {
          throw new StateError(
            'States.QueryEvaluationError',
            `${condition.place}: ${JSON.stringify(holds)} is neither true nor false`,
          );
        }
        if (holds) return await handOver.run(evaluation, frame, input);
      }
      if (Default === undefined)
        throw new StateError('States.NoChoiceMatched', `${name}: no rule matched, and there is no Default`);
      return await otherwise.run(evaluation, frame, input);
    },
  };
}
