import { LambdaClient } from '@aws-sdk/client-lambda';
import { createUserFunctions } from '../adapters/lambda/user-functions.ts';
import { CLIENT_SETTINGS } from './clients.ts';

/** Longer than an action may wait for its function. */
const requestTimeout = 50_000;

/** A function of the user's takes its time, and is invoked again by the state machine alone. */
export const userFunctions = createUserFunctions(
  new LambdaClient({
    ...CLIENT_SETTINGS,
    maxAttempts: 1,
    requestHandler: { ...CLIENT_SETTINGS.requestHandler, requestTimeout },
  }),
);
