import { formatDuration } from '../duration.ts';
import { isDuration, type JsonSchema } from '../schema/json-schema.ts';
import { code, table } from './markdown-table.ts';

const INTEGER_LIMIT = Number.MAX_SAFE_INTEGER;

function range(minimum: string | undefined, maximum: string | undefined): string {
  if (minimum !== undefined && maximum !== undefined) return `, ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `, at least ${minimum}`;
  return maximum === undefined ? '' : `, at most ${maximum}`;
}

function numberRange({ minimum, maximum }: JsonSchema, unit: (value: number) => string = String): string {
  const shown = (limit: number | undefined) =>
    limit === undefined || Math.abs(limit) >= INTEGER_LIMIT ? undefined : unit(limit);
  return range(shown(minimum), shown(maximum));
}

function typeText(schema: JsonSchema): string {
  const { type, items, additionalProperties, minItems, maxItems } = schema;
  if (isDuration(schema)) return `duration${numberRange(schema.anyOf?.[0] ?? {}, formatDuration)}`;
  if (schema.enum) return schema.enum.map((value) => code(String(value))).join(', ');
  if (type === 'array') {
    const sizes = range(minItems?.toString(), maxItems?.toString());
    return `list of ${items ? typeText(items) : 'values'}${sizes}`;
  }
  if (type === 'object' && additionalProperties && additionalProperties.oneOf)
    return 'mapping of name to mapping';
  if (type === 'object' && additionalProperties)
    return `mapping of name to ${typeText(additionalProperties)}`;
  if (type === 'object') return 'mapping';
  if (type === 'integer') return `whole number${numberRange(schema)}`;
  if (type === 'number') return `number${numberRange(schema)}`;
  if (type === 'boolean') return '`true` or `false`';
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeText))].join(' or ');
  if (type === undefined) return 'any value';
  return schema.format === 'email' ? 'e-mail address' : 'text';
}

export const REQUIRED = '**required**';

function defaultText(schema: JsonSchema, isRequired: boolean): string {
  if (isRequired) return REQUIRED;
  if (schema.default === undefined) return '';
  const isEmpty = typeof schema.default === 'object' && Object.keys(schema.default ?? {}).length === 0;
  return isEmpty
    ? 'none'
    : code(typeof schema.default === 'string' ? schema.default : JSON.stringify(schema.default));
}

/** Fields that a section of their own describes, as `rowsOf` names them. */
export type DescribedElsewhere = readonly string[];

/**
 * A mapping's fields as rows; fields of mappings inside it follow as `outer.inner`, those in lists as `outer[].inner`, and
 * those of mappings by name as `outer.<name>.inner`.
 */
export function rowsOf(
  schema: JsonSchema,
  elsewhere: DescribedElsewhere = [],
  prefix = '',
): readonly (readonly string[])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const name = `${prefix}${key}`;
    const isRequired = schema.required?.includes(key) === true;
    const row = [code(name), typeText(field), defaultText(field, isRequired), field.description ?? ''];
    if (elsewhere.includes(name)) return [row];
    const below =
      (field.items && `${name}[].`) ?? (field.additionalProperties ? `${name}.<name>.` : `${name}.`);
    const inside = field.items ?? (field.additionalProperties || field);
    const inner = (inside.anyOf ?? [inside]).flatMap((option) => rowsOf(option, elsewhere, below));
    if (inside.anyOf && inner.length > 0) {
      return [row, ...inner.map((cells) => cells.map((text) => (text === REQUIRED ? 'one of these' : text)))];
    }
    // A mapping without a description adds nothing to its fields.
    return inner.length > 0 && !field.description ? inner : [row, ...inner];
  });
}

export const FIELDS = ['Key', 'Type', 'Default', 'Meaning'] as const;

/** A table of a mapping's fields. */
export const fields = (schema: JsonSchema | undefined, elsewhere?: DescribedElsewhere) =>
  table(FIELDS, rowsOf(schema ?? {}, elsewhere));

/** A mapping without some of its fields. */
export function omit(schema: JsonSchema | undefined, keys: readonly string[]): JsonSchema {
  const properties = Object.entries(schema?.properties ?? {}).filter(([key]) => !keys.includes(key));
  return { ...schema, properties: Object.fromEntries(properties) };
}
