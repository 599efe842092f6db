import { SSMClient } from '@aws-sdk/client-ssm';
import { CLIENT_SETTINGS, once } from './clients.ts';

/** For requests that must not be repeated: a lost answer is an error. */
export const ssmClientOnce = /* @__PURE__ */ once(
  () => new SSMClient({ ...CLIENT_SETTINGS, maxAttempts: 1 }),
);
export const ssmClient = /* @__PURE__ */ once(() => new SSMClient(CLIENT_SETTINGS));
