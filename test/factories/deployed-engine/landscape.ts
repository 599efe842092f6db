import type { ManagedNode } from '../../../local/ssm/host-runner.ts';

type Json = Readonly<Record<string, unknown>>;

/** The alias of every function that is a component. */
export const ALIAS = 'live';

/** The metric that every component's strategies answer. */
export const METRIC = 'error_rate';

/** One component with strategies of its own, so that what happens to it concerns no other. */
export interface ComponentPlan {
  /**
   * A ladder of strategies: what differs from a restart that is verified by the endpoint at once. The first has the
   * component's name as its id, the others have `-2`, `-3`, … after it.
   *
   * @default one restart
   */
  readonly strategies?: readonly Json[];
  /** @default 1 */
  readonly hosts?: number;
  /** The Auto Scaling group that launched its hosts, by which it chooses them. @default by id */
  readonly autoScalingGroup?: string;
  /** What it is instead of hosts. @default hosts */
  readonly custom?: string;
  /**
   * What it is instead of hosts: a function behind the alias `<component>:live`. Whether each published version answers;
   * the alias points to the last but those `ahead`.
   */
  readonly versions?: readonly ('answers' | 'throws')[];
  /** @default 0 */
  readonly ahead?: number;
  /** Whether its hosts are managed nodes outside EC2. @default false */
  readonly hybrid?: boolean;
  /** A component whose hosts and service it has instead of its own. */
  readonly besides?: string;
  /** More of the component: its group, its severity… */
  readonly more?: Json;
  /** Severity of its alarm. @default CRITICAL */
  readonly severity?: 'INFO' | 'WARNING' | 'CRITICAL';
}

export interface LandscapePlan {
  readonly settings?: Json;
  readonly groups?: Json;
  /** Actions of the user's own. @default none */
  readonly actions?: Json;
  readonly components: Readonly<Record<string, ComponentPlan>>;
  /** Whether components whose plans name the same list of strategies share them: there are 100 at most. @default false */
  readonly sharesStrategies?: boolean;
  /** The watchdog's configuration. @default it is not deployed */
  readonly watchdog?: Json;
  /** Peers beside the components, which are peers by themselves. */
  readonly peers?: (instancesOf: Landscape['instancesOf']) => Json;
}

export interface Landscape {
  /** Text of selfheal.yaml; JSON is YAML. */
  readonly configuration: string;
  readonly nodes: readonly ManagedNode[];
  readonly instancesOf: (component: string) => readonly string[];
}

/** The most hosts that a component can have: their ids never overlap. */
const ID_SPACE = 0x1000;

/** Every component has an alarm, `selfheal-<component>-errors`, and an endpoint. */
export function landscapeOf(plan: LandscapePlan, urlOf: (component: string) => string): Landscape {
  const names = Object.keys(plan.components);
  const instancesOf = (component: string): readonly string[] => {
    const { besides } = plan.components[component] ?? {};
    if (besides !== undefined) return instancesOf(besides);
    const first = (names.indexOf(component) + 1) * ID_SPACE;
    const { custom, versions, hybrid = false, ...more } = plan.components[component] ?? {};
    const { hosts = custom === undefined && versions === undefined ? 1 : 0 } = more;
    const prefix = hybrid ? 'mi' : 'i';
    return Array.from(
      { length: hosts },
      (_, index) => `${prefix}-${(first + index).toString(16).padStart(17, '0')}`,
    );
  };
  const entries = Object.entries(plan.components);
  return {
    configuration: JSON.stringify({
      settings: { maxConcurrentRepairs: 100, ...plan.settings },
      groups: plan.groups ?? {},
      actions: plan.actions ?? {},
      // Endpoints of a landscape are on this machine.
      watchdog: { allowedAddresses: ['127.0.0.0/8'], ...plan.watchdog },
      ...(plan.peers && { peers: plan.peers(instancesOf) }),
      components: Object.fromEntries(
        entries.map(([name, component]) => [name, componentOf(name, component, instancesOf(name), urlOf)]),
      ),
      strategies: plan.sharesStrategies
        ? [...Map.groupBy(entries, ([, { strategies = DEFAULT_STRATEGIES }]) => strategies)].flatMap(
            ([strategies, sharing]) =>
              strategiesOf(
                sharing.map(([name]) => name),
                strategies,
              ),
          )
        : entries.flatMap(([name, { strategies = DEFAULT_STRATEGIES }]) => strategiesOf([name], strategies)),
    }),
    nodes: names
      .filter((name) => plan.components[name]?.besides === undefined)
      .flatMap((name) => instancesOf(name).map((id) => nodeOf(id, plan.components[name]?.autoScalingGroup))),
    instancesOf,
  };
}

export function alarmOf(component: string): string {
  return `selfheal-${component}-errors`;
}

function componentOf(
  name: string,
  { more, besides = name, autoScalingGroup, custom, versions, severity = 'CRITICAL' }: ComponentPlan,
  instanceIds: readonly string[],
  urlOf: (component: string) => string,
): Json {
  return {
    ...(custom === undefined && versions === undefined
      ? {
          targets: autoScalingGroup === undefined ? { instanceIds } : { autoScalingGroup },
          service: `${besides}.service`,
          tempPaths: [`/var/cache/${name}`],
        }
      : { targets: versions ? { lambdaAlias: `${name}:${ALIAS}` } : { custom } }),
    health: { url: urlOf(name) },
    signals: [METRIC],
    alarms: {
      errors: { metric: METRIC, namespace: 'Test', metricName: name, dimensions: {}, threshold: 5, severity },
    },
    ...more,
  };
}

const DEFAULT_STRATEGIES: readonly Json[] = [{}];

function strategiesOf(components: readonly string[], strategies: readonly Json[]): readonly Json[] {
  const [first = ''] = components;
  return strategies.map((strategy, index) => ({
    id: index === 0 ? first : `${first}-${index + 1}`,
    components,
    trigger: { metrics: [METRIC] },
    actions: [{ type: 'start_component' }],
    verify: { timeoutSeconds: 1, stableSeconds: 0 },
    ...strategy,
  }));
}

function nodeOf(instanceId: string, group: string | undefined): ManagedNode {
  return {
    instanceId,
    tags: {
      'selfheal:managed': 'true',
      ...(group !== undefined && { 'aws:autoscaling:groupName': group }),
    },
    platformType: 'Linux',
    computerName: instanceId,
    ipAddress: '127.0.0.1',
  };
}
