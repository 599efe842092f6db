import { XRayClient } from '@aws-sdk/client-xray';
import { createFailedTraces } from '../adapters/xray/failed-traces.ts';
import { CLIENT_SETTINGS } from './clients.ts';

export const failedTraces = createFailedTraces(new XRayClient(CLIENT_SETTINGS));
