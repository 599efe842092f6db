import * as z from 'zod/mini';
import type { ActInput } from '../app/act.ts';
import { ACTION_TYPES } from '../core/actions/action-table.ts';
import { actionOf } from '../core/configuration/action-schema.ts';
import { instanceId } from '../core/configuration/names.ts';
import { isStepId, type StepId } from '../core/operation/operation.ts';

/** Checked against the schema of its own type, which is made when it is asked for: an import that makes all is slow. */
const action = z.pipe(
  z.looseObject({ type: z.enum(ACTION_TYPES) }),
  z.transform((value, context) => {
    const parsed = actionOf(value.type).safeParse(value);
    if (parsed.success) return parsed.data;
    for (const { message, path } of parsed.error.issues)
      context.issues.push({ code: 'custom', input: value, message, path });
    return z.NEVER;
  }),
);

/** Checked against the actions' own schemas once more: a state's input is data like any other. */
export const carriedStep: z.ZodMiniType<ActInput['step']> = z.object({
  stepId: z.custom<StepId>((value) => typeof value === 'string' && isStepId(value)),
  action: z.exactOptional(action),
  targets: z.exactOptional(z.array(instanceId).check(z.minLength(1), z.maxLength(50))),
});
