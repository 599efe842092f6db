import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { createChannelEvents } from '../adapters/eventbridge/channel-events.ts';
import { createEventPublisher } from '../adapters/eventbridge/event-publisher.ts';
import { createOperatorEvents } from '../adapters/eventbridge/operator-events.ts';
import { createWatchdogPublisher } from '../adapters/eventbridge/watchdog-publisher.ts';
import { CLIENT_SETTINGS } from './clients.ts';
import type { PortBuilder } from './port-builders.ts';
import { countLostEvent, logger } from './telemetry.ts';

export const events: PortBuilder<'events'> = () =>
  createEventPublisher({
    client: new EventBridgeClient(CLIENT_SETTINGS),
    onLost: ({ operation, state }, error) => {
      countLostEvent();
      logger.warn('state change not published', {
        operationId: operation.operationId,
        state,
        error: error as Error,
      });
    },
  });

export const watchdogEvents: PortBuilder<'watchdogEvents'> = () =>
  createWatchdogPublisher(new EventBridgeClient(CLIENT_SETTINGS));

export const channels: PortBuilder<'channels'> = () =>
  createChannelEvents(new EventBridgeClient(CLIENT_SETTINGS));

export const decisions: PortBuilder<'decisions'> = () =>
  createOperatorEvents(new EventBridgeClient(CLIENT_SETTINGS));
