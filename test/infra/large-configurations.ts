import { stringify } from 'yaml';
import { chunked } from '../../functions/core/operation/layout.ts';

export interface FleetSize {
  readonly components: number;
  /** Threshold alarms for each component, 3 at most, on its one instance. @default 3 */
  readonly createdAlarms?: number;
  /** Whether each component has a composite over its first two alarms, too. @default false */
  readonly composites?: boolean;
  /** Alarms that exist already, for each component. @default 0 */
  readonly adoptedAlarms?: number;
  /** Of an adopted alarm's name. @default 40 */
  readonly adoptedNameCharacters?: number;
  /** @default 1 */
  readonly shards?: number;
  /** @default 1 */
  readonly vantagePoints?: number;
  readonly alarmStacks?: number;
  /** Functions behind an alias, services of ECS, and documents that strategies run, of each. @default 0 */
  readonly each?: number;
}

/** Of a strategy that runs documents. */
const STEPS = 10;

const CREATED_METRICS = ['memory', 'cpu', 'disk'];

/** A selfheal.yaml of a size, with as long names and as many people as are allowed. */
export function largeConfiguration(size: FleetSize): string {
  const { components, shards = 1, vantagePoints = 1, alarmStacks, each = 0 } = size;
  const vpc = {
    vpcId: 'vpc-0123456789abcdef0',
    subnetIds: ['subnet-0123456789abcdef0'],
    securityGroupIds: ['sg-0123456789abcdef0'],
  };
  const people = (who: string) => Array.from({ length: 20 }, (_, index) => `${who}${index}@example.com`);
  const configuration = {
    settings: {
      // A CPU alarm needs minutes to turn green.
      repairTimeoutSeconds: '15m',
      ...(alarmStacks !== undefined && { alarmStacks }),
      notify: {
        soc: people('soc'),
        architect: people('architect'),
        webhook: { url: 'https://hooks.example.com/selfheal' },
      },
      vpc,
    },
    components: {
      ...Object.fromEntries(
        Array.from({ length: components }, (_, index) => [`component-${index}`, component(index, size)]),
      ),
      ...resources(size),
    },
    watchdog: {
      shards,
      vantagePoints: Array.from({ length: vantagePoints }, (_, index) => ({
        name: `vantage-point-${index}`,
        ...(index > 0 && { vpc }),
      })),
    },
    strategies: [
      {
        id: 'restart',
        ...(each > 0 && { components: ['component-0'] }),
        trigger: { metrics: [...CREATED_METRICS, 'saturation', 'error_rate', 'heartbeat'] },
        verify: { by: 'alarm' },
        actions: [{ type: 'start_component', params: { mode: 'restart' } }],
      },
      ...strategiesOnResources(size),
    ],
  };
  return stringify(configuration, { aliasDuplicateObjects: false });
}

function component(index: number, size: FleetSize): object {
  const { createdAlarms = 3, composites = false, adoptedAlarms = 0, adoptedNameCharacters = 40 } = size;
  const created = CREATED_METRICS.slice(0, createdAlarms).map((metric) => [
    metric,
    { metric, threshold: 90 },
  ]);
  const adopted = Array.from({ length: adoptedAlarms }, (_, adoptedIndex) => {
    const unique = `${index} ${adoptedIndex}`;
    const name = `Production, eu-west-1: errors of service ${'x'.repeat(255)}`;
    const adopt = `${name.slice(0, adoptedNameCharacters - unique.length - 1)} ${unique}`;
    return [`adopted-${adoptedIndex}`, { adopt, metric: 'error_rate' }];
  });
  return {
    targets: { instanceIds: [`i-${index.toString(16).padStart(17, '0')}`] },
    service: 'nginx.service',
    alarms: {
      ...Object.fromEntries([...created, ...adopted]),
      ...(composites && { both: { metric: 'saturation', allOf: CREATED_METRICS.slice(0, 2) } }),
    },
  };
}

/** Targets that are no hosts, under names of a usual length. */
function resources({ each = 0 }: FleetSize): object {
  const health = { url: 'https://resource.example.com/health' };
  const signals = ['failures'];
  return Object.fromEntries(
    Array.from({ length: each }, (_, index) => [
      [
        `function-${index}`,
        { targets: { lambdaAlias: `order-processing-of-a-shop-${index}:live` }, health, signals },
      ],
      [
        `service-${index}`,
        { targets: { ecsService: `production/order-processing-${index}` }, health, signals },
      ],
    ]).flat(),
  );
}

function strategiesOnResources({ each = 0 }: FleetSize): readonly object[] {
  if (each === 0) return [];
  const indices = Array.from({ length: each }, (_, index) => index);
  const trigger = { metrics: ['failures'] };
  return [
    {
      id: 'roll-back',
      components: indices.flatMap((index) => [`function-${index}`, `service-${index}`]),
      trigger,
      actions: [{ type: 'rollback_deployment', timeoutSeconds: 60 }],
    },
    ...['run_document', 'run_automation'].flatMap((type) =>
      chunked(indices, STEPS).map((some) => ({
        id: `${type.replaceAll('_', '-')}-${some[0]}`,
        components: ['component-0'],
        trigger: { metrics: ['memory'] },
        actions: some.map((index) => ({
          type,
          timeoutSeconds: 60,
          params: {
            document: `Production-${type}-that-clears-a-cache-${index}`,
            ...(type === 'run_automation' && { version: '1' }),
          },
        })),
      })),
    ),
  ];
}
