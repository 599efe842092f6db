import { SNSClient } from '@aws-sdk/client-sns';
import { createApproverMail } from '../adapters/sns/approver-mail.ts';
import { lazily } from '../core/lazily.ts';
import { CLIENT_SETTINGS } from './clients.ts';
import { readEnvironment } from './environment.ts';
import type { PortBuilder } from './port-builders.ts';

/** Not every deployment sends links by e-mail: the topic is looked for when it is needed. */
export const approverMail: PortBuilder<'approverMail'> = () => {
  const mail = lazily(() =>
    createApproverMail(
      new SNSClient(CLIENT_SETTINGS),
      readEnvironment(['APPROVERS_TOPIC_ARN']).APPROVERS_TOPIC_ARN,
    ),
  );
  return { send: async (message) => await mail().send(message) };
};
