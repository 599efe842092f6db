import { AppConfigClient } from '@aws-sdk/client-appconfig';
import { createConfigDeployments } from '../adapters/app-config/config-deployments.ts';
import { CLIENT_SETTINGS } from './clients.ts';

export const configDeployments = createConfigDeployments(new AppConfigClient(CLIENT_SETTINGS));
