import { SNSClient } from '@aws-sdk/client-sns';
import { createSnsNotifier } from '../adapters/sns/notifier.ts';
import { CLIENT_SETTINGS } from './clients.ts';
import { readTopicArns } from './environment.ts';
import type { PortBuilder } from './port-builders.ts';

/** The topics that the function's environment names. */
export const notifier: PortBuilder<'notifier'> = ({ home, configuration }) =>
  createSnsNotifier({
    client: new SNSClient(CLIENT_SETTINGS),
    topicArns: readTopicArns(),
    context: { home, configuration },
  });
