import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { formatProblem } from '../../../functions/core/configuration/problem.ts';
import type { EmbeddedClock } from '../../../local/embedded/clock/embedded-clock.ts';
import type { AutomationDefinition } from '../../../local/ssm/automation.ts';
import type { ManagedNode } from '../../../local/ssm/host-runner.ts';

type Json = Readonly<Record<string, unknown>>;

/** What a scenario configures: one component, `web`, with one strategy. */
export interface TargetPlan {
  /** Of the component. @default one host with a service */
  readonly component?: Json;
  readonly actions: readonly Json[];
  /** @default none */
  readonly undo?: readonly Json[];
  /** More of the strategy. */
  readonly strategy?: Json;
  /** More strategies. @default none */
  readonly strategies?: readonly Json[];
  readonly settings?: Json;
  /** More of the configuration. */
  readonly more?: Json;
}

export interface TargetConfiguration {
  readonly compiled: CompiledConfiguration;
  readonly nodes: readonly ManagedNode[];
}

/** The hosts of a component that names hosts, by the ends of their ids. */
export const [HOST, OTHER, THIRD] = ['a', 'b', 'c'].map((end) => `i-0000000000000000${end}`) as [
  string,
  string,
  string,
];

/** The Auto Scaling group that hosts belong to. */
export const GROUP = 'web-asg';

/** The Automation document that a strategy may run. */
export const DOCUMENT = 'Acme-ScaleCluster';

/** @throws Error with the problems of the configuration */
export function configurationOf({
  component = {},
  actions,
  undo = [],
  strategy = {},
  strategies = [],
  settings = {},
  more = {},
}: TargetPlan): TargetConfiguration {
  const text = JSON.stringify({
    settings: { repairTimeoutSeconds: '1h', ...settings },
    components: {
      web: {
        targets: { instanceIds: [HOST] },
        minHealthyTargets: 0,
        ...(component['targets'] === undefined || isOnHosts(component) ? { service: 'web.service' } : {}),
        signals: ['memory'],
        health: { url: 'https://web.example.com/' },
        ...component,
      },
    },
    strategies: [
      {
        id: 'heal',
        components: ['web'],
        trigger: { metrics: ['memory'] },
        actions,
        rollback: { actions: undo },
        verify: { timeoutSeconds: 5, stableSeconds: 0 },
        maxAttempts: 5,
        cooldownSeconds: 0,
        ...strategy,
      },
      ...strategies,
    ],
    ...more,
  });
  const loaded = loadConfiguration(text, 'selfheal.yaml');
  if (!loaded.ok)
    throw new Error(
      loaded.problems
        .filter((each) => each.severity === 'error')
        .map(formatProblem)
        .join('\n'),
    );
  const { compiled } = loaded;
  const { key, value } = compiled.settings.managedTag;
  const tags = { [key]: value, tier: 'web', 'aws:autoscaling:groupName': GROUP };
  const node = (instanceId: string): ManagedNode => ({
    ...{ instanceId, tags, computerName: instanceId, ipAddress: '10.0.0.1' },
    platformType: 'Linux',
  });
  return { compiled, nodes: [HOST, OTHER, THIRD].map(node) };
}

/** The Command document of the user's that strategies may send. */
export const USER_DOCUMENTS = {
  'acme-clear-cache': {
    schemaVersion: '2.2',
    parameters: { mode: { type: 'String', allowedValues: ['clear', 'refill'] } },
    mainSteps: [
      { action: 'aws:runShellScript', name: 'clear', inputs: { runCommand: ['clear {{ mode }}'] } },
    ],
  },
};

/** The document that strategies may run. @param takesMs how long, at the moment */
export function automationsOf(
  clock: EmbeddedClock,
  takesMs: () => number,
): Readonly<Record<string, AutomationDefinition>> {
  const parameters = {
    ...{ Clusters: { hasDefault: false }, Direction: { hasDefault: false } },
    AutomationAssumeRole: { hasDefault: true },
  };
  return { [DOCUMENT]: { parameters, run: async () => await clock.sleep(takesMs()) } };
}

function isOnHosts({ targets }: Json): boolean {
  return ['instanceIds', 'tags', 'autoScalingGroup'].some((kind) => kind in (targets as object));
}
