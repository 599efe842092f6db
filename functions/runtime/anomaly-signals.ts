import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { createAnomalyPublisher } from '../adapters/eventbridge/anomaly-publisher.ts';
import type { AnomalySignals } from '../ports/anomaly-announcers.ts';
import { CLIENT_SETTINGS } from './clients.ts';

/** The account's default event bus. */
export const anomalySignals = (): AnomalySignals =>
  createAnomalyPublisher(new EventBridgeClient(CLIENT_SETTINGS));
