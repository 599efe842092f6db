import { createAutomations } from '../adapters/ssm/automations.ts';
import { ssmClient } from './ssm-clients.ts';

export const automations = createAutomations(ssmClient());
