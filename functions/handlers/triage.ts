import * as z from 'zod/mini';
import { triage } from '../app/triage.ts';
import type { TriageDeps } from '../app/triage-deps.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { notifier } from '../runtime/notifier.ts';
import { metrics, store } from '../runtime/port-builders.ts';
import { wired } from './wired.ts';

/** Accepts any event of a signal rule; the use case finds out what it is. */
export const createHandler = (deps: TriageDeps) => lambdaHandler(z.unknown(), (event) => triage(deps, event));

export const handler = wired('triage', createHandler, { metrics, notifier, store });
