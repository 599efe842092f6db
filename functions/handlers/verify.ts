import * as z from 'zod/mini';
import { type VerifyDeps, verify } from '../app/heal/verify.ts';
import { alarms } from '../runtime/cloudwatch-ports.ts';
import { events } from '../runtime/event-publishers.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { lazyAliases as aliases } from '../runtime/lazy-aliases.ts';
import { lazyDatabases as databases } from '../runtime/lazy-databases.ts';
import { lazyInstances as instances } from '../runtime/lazy-instances.ts';
import { lazyServices as services } from '../runtime/lazy-services.ts';
import { lazyTargetGroups as targetGroups } from '../runtime/lazy-target-groups.ts';
import { endpoints, store } from '../runtime/port-builders.ts';
import { runbooks } from '../runtime/run-command.ts';
import { tokens } from '../runtime/state-machines.ts';
import { attempt, operationInput, taskToken } from './inputs.ts';
import { wired } from './wired.ts';

const verifyInput = z.extend(operationInput, {
  verification: z.object({
    round: z.int().check(z.minimum(0), z.maximum(999)),
    startedAtMs: z.exactOptional(z.int()),
    goodSinceMs: z.exactOptional(z.int()),
  }),
  attempt,
  taskToken,
});

export const createHandler = (deps: VerifyDeps) => lambdaHandler(verifyInput, (input) => verify(deps, input));

export const handler = wired('verify', createHandler, {
  alarms,
  aliases,
  databases,
  endpoints,
  events,
  instances,
  runbooks,
  services,
  store,
  targetGroups,
  tokens,
});
