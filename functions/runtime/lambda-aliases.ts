import { LambdaClient } from '@aws-sdk/client-lambda';
import { createLambdaAliases } from '../adapters/lambda/lambda-aliases.ts';
import { CLIENT_SETTINGS } from './clients.ts';

export const lambdaAliases = createLambdaAliases(new LambdaClient(CLIENT_SETTINGS));
