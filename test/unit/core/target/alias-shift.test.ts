import { describe, expect, it } from 'vitest';
import { aliasShift, turnedRound } from '../../../../functions/core/target/alias-shift.ts';

const carried = (content: string, key = 'appSpecContent') =>
  JSON.stringify({
    revisionType: key === 'string' ? 'String' : 'AppSpecContent',
    [key]: { content, sha256: 'abc' },
  });

/** As CloudFormation writes it. */
const WRITTEN = JSON.stringify({
  version: '0.0',
  Resources: [
    {
      orders: {
        Type: 'AWS::Lambda::Function',
        Properties: { Name: 'orders', Alias: 'live', CurrentVersion: '2', TargetVersion: '3' },
      },
    },
  ],
  Hooks: [{ BeforeAllowTraffic: 'check-orders' }],
});

/** As AWS's documentation has it. */
const TEMPLATE = `version: 0.0
# In the Resources section, specify the Name: of the Lambda function, and its TargetVersion: to deploy.
Resources:
  - myLambdaFunction:
      Type: AWS::Lambda::Function
      Properties:
        Name: "orders" # the function
        Alias: "live"
        CurrentVersion: "2"
        TargetVersion: "3"
Hooks:
  - BeforeAllowTraffic: "LambdaFunctionToValidateBeforeTrafficShift"
`;

const UNNAMED = 'its AppSpec does not name one function, alias, CurrentVersion and TargetVersion';

describe('the AppSpec of a deployment to an alias', () => {
  it.each([
    ['JSON', carried(WRITTEN)],
    ['JSON of the older type', carried(WRITTEN, 'string')],
    ['YAML', carried(TEMPLATE)],
    ['YAML with plain numbers', carried(TEMPLATE.replaceAll('"', ''))],
    [
      'keys in lower case',
      carried(TEMPLATE.replaceAll(/Name|Alias|CurrentVersion/g, (key) => key.toLowerCase())),
    ],
    [
      'the function’s ARN',
      carried(TEMPLATE.replace('"orders"', 'arn:aws:lambda:eu-west-1:123456789012:function:orders')),
    ],
  ])('says between which versions it shifts, in %s, and can be turned round', (_, revision) => {
    const shift = aliasShift(revision, 'orders:live');
    expect(shift).toEqual({ from: '2', to: '3' });
    if ('problem' in shift) throw new Error(shift.problem);
    const back = turnedRound(revision, shift);
    expect(aliasShift(back, 'orders:live')).toEqual({ from: '3', to: '2' });
    // Its hash is another one now.
    expect(back).not.toContain('sha256');
    expect(JSON.parse(back)).toMatchObject({ revisionType: JSON.parse(revision).revisionType });
    expect(back).toMatch(/check-orders|BeforeTrafficShift/);
  });

  it.each([
    [
      'another alias',
      carried(WRITTEN.replace('live', 'beta')),
      'it shifts the alias orders:beta, and not orders:live',
    ],
    [
      'another function',
      carried(WRITTEN.replace('"Name":"orders"', '"Name":"basket"')),
      'it shifts the alias basket:live, and not orders:live',
    ],
    ['two functions', carried(`${TEMPLATE}${TEMPLATE}`), UNNAMED],
    ...['Name', 'Alias', 'CurrentVersion', 'TargetVersion'].map((key) => [
      ...[`no ${key}`, carried(WRITTEN.replace(`"${key}"`, '"Other"')), UNNAMED],
    ]),
    ['one version alone', carried(WRITTEN.replace('"3"', '"2"')), 'it shifts from version 2 to the same one'],
    [
      'a hash in place of its content',
      JSON.stringify({ revisionType: 'String', string: { sha256: '0a1b' } }),
      'its AppSpec is not part of the deployment, so that its versions are not known',
    ],
    [
      'content in a bucket',
      JSON.stringify({ revisionType: 'S3', s3Location: { bucket: 'specs', key: 'app.yaml' } }),
      'its AppSpec is not part of the deployment, so that its versions are not known',
    ],
  ])('is refused with %s', (_, revision = '', problem = '') => {
    expect(aliasShift(revision, 'orders:live')).toEqual({ problem });
  });
});
