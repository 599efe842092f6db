import * as z from 'zod';
import { componentName, instanceId } from '../core/configuration/names.ts';
import { action } from '../core/configuration/strategy-schema.ts';
import { readableCause } from '../core/operation/failure.ts';
import type { PlannedStep, StepId } from '../core/operation/operation.ts';
import { isStepId } from '../core/operation/operation.ts';

const operationId = z.string().regex(/^[A-Za-z0-9-]{8,80}$/);

/** What every state of the heal state machine says of its operation. */
export const operationInput = z.object({
  operationId,
  component: componentName,
  fence: z.int().min(1),
});

/** As a state machine caught it. */
export const failure = z.object({ error: z.string(), cause: z.string().transform(readableCause) });

const stepId = z.custom<StepId>((value) => typeof value === 'string' && isStepId(value));

/** Held against the actions' own schemas once more: a state's input is data like any other. */
export const plannedStep: z.ZodType<PlannedStep> = z.object({
  stepId,
  action,
  targets: z.array(instanceId).min(1).max(50).exactOptional(),
});

export const taskToken = z.string().min(1).max(2_048);

/** How often a state has been tried before: `State.RetryCount` of the context. */
export const attempt = z.int().min(0).max(999);
