import * as z from 'zod';
import { component, group } from './schema/component-schema.ts';
import { peer } from './schema/peer-schema.ts';
import {
  type Component,
  configurationSchema,
  type DeclaredStrategy,
  type Group,
  type PeerDefinition,
  type Settings,
  type WatchdogSettings,
  type Window,
} from './schema/schema.ts';
import { strategy } from './schema/strategy-schema.ts';
import { window } from './schema/window-schema.ts';
import { dedentedFrom, valueAt } from './schema-walk.ts';

/**
 * The parts of a document that match the schema. Checks across parts work on these, so that one misspelt key does not
 * hide every other mistake.
 */
export interface ReadableParts {
  /** Whether that is the whole document; if not, nothing can be said about what is absent. */
  readonly isComplete: boolean;
  readonly settings: Settings | undefined;
  readonly windows: ReadonlyMap<string, Window>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly components: ReadonlyMap<string, Component>;
  readonly strategies: readonly IndexedStrategy[];
  readonly peers: ReadonlyMap<string, PeerDefinition>;
  readonly watchdog: WatchdogSettings | undefined;
}

/** A strategy and its place in the file's list. */
export interface IndexedStrategy {
  readonly index: number;
  readonly strategy: DeclaredStrategy;
}

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];

function readable<Schema extends z.core.$ZodType>(
  schema: Schema,
  document: unknown,
  section: string,
): ReadonlyMap<string, z.output<Schema>> {
  const entries = entriesOf(valueAt(document, [section]));
  // A part of these was indented too little, and is an entry of its own.
  const torn = new Set(
    entries.map(([key]) => dedentedFrom(configurationSchema, document, [section, key])?.at(-1)),
  );
  return new Map(
    entries.flatMap(([name, part]) => {
      if (torn.has(name)) return [];
      const result = z.safeParse(schema, part);
      return result.success ? [[name, result.data] as const] : [];
    }),
  );
}

/** Reads each part of a document by itself and leaves out those that cannot be read. */
export function readableParts(document: unknown, isComplete: boolean): ReadableParts {
  const strategies = valueAt(document, ['strategies']);
  return {
    isComplete,
    settings: configurationSchema.shape.settings.safeParse(valueAt(document, ['settings'])).data,
    windows: readable(window, document, 'windows'),
    groups: readable(group, document, 'groups'),
    components: readable(component, document, 'components'),
    peers: readable(peer, document, 'peers'),
    watchdog: configurationSchema.shape.watchdog.safeParse(valueAt(document, ['watchdog'])).data,
    strategies: (Array.isArray(strategies) ? strategies : []).flatMap((part: unknown, index) => {
      const result = strategy.safeParse(part);
      // The schema of each action has parsed its own params; the union of them all is what DeclaredStrategy spells out.
      return result.success ? [{ index, strategy: result.data as DeclaredStrategy }] : [];
    }),
  };
}
