import { compile } from '../../functions/core/configuration/compile.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { configurationSchema } from '../../functions/core/configuration/schema/schema.ts';

/** The managed node of every component that says nothing else. */
export const NODE = 'i-0123456789abcdef0';

type Fields = Readonly<Record<string, unknown>>;

interface Parts {
  readonly settings?: Fields;
  readonly windows?: Fields;
  readonly groups?: Fields;
  /** By name; each gets one target and a service. @default one component, `web`, with a memory alarm */
  readonly components?: Readonly<Record<string, Fields>>;
  /** In order; each gets an id, a trigger on `memory` and one action. @default one strategy */
  readonly strategies?: readonly Fields[];
  readonly watchdog?: Fields;
  readonly peers?: Readonly<Record<string, Fields>>;
}

/** All on one node, each with a service of its own. */
const componentOf = (name: string) => ({
  targets: { instanceIds: [NODE] },
  service: name === 'web' ? 'nginx.service' : `${name}.service`,
});
const ALARMS = { memory: { metric: 'memory', threshold: 90, dimensions: { InstanceId: NODE } } };
const STRATEGY = {
  id: 'restart',
  trigger: { metrics: ['memory'] },
  actions: [{ type: 'start_component' }],
};

/** The name in CloudWatch of a component's own memory alarm. */
export const memoryAlarm = (component = 'web') => `selfheal-${component}-memory`;

/** What the Lambdas carry, from as much of a selfheal.yaml as a test is about. */
export function configured(parts: Parts = {}): CompiledConfiguration {
  const {
    settings = {},
    windows = {},
    groups = {},
    components = { web: { alarms: ALARMS } },
    strategies = [{}],
  } = parts;
  const { watchdog = {}, peers = {} } = parts;
  return compile(
    configurationSchema.parse({
      settings,
      windows,
      groups,
      watchdog,
      peers,
      components: Object.fromEntries(
        Object.entries(components).map(([name, fields]) => [name, { ...componentOf(name), ...fields }]),
      ),
      strategies: strategies.map((fields) => ({ ...STRATEGY, ...fields })),
    }),
  );
}

/** For a component that is to have its memory alarm. */
export const withMemoryAlarm = (fields: Fields = {}): Fields => ({ alarms: ALARMS, ...fields });
