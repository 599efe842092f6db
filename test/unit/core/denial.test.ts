import { describe, expect, it } from 'vitest';
import { type Denial, denialIn, describeDenial } from '../../../functions/core/denial.ts';

const TABLE = 'arn:aws:dynamodb:eu-central-1:111122223333:table/SelfhealState-Table';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/SelfhealEngine-ActRole-1A2B/selfheal-act';
const ROLE = 'SelfhealEngine-ActRole-1A2B';

describe('the reader of AWS’s denials', () => {
  it.each<readonly [string, string, Denial]>([
    [
      'no identity-based policy allows it',
      `User: ${SESSION} is not authorized to perform: dynamodb:PutItem on resource: ${TABLE} because no identity-based policy allows the dynamodb:PutItem action`,
      { action: 'dynamodb:PutItem', resource: TABLE, role: ROLE },
    ],
    [
      'without a reason',
      `User: ${SESSION} is not authorized to perform: dynamodb:PutItem on resource: ${TABLE}`,
      { action: 'dynamodb:PutItem', resource: TABLE, role: ROLE },
    ],
    [
      'without a resource',
      `User: ${SESSION} is not authorized to perform: cloudwatch:DescribeAlarms because no identity-based policy allows the cloudwatch:DescribeAlarms action`,
      { action: 'cloudwatch:DescribeAlarms', role: ROLE },
    ],
    [
      'for all resources',
      `User: ${SESSION} is not authorized to perform: ssm:DescribeInstanceInformation on resource: arn:aws:ssm:eu-central-1:111122223333:* because no session policy allows the ssm:DescribeInstanceInformation action`,
      {
        action: 'ssm:DescribeInstanceInformation',
        resource: 'arn:aws:ssm:eu-central-1:111122223333:*',
        role: ROLE,
      },
    ],
    [
      'an explicit deny, with the policy and a link',
      `User: ${SESSION} is not authorized to perform: ssm:SendCommand on resource: arn:aws:ssm:eu-central-1:111122223333:document/selfheal-start-component with an explicit deny in a service control policy: arn:aws:organizations::111122223333:policy/o-1/service_control_policy/p-1. Go to https://console.aws.amazon.com/iam/`,
      {
        action: 'ssm:SendCommand',
        resource: 'arn:aws:ssm:eu-central-1:111122223333:document/selfheal-start-component',
        role: ROLE,
      },
    ],
    [
      'an explicit deny without a resource',
      `User: ${SESSION} is not authorized to perform: sns:ListTopics with an explicit deny in an identity-based policy`,
      { action: 'sns:ListTopics', role: ROLE },
    ],
    [
      'of SNS, which writes its prefix in capitals',
      `User: ${SESSION} is not authorized to perform: SNS:Publish on resource: arn:aws:sns:eu-central-1:111122223333:architect because no resource-based policy allows the SNS:Publish action`,
      {
        action: 'SNS:Publish',
        resource: 'arn:aws:sns:eu-central-1:111122223333:architect',
        role: ROLE,
      },
    ],
    [
      'of KMS, inside the answer of another service',
      `User: ${SESSION} is not authorized to perform: kms:GenerateDataKey* on resource: arn:aws:kms:eu-central-1:111122223333:key/1234abcd (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: 9d; Proxy: null)`,
      {
        action: 'kms:GenerateDataKey*',
        resource: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd',
        role: ROLE,
      },
    ],
    [
      'of EC2, with an encoded message behind it',
      `You are not authorized to perform this operation. User: ${SESSION} is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action. Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuUMCm`,
      { action: 'ec2:DescribeInstances', role: ROLE },
    ],
    [
      'a resource in quotes',
      `User: ${SESSION} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::versions/web" because no identity-based policy allows the s3:GetObject action`,
      { action: 's3:GetObject', resource: 'arn:aws:s3:::versions/web', role: ROLE },
    ],
    [
      'a role with a path, in another partition',
      `User: arn:aws-cn:iam::111122223333:role/ops/selfheal/act is not authorized to perform: states:StartExecution on resource: arn:aws-cn:states:cn-north-1:111122223333:stateMachine:selfheal-heal.`,
      {
        action: 'states:StartExecution',
        resource: 'arn:aws-cn:states:cn-north-1:111122223333:stateMachine:selfheal-heal',
        role: 'act',
      },
    ],
    [
      'in brackets, at the end of a sentence',
      `Access denied (User: ${SESSION} is not authorized to perform: ssm:SendCommand on resource: ${TABLE}).`,
      { action: 'ssm:SendCommand', resource: TABLE, role: ROLE },
    ],
    [
      'a principal that is no role',
      'User: arn:aws:iam::111122223333:user/anna is not authorized to perform: events:PutEvents on resource: arn:aws:events:eu-central-1:111122223333:event-bus/default',
      {
        action: 'events:PutEvents',
        resource: 'arn:aws:events:eu-central-1:111122223333:event-bus/default',
        role: 'arn:aws:iam::111122223333:user/anna',
      },
    ],
  ])('recognises a denial: %s', (_, message, denial) => {
    expect(denialIn(message)).toEqual(denial);
    expect(denialIn(JSON.stringify({ errorType: 'AccessDenied', errorMessage: message }))).toEqual(denial);
  });

  it.each([
    'Rate exceeded',
    'You are not authorized to perform this operation. Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuUMCm',
    'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
    'it is not authorized to perform: something',
    '',
  ])('recognises no denial in: %s', (message) => {
    expect(denialIn(message)).toBeUndefined();
  });

  it.each<Denial>([
    { action: 'ssm:CancelCommand' },
    { action: 'ssm:CancelCommand', role: 'selfheal-act' },
    { action: 'states:SendTaskSuccess', resource: 'arn:aws:states:::stateMachine:heal' },
    { action: 'kms:Decrypt', resource: '*', role: 'selfheal-act' },
  ])('recognises Selfheal’s own wording, so that it survives a state machine: $action', (denial) => {
    expect(denialIn(describeDenial(denial))).toEqual(denial);
    const cause = { errorType: 'NotPermitted', errorMessage: `${describeDenial(denial)}: AccessDenied: no` };
    expect(denialIn(JSON.stringify(cause))).toEqual(denial);
  });
});
