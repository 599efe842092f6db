import { compile } from '../../functions/core/configuration/compile.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { configurationSchema } from '../../functions/core/configuration/schema/schema.ts';
import { alarmEvent } from '../infra/sample-events.ts';

/** Two of a hundred are delivered a second time: EventBridge promises at least once. */
const EVENTS_PER_REDELIVERY = 50;
const COMPONENTS_PER_GROUP = 20;

export interface Storm {
  readonly configuration: CompiledConfiguration;
  readonly components: readonly string[];
  /** In the order in which they are delivered. */
  readonly deliveries: readonly unknown[];
  readonly distinctSignals: number;
}

export interface StormPlan {
  readonly events: number;
  readonly components: number;
  /** `settings.maxConcurrentRepairs`. */
  readonly fleetLimit: number;
  /** `maxInFlight` of each group of 20 components. @default no groups */
  readonly groupLimit?: number;
}

const groupOf = (index: number) => `tier-${Math.floor(index / COMPONENTS_PER_GROUP)}`;
const alarmNameOf = (component: string) => `selfheal-${component}-errors`;

/** Every alarm speaks again and again, each time with a new timestamp: a signal of its own. */
export function stormOf({ events, components: count, fleetLimit, groupLimit }: StormPlan): Storm {
  const components = Array.from({ length: count }, (_, index) => `service-${index}`);
  const isGrouped = groupLimit !== undefined;
  const configuration = configurationSchema.parse({
    settings: { maxConcurrentRepairs: fleetLimit },
    groups: isGrouped
      ? Object.fromEntries(components.map((_, index) => [groupOf(index), { maxInFlight: groupLimit }]))
      : {},
    components: Object.fromEntries(
      components.map((name, index) => [
        name,
        {
          ...(isGrouped && { group: groupOf(index) }),
          targets: { instanceIds: [`i-${index.toString(16).padStart(17, '0')}`] },
          service: `${name}.service`,
          alarms: {
            errors: {
              metric: 'error_rate',
              namespace: 'Bench',
              metricName: name,
              dimensions: {},
              threshold: 5,
            },
          },
        },
      ]),
    ),
    strategies: [
      { id: 'restart', trigger: { metrics: ['error_rate'] }, actions: [{ type: 'start_component' }] },
    ],
  });
  const startMs = Date.now() - events;
  const once = Array.from({ length: events }, (_, index) =>
    alarmEvent(alarmNameOf(components[index % count] ?? ''), {
      timestamp: new Date(startMs + index).toISOString().replace('Z', '+0000'),
    }),
  );
  const deliveries = once.flatMap((event, index) => {
    const earlier = once[index - EVENTS_PER_REDELIVERY / 2];
    const isRepeated = index % EVENTS_PER_REDELIVERY === EVENTS_PER_REDELIVERY - 1;
    return isRepeated && earlier ? [event, earlier] : [event];
  });
  return { configuration: compile(configuration), components, deliveries, distinctSignals: events };
}
