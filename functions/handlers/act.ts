import * as z from 'zod/mini';
import { type ActDeps, act } from '../app/act.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { metrics, notifier, runbooks, store, tokens } from '../runtime/port-builders.ts';
import { attempt, operationInput, taskToken } from './inputs.ts';
import { carriedStep } from './planned-step-input.ts';
import { wired } from './wired.ts';

const actInput = z.extend(operationInput, { step: carriedStep, attempt, taskToken });

export const createHandler = (deps: ActDeps) => lambdaHandler(actInput, (input) => act(deps, input));

export const handler = wired('act', createHandler, { metrics, notifier, runbooks, store, tokens });
