import { z } from 'zod';
import { configurationSchema } from './schema.ts';

/**
 * The JSON schema (draft 7, what YAML language servers know best) of selfheal.yaml as people write it: fields with a
 * default are optional, durations are a number or a text. What only `loadConfiguration` can tell is not in it.
 */
export function configurationJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(configurationSchema, {
    io: 'input',
    target: 'draft-7',
    reused: 'inline',
  });
  return {
    $schema,
    title: 'Selfheal configuration',
    description: 'Components, their alarms, and the strategies that heal them.',
    ...rest,
  };
}
