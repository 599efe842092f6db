import { compile } from '../../functions/core/configuration/compile.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { configurationSchema } from '../../functions/core/configuration/schema/schema.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A compiled configuration from as much of a selfheal.yaml as a test of the watchdog is about. */
export function watchdogConfiguration(parts: {
  /** By name; each gets a target. @default one, `web`, without a health endpoint */
  readonly components?: Readonly<Record<string, Fields>>;
  readonly peers?: Readonly<Record<string, Fields>>;
  readonly watchdog?: Fields;
}): CompiledConfiguration {
  const { components = { web: {} }, peers = {}, watchdog = {} } = parts;
  return compile(
    configurationSchema.parse({
      components: Object.fromEntries(
        Object.entries(components).map(([name, fields]) => [
          name,
          { targets: { instanceIds: ['i-0123456789abcdef0'] }, ...fields },
        ]),
      ),
      strategies: [
        { id: 'restart', trigger: { metrics: ['heartbeat'] }, actions: [{ type: 'start_component' }] },
      ],
      watchdog,
      peers,
    }),
  );
}
