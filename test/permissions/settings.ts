import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createWatchdogStore } from '../../functions/adapters/dynamodb/watchdog-store.ts';
import { type MiniStackPlace, openMiniStack } from '../conformance/places/ministack.ts';
import { output } from '../factories/deployed-engine/functions.ts';
import type { LandscapePlan } from '../factories/deployed-engine/landscape.ts';
import { FAILURES } from './scenarios/failures.ts';
import { RECONCILED } from './scenarios/reconciler.ts';
import { REPAIRS } from './scenarios/repairs.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { SEVERAL_HOSTS } from './scenarios/several-hosts.ts';
import { WATCHDOG, WATCHED_OVER } from './scenarios/watchdog.ts';

/** A run of a scenario, on a component of its own. */
export interface Run {
  readonly component: string;
  readonly scenario: Scenario;
}

/** What is deployed for some scenarios, and whose grants they prove. */
export interface Setting {
  readonly name: string;
  readonly scenarios: readonly Scenario[];
  /** Whose grants: the stack is the beginning of every holder's name. */
  readonly stack: RegExp;
  readonly open: (runs: readonly Run[]) => Promise<MiniStackPlace>;
}

const BASE: Partial<LandscapePlan> = { settings: { repairTimeoutSeconds: '10m' }, sharesStrategies: true };

/** The watchdog is apart: it would see what the other scenarios break. */
export const SETTINGS: readonly Setting[] = [
  {
    name: 'engine',
    // Short ones first: a grant is tried on the first that uses it.
    scenarios: [...REPAIRS, ...SEVERAL_HOSTS, ...FAILURES, ...RECONCILED],
    stack: /SelfhealEngine-/,
    open: (runs) => openMiniStack({ ...BASE, components: componentsOf(runs) }),
  },
  {
    name: 'watchdog',
    scenarios: WATCHED_OVER,
    stack: /SelfhealWatchdog-/,
    open: async (runs) => {
      const place = await openMiniStack({
        ...BASE,
        components: componentsOf(runs),
        watchdog: WATCHDOG,
        peers: (instancesOf) =>
          Object.fromEntries(runs.map(({ component }) => agentOf(component, instancesOf))),
      });
      await watching(place);
      return place;
    },
  },
];

function componentsOf(runs: readonly Run[]): LandscapePlan['components'] {
  return Object.fromEntries(
    runs.map(({ component, scenario }) => {
      const { autoScalingGroup, ...plan } = scenario.component;
      return [
        component,
        { ...plan, ...(autoScalingGroup && { autoScalingGroup: `${autoScalingGroup}-${component}` }) },
      ];
    }),
  );
}

function agentOf(component: string, instancesOf: (component: string) => readonly string[]) {
  return [`agent-${component}`, { agent: instancesOf(component)[0], component }] as const;
}

/** Its schedules begin to count when they are deployed. */
async function watching({ aws, outputs, until }: MiniStackPlace): Promise<void> {
  const client = new DynamoDBClient(aws);
  const store = createWatchdogStore({ client, tableName: output({ outputs }, 'TableName') });
  await until('a round that both vantage points reported', 60, async () => {
    const reports = await store.listReports(0);
    const [first] = reports;
    const isWhole = reports.length === 2 && reports.every(({ roundAtMs }) => roundAtMs === first?.roundAtMs);
    return isWhole || undefined;
  });
}
