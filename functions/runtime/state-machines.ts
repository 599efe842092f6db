import { SFNClient } from '@aws-sdk/client-sfn';
import { createHealExecutions, createTaskTokens } from '../adapters/stepfunctions/executions.ts';
import { CLIENT_SETTINGS, once } from './clients.ts';
import { readEnvironment } from './environment.ts';
import type { PortBuilder } from './port-builders.ts';

const sfnClient = /* @__PURE__ */ once(() => new SFNClient(CLIENT_SETTINGS));

export const executions: PortBuilder<'executions'> = () =>
  createHealExecutions(sfnClient(), readEnvironment(['HEAL_STATE_MACHINE_ARN']).HEAL_STATE_MACHINE_ARN);

export const tokens: PortBuilder<'tokens'> = () => createTaskTokens(sfnClient());
