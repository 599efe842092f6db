import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { lazily } from '../../core/lazily.ts';
import type { ItemKey } from './keys.ts';

/** An item in the API's format. */
export type Item = Record<string, AttributeValue>;

/** An item that this version did not write: damaged, edited by hand, or of another format. Nothing is guessed. */
export class ItemNotDecodable extends Error {
  override readonly name = 'ItemNotDecodable';
  readonly code = 'ITEM_NOT_DECODABLE';
  readonly key: ItemKey;
  /** Path of the attribute, such as `claim.leaseUntilMs`. */
  readonly attribute: string;

  constructor(key: ItemKey, attribute: string, problem: string, options?: ErrorOptions) {
    super(
      `item pk=${key.pk} sk=${key.sk}: attribute ${attribute}: ${problem}. Correct the attribute or delete the item`,
      options,
    );
    this.key = key;
    this.attribute = attribute;
  }
}

/**
 * The value of an attribute that holds JSON.
 *
 * @throws ItemNotDecodable
 */
export function decodeJson(key: ItemKey, attribute: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ItemNotDecodable(key, attribute, 'not JSON', { cause });
  }
}

/**
 * Undefined attributes are left out; a `Set` of strings becomes a string set, bytes become binary. An alert's figure
 * may exceed the integers that a double represents exactly; a rounded figure is no reason to refuse the alert.
 */
export function encodeItem(attributes: Readonly<Record<string, unknown>>): Item {
  return marshall(attributes, { removeUndefinedValues: true, allowImpreciseNumbers: true });
}

/**
 * Checks an item against its shape. Attributes that the shape doesn't name are ignored.
 *
 * @throws ItemNotDecodable at the first attribute that doesn't fit
 */
export function decodeItem<Shape>(item: Item, shape: () => z.ZodMiniType<Shape>): Shape {
  const key = keyOf(item);
  let plain: unknown;
  try {
    plain = unmarshall(item, { wrapNumbers: Number });
  } catch (cause) {
    throw new ItemNotDecodable(key, '(some number)', 'not a value that can be represented', { cause });
  }
  const parsed = shape().safeParse(plain);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ItemNotDecodable(key, issue?.path.join('.') || '(item)', issue?.message ?? 'unknown', {
    cause: parsed.error,
  });
}

function keyOf(item: Item): ItemKey {
  return { pk: item['pk']?.S ?? '(none)', sk: item['sk']?.S ?? '(none)' };
}

/** The values of all attributes whose name starts with `prefix`, by the rest of the name. */
export function decodeFamily<Value>(
  item: Item,
  prefix: string,
  value: z.ZodMiniType<Value>,
): Readonly<Record<string, Value>> {
  const names = Object.keys(item).filter((name) => name.startsWith(prefix));
  const shape = z.object(Object.fromEntries(names.map((name) => [name, value])));
  const values = decodeItem(item, () => shape) as Record<string, Value>;
  return Object.fromEntries(names.map((name) => [name.slice(prefix.length), values[name] as Value]));
}

/** `#name` aliases for expressions: half of the attribute names are words that DynamoDB reserves. */
export function aliases(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`#${name}`, name]));
}

export const epochMs = z.int().check(z.nonnegative());

export const stringSet = lazily(() =>
  z.pipe(
    z.set(z.string()),
    z.transform((members) => [...members].sort()),
  ),
);
