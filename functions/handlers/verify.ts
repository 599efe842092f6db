import * as z from 'zod';
import { type VerifyDeps, verify } from '../app/verify.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { alarms, endpoints, events, runbooks, store, tokens } from '../runtime/port-builders.ts';
import { attempt, operationInput, taskToken } from './inputs.ts';
import { wired } from './wired.ts';

const verifyInput = operationInput.extend({
  verification: z.object({
    round: z.int().min(0).max(999),
    startedAtMs: z.int().exactOptional(),
    goodSinceMs: z.int().exactOptional(),
  }),
  attempt,
  taskToken,
});

export const createHandler = (deps: VerifyDeps) => lambdaHandler(verifyInput, (input) => verify(deps, input));

export const handler = wired('verify', createHandler, { alarms, endpoints, events, runbooks, store, tokens });
