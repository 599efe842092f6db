import { ECSClient } from '@aws-sdk/client-ecs';
import { createEcsServices } from '../adapters/ecs/ecs-services.ts';
import { createTaskDefinitions } from '../adapters/ecs/task-definitions.ts';
import { CLIENT_SETTINGS } from './clients.ts';

/** Sent once: a restart that the client sends again would be a second one. Act and the reconciler ask again themselves. */
const client = new ECSClient({ ...CLIENT_SETTINGS, maxAttempts: 1 });

export const ecsServices = createEcsServices(client);
export const taskDefinitions = createTaskDefinitions(client);
