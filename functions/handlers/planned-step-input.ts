import * as z from 'zod/mini';
import type { ActInput } from '../app/heal/act.ts';
import { ACTION_TYPES, type ActionType } from '../core/actions/action-table.ts';
import { customTarget } from '../core/configuration/custom-target.ts';
import { instanceId } from '../core/configuration/names.ts';
import { actionOf } from '../core/configuration/schema/action-schema.ts';
import { MAXIMUM_BATCH } from '../core/operation/layout.ts';
import { isStepId, type StepId } from '../core/operation/operation.ts';

/**
 * Each is built when it is first needed: building all of them on import is slow, and so is building one on every call.
 */
const schemas = new Map<ActionType, ReturnType<typeof actionOf>>();

function schemaOf(type: ActionType): ReturnType<typeof actionOf> {
  const schema = schemas.get(type) ?? actionOf(type);
  schemas.set(type, schema);
  return schema;
}

/** Checked against the schema of its own type. */
const action = z.pipe(
  z.looseObject({ type: z.enum(ACTION_TYPES) }),
  z.transform((value, context) => {
    const parsed = schemaOf(value.type).safeParse(value);
    if (parsed.success) return parsed.data;
    for (const { message, path } of parsed.error.issues)
      context.issues.push({ code: 'custom', input: value, message, path });
    return z.NEVER;
  }),
);

const stepId = z.custom<StepId>((value) => typeof value === 'string' && isStepId(value));

/** Checked against the actions' own schemas again: a state's input is data like any other. */
export const carriedStep: z.ZodMiniType<ActInput['step']> = z.object({
  stepId,
  action: z.exactOptional(action),
  targets: z.exactOptional(
    z.array(z.union([instanceId, customTarget])).check(z.minLength(1), z.maxLength(MAXIMUM_BATCH)),
  ),
  undoes: z.exactOptional(stepId),
});
