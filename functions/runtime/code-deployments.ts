import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { createCodeDeployments } from '../adapters/code-deploy/code-deployments.ts';
import { CLIENT_SETTINGS } from './clients.ts';
import { ThrottledOnly } from './throttled-only.ts';

/** A deployment that the client asks for again might be a second one. */
export const codeDeployments = createCodeDeployments(
  new CodeDeployClient({ ...CLIENT_SETTINGS, retryStrategy: new ThrottledOnly() }),
);
