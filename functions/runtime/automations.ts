import { createAutomations } from '../adapters/ssm/automations.ts';
import { ssmClient } from './clients.ts';

export const automations = createAutomations(ssmClient());
