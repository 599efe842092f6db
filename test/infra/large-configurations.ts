import { stringify } from 'yaml';

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
}

const CREATED_METRICS = ['memory', 'cpu', 'disk'];

/** A selfheal.yaml of a size, with as long names and as many people as are allowed. */
export function largeConfiguration(size: FleetSize): string {
  const { components, shards = 1, vantagePoints = 1, alarmStacks } = size;
  const vpc = {
    vpcId: 'vpc-0123456789abcdef0',
    subnetIds: ['subnet-0123456789abcdef0'],
    securityGroupIds: ['sg-0123456789abcdef0'],
  };
  const people = (who: string) => Array.from({ length: 20 }, (_, index) => `${who}${index}@example.com`);
  return stringify({
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
    components: Object.fromEntries(
      Array.from({ length: components }, (_, index) => [`component-${index}`, component(index, size)]),
    ),
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
        trigger: { metrics: [...CREATED_METRICS, 'saturation', 'error_rate', 'heartbeat'] },
        verify: { by: 'alarm' },
        actions: [{ type: 'start_component', params: { mode: 'restart' } }],
      },
    ],
  });
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
