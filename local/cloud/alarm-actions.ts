import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { AlarmEngineOptions } from '../alarms/alarm-engine-options.ts';
import type { LocalEndpoint } from './endpoint.ts';

/** What alarms do when they change their state: publish the event to a topic. Other actions are left out. */
export function createAlarmActions(aws: LocalEndpoint): NonNullable<AlarmEngineOptions['performAction']> {
  const client = new SNSClient(aws);
  return async (actionArn, { detail, region, account, time }) => {
    if (!actionArn.startsWith('arn:aws:sns:')) return;
    const { alarmName, state, previousState } = detail;
    const message = {
      AlarmName: alarmName,
      AWSAccountId: account,
      Region: region,
      NewStateValue: state.value,
      NewStateReason: state.reason,
      OldStateValue: previousState.value,
      StateChangeTime: time,
    };
    const Subject = `${state.value}: "${alarmName}"`.slice(0, 99);
    await client.send(new PublishCommand({ TopicArn: actionArn, Subject, Message: JSON.stringify(message) }));
  };
}
