type Json = Readonly<Record<string, unknown>>;

/** The account and region that the sample events are of, and the stacks are taken to be deployed in. */
export const HOME = { account: '123456789012', region: 'us-east-1' };

const SOURCE_ACCOUNT = { ...HOME, version: '0', id: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92' };

/** An event that anyone may put, as the bus hands it on. */
export function customEvent(source: string, detailType: string, detail: Json = {}): Json {
  return { ...SOURCE_ACCOUNT, source, 'detail-type': detailType, time: '2024-07-10T21:51:32Z', detail };
}

/**
 * A change of an alarm's state, as CloudWatch documents it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export function alarmEvent(alarmName: string, state: Json = {}, detail: Json = {}): Json {
  return {
    ...SOURCE_ACCOUNT,
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    time: '2019-10-02T17:04:40Z',
    resources: [`arn:aws:cloudwatch:us-east-1:123456789012:alarm:${alarmName}`],
    detail: {
      alarmName,
      configuration: { description: 'Goes into alarm when server CPU utilization is too high!', metrics: [] },
      previousState: {
        reason:
          'Threshold Crossed: 1 out of the last 1 datapoints was not greater than the threshold (70.0).',
        timestamp: '2019-10-02T16:59:40.000+0000',
        value: 'OK',
      },
      state: {
        reason: 'Threshold Crossed: 1 out of the last 1 datapoints was greater than the threshold (70.0).',
        reasonData: '{"version":"1.0","threshold":70.0}',
        timestamp: '2019-10-02T17:04:40.989+0000',
        value: 'ALARM',
        ...state,
      },
      ...detail,
    },
  };
}

/** What an alarm event has besides, while a mute rule holds for the alarm. */
export const MUTED = {
  muteDetail: {
    mutedByArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm-mute-rule:maintenance',
    muteWindowStart: '2026-04-01T10:00:00.000+0000',
    muteWindowEnd: '2026-04-01T12:00:00.000+0000',
  },
};

/** @see https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html */
export function commandEvent(documentName: string, status: string): Json {
  return {
    ...SOURCE_ACCOUNT,
    'detail-type': 'EC2 Command Status-change Notification',
    source: 'aws.ssm',
    time: '2024-07-10T21:51:32Z',
    resources: [],
    detail: {
      'command-id': 'e8d3c0e4-71f7-4491-898f-c9b35bee5f3b',
      'document-name': documentName,
      'expire-after': '2024-07-10T22:01:30.049Z',
      parameters: { executionTimeout: ['3600'], commands: ['date'] },
      'requested-date-time': '2024-07-10T21:51:30.049Z',
      status,
    },
  };
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
export function executionEvent(stateMachineArn: string, status: string): Json {
  return {
    ...SOURCE_ACCOUNT,
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    time: '2019-02-26T19:42:21Z',
    resources: ['arn:aws:states:us-east-1:123456789012:execution:state-machine-name:execution-name'],
    detail: {
      executionArn: 'arn:aws:states:us-east-1:123456789012:execution:state-machine-name:execution-name',
      stateMachineArn,
      name: 'execution-name',
      status,
      startDate: 1_551_225_146_847,
      stopDate: 1_551_225_151_881,
      input: '{}',
      inputDetails: { included: true },
      output: null,
      outputDetails: null,
    },
  };
}
