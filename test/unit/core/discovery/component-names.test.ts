import { describe, expect, it } from 'vitest';
import { componentNames } from '../../../../functions/core/discovery/component-names.ts';
import type { TracedService } from '../../../../functions/core/discovery/traced-service.ts';
import { configured } from '../../../factories/configuration.ts';
import { HOME } from '../../../factories/events/selfheal-event.ts';

const group = (name: string) =>
  `arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/${name}/0123456789abcdef`;

const { components } = configured({
  components: {
    web: { targetGroup: group('web') },
    orders: { xrayNames: ['Orders API', 'orders-worker'] },
    checkout: { targets: { lambdaAlias: 'checkout-fn:live' }, service: undefined },
    payments: { targets: { ecsService: 'prod/payments-svc' }, service: undefined },
    'orders-db': { targets: { dbInstance: 'orders-db-1' }, service: undefined },
    ledger: { targets: { dbCluster: 'ledger-cluster' }, service: undefined },
  },
});

const traced = (name: string, type = 'AWS::ECS::Container', more: Partial<TracedService> = {}) => ({
  ...{ id: 1, names: [name], type, calls: [], ...more },
});

const nameOf = (service: TracedService, ...more: readonly unknown[]) =>
  componentNames(components, HOME, ...(more as []))(service)?.component;

describe('the component that a traced service is', () => {
  it.each([
    ['its own name', traced('web'), 'web'],
    ['one of its `xrayNames`, whatever the case', traced('orders api'), 'orders'],
    ['the name of its Lambda function', traced('checkout-fn', 'AWS::Lambda::Function'), 'checkout'],
    [
      'the endpoint of its database',
      traced(`shop@orders-db-1.c0ffee.${HOME.region}.rds.amazonaws.com`, 'Database::SQL'),
      'orders-db',
    ],
    [
      'the reader endpoint of its cluster',
      traced(
        `ledger@ledger-cluster.cluster-ro-c0ffee.${HOME.region}.rds.amazonaws.com:5432`,
        'Database::SQL',
      ),
      'ledger',
    ],
  ])('is found by %s', (_, service, component) => {
    expect(nameOf(service)).toBe(component);
  });

  it.each([
    ['with `xrayNames`, is not found by its own name', traced('orders')],
    ['is not found by the name of a function of another type of service', traced('checkout-fn')],
    [
      'is not found by a database with its name in another region',
      traced('shop@orders-db-1.c0ffee.mars-west-1.rds.amazonaws.com', 'Database::SQL'),
    ],
    [
      'is not found by a cluster with the name of an instance',
      traced(`x@orders-db-1.cluster-c0ffee.${HOME.region}.rds.amazonaws.com`, 'Database::SQL'),
    ],
    ['is not found in another account', traced('web', undefined, { account: '999999999999' })],
  ])('%s', (_, service) => {
    expect(nameOf(service)).toBeUndefined();
  });

  it('is found by the account that Selfheal is in', () => {
    expect(nameOf(traced('web', undefined, { account: HOME.account }))).toBe('web');
  });

  it('is found by a Service Connect name, which ECS knows', () => {
    const services = [
      { service: 'prod/orders-svc', targetGroups: [], names: ['orders.internal'] },
      { service: 'prod/payments-svc', targetGroups: [], names: ['payments.internal'] },
    ];
    const named = componentNames(components, HOME, services)(traced('payments.internal:8080', 'remote'));
    expect(named).toEqual({ component: 'payments', by: 'ecs' });
  });

  it.each([
    ['a longer name', 'api.dualstack.internal', 'api.internal'],
    ['a name with a port in the middle', 'api.internal', 'api:80.internal'],
  ])('is not mistaken for another with %s', (_, name, other) => {
    const services = [{ service: 'prod/payments-svc', targetGroups: [], names: [name] }];
    expect(nameOf(traced(name, 'remote'), services)).toBe('payments');
    expect(nameOf(traced(other, 'remote'), services)).toBeUndefined();
  });

  it('is found by the name of a load balancer that sends all requests to it', () => {
    const services = [{ service: 'prod/payments-svc', targetGroups: [group('pay')], names: [] }];
    const addresses = [{ name: 'pay-1.us-east-1.elb.amazonaws.com', targetGroups: [group('pay')] }];
    const named = componentNames(components, HOME, services, addresses);
    expect(named(traced('dualstack.PAY-1.us-east-1.elb.amazonaws.com', 'remote'))).toEqual({
      ...{ component: 'payments', by: 'loadBalancers' },
    });
  });

  it('is not guessed where a load balancer sends requests to another component or to what is none', () => {
    const name = 'shared-1.us-east-1.elb.amazonaws.com';
    const services = [{ service: 'prod/payments-svc', targetGroups: [group('pay')], names: [] }];
    for (const other of [group('web'), group('unknown')]) {
      const addresses = [
        { name, targetGroups: [group('pay')] },
        { name: name.toUpperCase(), targetGroups: [other] },
      ];
      expect(nameOf(traced(name, 'remote'), services, addresses)).toBeUndefined();
    }
  });

  it('is found by the first thing that names it, where several do', () => {
    const services = [
      { service: 'prod/payments-svc', targetGroups: [group('pay')], names: ['pay.internal', 'PAY.internal'] },
    ];
    const addresses = [{ name: 'pay.internal', targetGroups: [group('pay')] }];
    const named = componentNames(components, HOME, services, addresses)(traced('pay.internal', 'remote'));
    expect(named).toEqual({ component: 'payments', by: 'ecs' });
  });

  it('is not found by a load balancer whose requests all go elsewhere', () => {
    const name = 'other-1.us-east-1.elb.amazonaws.com';
    const addresses = [{ name, targetGroups: [group('unknown')] }];
    expect(nameOf(traced(name, 'remote'), [], addresses)).toBeUndefined();
    const named = componentNames(components, HOME, [], addresses)(traced(name, 'remote'));
    expect(named).toBeUndefined();
  });

  it('is not guessed where two components have the name', () => {
    const twice = configured({ components: { a: { xrayNames: ['api'] }, b: { xrayNames: ['API'] } } });
    expect(componentNames(twice.components, HOME)(traced('api'))).toBeUndefined();
  });

  it('is found by several names of one component, and not by those of two', () => {
    const names = ['Orders API', 'orders-worker'];
    expect(nameOf(traced('', undefined, { names }))).toBe('orders');
    expect(nameOf(traced('', undefined, { names: [...names, 'web'] }))).toBeUndefined();
  });

  it('is found by the name of a load balancer that sends all requests to its target group', () => {
    const name = 'web-1.us-east-1.elb.amazonaws.com';
    const named = componentNames(components, HOME, [], [{ name, targetGroups: [group('web')] }]);
    expect(named(traced(`${name}:443`, 'remote'))).toEqual({ component: 'web', by: 'loadBalancers' });
    expect(named(traced('other-1.us-east-1.elb.amazonaws.com', 'remote'))).toBeUndefined();
  });

  it('is not found by an address that only ends like another one', () => {
    const services = [{ service: 'prod/payments-svc', targetGroups: [], names: ['pay.internal'] }];
    const named = componentNames(components, HOME, services);
    expect(named(traced('dualstack.pay.internal', 'remote'))?.component).toBe('payments');
    expect(named(traced('my-dualstack.pay.internal', 'remote'))).toBeUndefined();
    expect(named(traced('api.pay.internal', 'remote'))).toBeUndefined();
  });
});
