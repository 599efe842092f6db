import { ACTION_RESOURCES } from '../../functions/handlers/table/aws-actions.ts';
import { permissionsOf, roleOf } from './granted-permissions.ts';
import { resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

/** Two functions behind aliases, one of them excluded, and a host; each strategy acts on one kind. */
export const targetConfiguration = (steps: string, undo = '', more = '') => `
components:
  orders:
    targets: { lambdaAlias: orders:live }
    alarms: { errors: { metric: errors, threshold: 5 } }
  payments:
    targets: { lambdaAlias: payments:prod }
    alarms: { errors: { metric: errors, threshold: 5 } }
    excluded: true
  web:
    targets: { instanceIds: [i-0123456789abcdef0] }
    service: nginx.service
    alarms: { errors: { metric: errors, namespace: Web, metricName: errors, dimensions: {}, threshold: 5 } }
strategies:
  - id: heal
    components: [orders, payments]
    trigger: { metrics: [errors] }
    actions: [${steps}]
    rollback: { actions: [${undo}] }
  - { id: web, components: [web], trigger: { metrics: [errors] }, actions: [{ type: start_component }] }
${more}`;

/** Calls about what components run on. */
export const ON_TARGETS = new Set<string>(
  Object.entries(ACTION_RESOURCES).flatMap(([action, resource]) =>
    [
      'targets',
      'targets and their members',
      'targets and their snapshots',
      'snapshots of targets',
      'targets and their copies',
      'copies of targets',
      'any target',
      'hosts',
      'any host',
      'hosts and snapshots',
      'new snapshots',
      'network interfaces of hosts',
      'groups of hosts',
      'resources of hosts',
      'load balancers',
      'clusters of targets',
      'deployments of targets',
      'revisions of targets',
      'new task definitions',
      'deliveries',
      'applications of deliveries',
      'settings of deliveries',
      'any delivery',
      'configurations',
      'environments of configurations',
      'deployments of configurations',
    ].includes(resource)
      ? [action]
      : [],
  ),
);

/** What each function may do on targets: `action resource`. */
export function grantedOnTargets(yaml: string): Readonly<Record<string, readonly string[]>> {
  const { engine } = synthesizeStacks(yaml);
  const functions = [...resourcesOf(engine, 'AWS::Lambda::Function').values()];
  return Object.fromEntries(
    functions.flatMap((lambda) => {
      const granted = permissionsOf(engine, roleOf(lambda))
        .filter(({ action }) => ON_TARGETS.has(action))
        .map(({ action, resource }) => `${action} ${resource}`);
      return granted.length > 0 ? [[String(lambda.Properties['FunctionName']), granted.sort()]] : [];
    }),
  );
}

/** The host that `targetConfiguration` names. */
export const [HOST, ANY_HOST] = ['i-0123456789abcdef0', '*'].map(
  (id) => `arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:instance/${id}`,
) as [string, string];

/** A component on hosts. @param targets how it chooses them @param step what its strategy does */
export function hostConfiguration(
  targets: string,
  step = '{ type: reboot_instance, timeoutSeconds: 60 }',
): string {
  return targetConfiguration('{ type: notify_soc }')
    .replace('instanceIds: [i-0123456789abcdef0]', targets)
    .replace('[{ type: start_component }]', `[${step}]`);
}
