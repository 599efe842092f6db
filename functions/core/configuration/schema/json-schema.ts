import * as z from 'zod';
import { ON_ERROR } from '../../operation/on-error.ts';
import { formatDuration } from '../duration.ts';
import { action } from '../listed-actions.ts';
import { configurationSchema } from './schema.ts';

/** The part of JSON schema that describes the configuration. */
export interface JsonSchema {
  description?: string;
  default?: unknown;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  format?: string;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | false;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
}

/**
 * The JSON schema (draft 7, what YAML language servers know best) of selfheal.yaml as people write it: fields with a
 * default are optional, durations are a number or a text. What only `loadConfiguration` can check is not in it.
 */
export function configurationJsonSchema(): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(configurationSchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema }) => {
      completeDuration(zodSchema, jsonSchema as JsonSchema);
      if (zodSchema === (action as z.core.$ZodType)) allowDeclaredActions(jsonSchema as JsonSchema);
    },
  });
  return {
    $schema,
    title: 'Selfheal configuration',
    description: 'Components, their alarms, and the strategies that heal them.',
    ...rest,
  } as JsonSchema;
}

/** Whether a field accepts `30s` as well as 30. */
export function isDuration({ anyOf }: JsonSchema): boolean {
  return anyOf?.length === 2 && anyOf[0]?.type === 'integer' && anyOf[1]?.type === 'string';
}

/** A step may also name what is declared under `actions`; loadConfiguration writes it out before the schema sees it. */
function allowDeclaredActions(written: JsonSchema): void {
  const step: JsonSchema = {
    description: 'An action that is declared under `actions`.',
    type: 'object',
    properties: {
      type: { type: 'string', pattern: '^[a-z][a-z0-9-]*$', description: 'Its name.' },
      params: { type: 'object', description: 'Replace what it declares; `parameters` are merged.' },
      timeoutSeconds: { description: 'Replaces its time limit.' },
      onError: { description: 'Replaces its `onError`.', enum: [...ON_ERROR] },
    },
    required: ['type'],
    additionalProperties: false,
  };
  const options = written.oneOf ?? written.anyOf ?? [];
  options.push(step);
}

/** Zod knows the limits and the default of a duration only after its transformation, and leaves them out. */
function completeDuration(schema: z.core.$ZodTypes, written: JsonSchema): void {
  if (!isDuration(written)) return;
  const { def } = schema._zod;
  if (def.type === 'default' && typeof def.defaultValue === 'number') {
    written.default = formatDuration(def.defaultValue);
  }
  if (def.type !== 'pipe' || def.out._zod.def.type !== 'number') return;
  const { minimum, maximum } = z.toJSONSchema(def.out);
  written.anyOf = (written.anyOf ?? []).map((option) =>
    option.type === 'integer' && minimum !== undefined && maximum !== undefined
      ? { type: 'integer', minimum, maximum }
      : option,
  );
}
