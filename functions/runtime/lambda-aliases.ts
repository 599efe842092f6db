import { LambdaClient } from '@aws-sdk/client-lambda';
import { createFunctionVersions } from '../adapters/lambda/function-versions.ts';
import { createLambdaAliases } from '../adapters/lambda/lambda-aliases.ts';
import { CLIENT_SETTINGS } from './clients.ts';

const client = new LambdaClient(CLIENT_SETTINGS);

export const lambdaAliases = createLambdaAliases(client);
export const functionVersions = createFunctionVersions(client);
