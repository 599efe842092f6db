import type { TracedService } from './traced-service.ts';

/** AWS services that run code, store data, or pass a call on and wait for the answer. */
const IN_AWS = [
  ...['Lambda', 'ECS', 'EC2', 'EKS', 'ElasticBeanstalk', 'AppRunner', 'RDS'],
  ...['ElasticLoadBalancing', 'ElasticLoadBalancingV2', 'ApiGateway', 'ApiGatewayV2', 'AppSync', 'AppMesh'],
].map((name) => `AWS::${name}`);

/** An instrumented application without a type, and an address that is called and is not traced itself. */
const ELSEWHERE = ['', 'remote'];

const DATABASE = 'Database::';

/**
 * Whether the caller of a service waits for its answer, so that its trouble shows up in the caller. Queues, topics, buses,
 * streams and tables do not count: they often have the name of their reader, and the sender does not wait for it.
 */
export function answersCalls({ type }: Pick<TracedService, 'type'>): boolean {
  const service = type.split('::').slice(0, 2).join('::');
  return ELSEWHERE.includes(type) || type.startsWith(DATABASE) || IN_AWS.includes(service);
}
