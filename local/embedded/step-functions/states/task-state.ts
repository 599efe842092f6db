import * as z from 'zod';
import {
  assigning,
  type CompileContext,
  common,
  compileHandOver,
  nextOf,
  parseState,
  template,
  transition,
} from '../common-fields.ts';
import { compileErrorHandling, errorHandling } from '../error-handling.ts';
import { InvalidDefinition, StateError } from '../errors.ts';
import { compileInteger, compileTemplate } from '../expressions/template.ts';
import { checkArguments, findIntegration } from '../integrations/integrations.ts';
import { checkPayload, MAXIMUM_STANDARD_SECONDS } from '../limits.ts';
import { evaluationOf, type Frame, type State } from '../state.ts';

const seconds = z.union([z.int(), z.string()]).optional();

const schema = z.strictObject({
  Type: z.literal('Task'),
  ...common,
  ...assigning,
  ...transition,
  ...errorHandling,
  Resource: z.string(),
  Arguments: z.record(z.string(), template),
  TimeoutSeconds: seconds,
  HeartbeatSeconds: seconds,
});

const SECONDS = { minimum: 1, maximum: 99_999_999 } as const;

/**
 * A call of a service; with `.waitForTaskToken`, one that is completed from outside. Every try has a token of its own.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
 */
export function compileTaskState(name: string, raw: unknown, context: CompileContext): State {
  const fields = parseState(schema, name, raw);
  const { assigned, machineType } = context;
  const next = nextOf(name, fields);
  const { integration, waitsForToken } = findIntegration(fields.Resource, name);
  if (waitsForToken && machineType === 'EXPRESS')
    throw new InvalidDefinition(`${name}: Express workflows have no .waitForTaskToken`);
  checkArguments(integration, fields.Arguments, name);
  const argumentsTemplate = compileTemplate(fields.Arguments, {
    place: `${name}.Arguments`,
    assigned,
    hasTaskToken: waitsForToken,
  });
  const limit = (field: 'TimeoutSeconds' | 'HeartbeatSeconds') =>
    fields[field] === undefined
      ? undefined
      : compileInteger(fields[field], SECONDS, { place: `${name}.${field}`, assigned });
  const { TimeoutSeconds, HeartbeatSeconds } = fields;
  if (typeof TimeoutSeconds === 'number' && typeof HeartbeatSeconds === 'number') {
    if (HeartbeatSeconds >= TimeoutSeconds)
      throw new InvalidDefinition(
        `${name}.HeartbeatSeconds: ${HeartbeatSeconds} must be below TimeoutSeconds, ${TimeoutSeconds}`,
      );
  }
  const timeout = limit('TimeoutSeconds');
  const heartbeat = limit('HeartbeatSeconds');
  const handling = compileErrorHandling(name, fields, context);
  const handOver = compileHandOver(fields, next, { place: name, assigned, parts: ['result'] });

  async function attempt(input: unknown, frame: Frame, retryCount: number) {
    const { execution } = frame;
    const taskToken = waitsForToken ? execution.newTaskToken() : undefined;
    const evaluation = evaluationOf(name, input, frame, {
      retryCount,
      ...(taskToken !== undefined && { taskToken }),
    });
    const values = (await argumentsTemplate.evaluate(evaluation)) as Readonly<Record<string, unknown>>;
    checkPayload(values, `${name}.Arguments`);
    const timeoutSeconds = Number((await timeout?.evaluate(evaluation)) ?? MAXIMUM_STANDARD_SECONDS);
    const heartbeatSeconds = (await heartbeat?.evaluate(evaluation)) as number | undefined;
    execution.note('TaskScheduled', { resource: integration.resource, ...(taskToken && { taskToken }) });
    try {
      const result = await execution.runTask(frame.waits, {
        call: () => integration.call(values, execution.services),
        timeoutSeconds,
        ...(heartbeatSeconds !== undefined && { heartbeatSeconds }),
        ...(taskToken !== undefined && { taskToken }),
      });
      checkPayload(result, `the result of ${name}`);
      execution.note('TaskSucceeded', { output: result });
      return await handOver.run(evaluationOf(name, input, frame, { retryCount, result }), frame, result);
    } catch (error) {
      if (error instanceof StateError) {
        const isTimeout = ['States.Timeout', 'States.HeartbeatTimeout'].includes(error.error);
        execution.note(isTimeout ? 'TaskTimedOut' : 'TaskFailed', {
          error: error.error,
          cause: error.causeText,
        });
      }
      throw error;
    }
  }

  return {
    name,
    type: 'Task',
    targets: [...(next === undefined ? [] : [next]), ...handling.targets],
    run: (input, frame) => handling.run(input, frame, (retryCount) => attempt(input, frame, retryCount)),
  };
}
