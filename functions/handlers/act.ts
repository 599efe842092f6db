import * as z from 'zod/mini';
import { type ActDeps, act } from '../app/act.ts';
import { type DenialDeps, notingDenials } from '../app/denials.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { metrics, notifier, runbooks, store, tokens } from '../runtime/port-builders.ts';
import { attempt, operationInput, taskToken } from './inputs.ts';
import { carriedStep } from './planned-step-input.ts';
import { wired } from './wired.ts';

const actInput = z.extend(operationInput, { step: carriedStep, attempt, taskToken });

/** A command that was sent heals the component, though the function may not record it: nothing else names the permission. */
export const createHandler = (deps: ActDeps & DenialDeps) =>
  lambdaHandler(actInput, (input) => notingDenials(deps, () => act(deps, input)));

export const handler = wired('act', createHandler, { metrics, notifier, runbooks, store, tokens });
