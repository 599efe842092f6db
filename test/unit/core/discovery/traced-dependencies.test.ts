import { describe, expect, it } from 'vitest';
import type { Named } from '../../../../functions/core/discovery/component-names.ts';
import { tracedDependencies } from '../../../../functions/core/discovery/traced-dependencies.ts';
import type { TracedService } from '../../../../functions/core/discovery/traced-service.ts';

const service = (
  id: number,
  name: string,
  calls: readonly number[] = [],
  type = 'remote',
): TracedService => ({
  ...{ id, names: [name], type, calls },
});

/** Names in capitals are those of components. */
const componentOf = ({ names: [name = ''] }: TracedService): Named | undefined =>
  name === name.toUpperCase() ? { component: name.toLowerCase() } : undefined;

const found = (services: readonly TracedService[], named = componentOf) =>
  tracedDependencies(services, named).map(({ caller, callee }) => `${caller}>${callee}`);

describe('dependencies in a service graph', () => {
  it('are the calls between components, each once', () => {
    const services = [service(1, 'WEB', [2, 2, 3]), service(2, 'ORDERS', [3]), service(3, 'DB')];
    expect(found(services)).toEqual(['web>orders', 'web>db', 'orders>db']);
  });

  it('pass through other services, in circles too, and end at the next component', () => {
    const services = [
      ...[service(1, 'WEB', [2]), service(2, 'proxy', [3, 2]), service(3, 'mesh', [2, 4])],
      ...[service(4, 'ORDERS', [5]), service(5, 'DB')],
    ];
    expect(found(services)).toEqual(['web>orders', 'orders>db']);
  });

  it('keep circles between components', () => {
    expect(found([service(1, 'A', [2]), service(2, 'B', [1])])).toEqual(['a>b', 'b>a']);
  });

  it('leave out the clients that X-Ray names after what they call, and calls of a component to itself', () => {
    const services = [
      service(1, 'WEB', [2], 'client'),
      service(2, 'ORDERS', [3], 'AWS::Lambda'),
      service(3, 'ORDERS', [9], 'AWS::Lambda::Function'),
    ];
    expect(found(services)).toEqual([]);
  });

  it.each([
    'AWS::SQS::Queue',
    'AWS::SNS',
    'AWS::Events',
    'AWS::Kinesis::Stream',
    'AWS::DynamoDB::Table',
    'AWS::S3::Bucket',
    'AWS::S3::ECS',
    'Elsewhere::ECS',
  ])('neither end at nor pass through what does not answer calls: %s', (type) => {
    const services = [
      ...[service(1, 'WEB', [2, 3]), service(2, 'ORDERS', [], type), service(3, 'placed', [4], type)],
      ...[service(4, 'mail', [5], 'AWS::Lambda'), service(5, 'MAIL', [], 'AWS::Lambda::Function')],
    ];
    expect(found(services)).toEqual([]);
  });

  it.each([
    ...[
      '',
      'remote',
      'Database::SQL',
      'AWS::RDS',
      'AWS::Lambda',
      'AWS::Lambda::Function',
      'AWS::EC2::Instance',
    ],
    ...[
      'AWS::ECS::Container',
      'AWS::ECS::Fargate',
      'AWS::EKS::Container',
      'AWS::ElasticBeanstalk::Environment',
    ],
    ...['AWS::AppRunner::Service', 'AWS::ApiGateway::Stage', 'AWS::ElasticLoadBalancingV2::LoadBalancer'],
  ])('end at and pass through what answers calls: "%s"', (type) => {
    const services = [
      ...[service(1, 'WEB', [2, 3]), service(2, 'ORDERS', [], type), service(3, 'proxy', [4], type)],
      service(4, 'MAIL'),
    ];
    expect(found(services)).toEqual(['web>orders', 'web>mail']);
  });

  it('name what told the components, beside X-Ray', () => {
    const named = ({ names: [name = ''] }: TracedService): Named =>
      name === 'pay' ? { component: name, by: 'loadBalancers' } : { component: name };
    expect(tracedDependencies([service(1, 'pay', [2]), service(2, 'db')], named)).toEqual([
      { caller: 'pay', callee: 'db', sources: ['xray', 'loadBalancers'] },
    ]);
    expect(
      tracedDependencies([service(1, 'web', [2, 3]), service(2, 'pay'), service(3, 'db')], named),
    ).toEqual([
      { caller: 'web', callee: 'pay', sources: ['xray', 'loadBalancers'] },
      { caller: 'web', callee: 'db', sources: ['xray'] },
    ]);
  });
});
