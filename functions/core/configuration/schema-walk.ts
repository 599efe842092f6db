import * as z from 'zod';
import { namePartOf, nearestName } from './nearest-name.ts';
import type { DocumentPath } from './problem.ts';

type Schema = z.core.$ZodType;
type Shape = Readonly<Record<string, Schema>>;

const defOf = (schema: Schema) => (schema as z.core.$ZodTypes)._zod.def;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path, `undefined` if there is none. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => {
    if (Array.isArray(value)) return typeof part === 'number' ? value[part] : undefined;
    return isRecord(value) && typeof part !== 'symbol' && Object.hasOwn(value, part)
      ? value[String(part)]
      : undefined;
  }, root);
}

/** The schema inside defaults, optionals and transformations. */
function unwrap(schema: Schema): Schema {
  const def = defOf(schema);
  switch (def.type) {
    case 'default':
    case 'prefault':
    case 'optional':
    case 'nullable':
    case 'readonly':
    case 'nonoptional':
    case 'catch':
      return unwrap(def.innerType);
    case 'pipe':
      return unwrap(def.in);
    default:
      return schema;
  }
}

function shapeOf(schema: Schema): Shape | undefined {
  const def = defOf(unwrap(schema));
  return def.type === 'object' ? def.shape : undefined;
}

const isRequired = (schema: Schema) => schema._zod.optin === undefined;

/** An option of a union of mappings, with the keys that only it has. */
export interface UnionOption {
  readonly index: number;
  readonly shape: Shape;
  /** The keys that no other option has. */
  readonly own: readonly string[];
  /** Those of them that are required: they show which option is meant. */
  readonly markers: readonly string[];
}

function unionOptions(options: readonly Schema[]): UnionOption[] {
  const shapes = options.map(shapeOf);
  return shapes.flatMap((shape, index) => {
    if (!shape) return [];
    const own = Object.keys(shape).filter(
      (key) => !shapes.some((other, at) => at !== index && other !== undefined && key in other),
    );
    return [{ index, shape, own, markers: own.filter((key) => isRequired(shape[key] as Schema)) }];
  });
}

/**
 * Which option of a union of mappings is meant: the one whose own keys are present, first the required ones, then any,
 * then misspelt required ones. `undefined` if nothing points to one.
 */
export function meantOption(options: readonly UnionOption[], value: unknown): UnionOption | undefined {
  if (!isRecord(value)) return undefined;
  const keys = Object.keys(value);
  const holder = (held: (option: UnionOption, key: string) => boolean) => {
    for (const key of keys) {
      const option = options.find((candidate) => held(candidate, key));
      if (option) return option;
    }
    return undefined;
  };
  return (
    holder((option, key) => option.markers.includes(key)) ??
    holder((option, key) => option.own.includes(key)) ??
    holder((option, key) => nearestName(key, option.markers) !== undefined) ??
    holder((option, key) => namePartOf(key, option.markers) !== undefined)
  );
}

/** What the schema says about one place. */
export interface SchemaPlace {
  readonly schema: Schema;
  /** The description of the field, if it has one. */
  readonly description: string | undefined;
  /** The options, if the place holds a union of mappings. */
  readonly options: readonly UnionOption[];
  /** The keys that the mapping there may have, if it is one. */
  readonly keys: readonly string[];
  /** Whether the keys there are names of the user's own. */
  readonly isCollection: boolean;
}

function describe(schema: Schema): string | undefined {
  const own = z.globalRegistry.get(schema)?.description;
  const def = defOf(schema);
  return own ?? ('innerType' in def ? describe(def.innerType) : undefined);
}

function meantSchema(schema: Schema, value: unknown): Schema | undefined {
  const inner = unwrap(schema);
  const def = defOf(inner);
  if (def.type !== 'union') return inner;
  if ('discriminator' in def) {
    const kind = valueAt(value, [String(def.discriminator)]);
    return def.options.find((option) => {
      const literal = shapeOf(option)?.[String(def.discriminator)];
      return literal?._zod.values?.has(kind as z.core.util.Primitive) === true;
    });
  }
  const option = meantOption(unionOptions(def.options), value);
  return option && def.options[option.index];
}

/** What a schema says about a path; the given document decides which options of its unions count. */
export function schemaPlace(root: Schema, document: unknown, path: DocumentPath): SchemaPlace | undefined {
  let schema: Schema | undefined = root;
  for (const [depth, part] of path.entries()) {
    const holder: Schema | undefined = schema && meantSchema(schema, valueAt(document, path.slice(0, depth)));
    if (!holder) return undefined;
    const def = defOf(holder);
    if (def.type === 'object')
      schema = Object.hasOwn(def.shape, part) ? (def.shape as Shape)[String(part)] : undefined;
    else if (def.type === 'record') schema = def.valueType;
    else if (def.type === 'array') schema = def.element;
    else schema = undefined;
  }
  if (!schema) return undefined;
  const def = defOf(unwrap(schema));
  const meant = meantSchema(schema, valueAt(document, path));
  return {
    schema,
    description: describe(schema),
    options: def.type === 'union' ? unionOptions(def.options) : [],
    keys: Object.keys((meant && shapeOf(meant)) ?? {}),
    isCollection: def.type === 'record',
  };
}

/**
 * The entry of a collection to which `path` belongs as one of its keys, if that is indented too little: it is then read as
 * the name of another entry, such as `components.health` after `components.web`.
 */
export function dedentedFrom(root: Schema, document: unknown, path: DocumentPath): DocumentPath | undefined {
  const holder = path.slice(0, -1);
  const name = String(path.at(-1));
  if (!schemaPlace(root, document, holder)?.isCollection) return undefined;
  const place = schemaPlace(root, document, path);
  const shapes = place ? shapesOf(place.schema) : [];
  const own = shapes.flatMap((shape) => (Object.hasOwn(shape, name) ? [shape[name] as Schema] : []));
  if (own.length === 0) return undefined;
  const value = valueAt(document, path);
  if (isRecord(value) && !isMeantBy(own, shapes, value)) return undefined;
  const before = Object.entries((valueAt(document, holder) ?? {}) as object).flatMap(([key, entry]) =>
    key === name || isRecord(entry) ? [key] : [],
  );
  const entry = before[before.indexOf(name) - 1];
  return entry === undefined ? undefined : [...holder, entry];
}

/** Whether a mapping lacks what every entry has, and has what is only allowed under one of an entry's keys. */
function isMeantBy(
  own: readonly Schema[],
  shapes: readonly Shape[],
  value: Readonly<Record<string, unknown>>,
): boolean {
  const lacks = shapes.every((shape) =>
    Object.entries(shape).some(([key, part]) => isRequired(part) && !Object.hasOwn(value, key)),
  );
  const takes = (schema: Schema, key: string) =>
    defOf(unwrap(schema)).type === 'record' || shapesOf(schema).some((shape) => Object.hasOwn(shape, key));
  const foreign = Object.keys(value).filter((key) => !shapes.some((shape) => Object.hasOwn(shape, key)));
  return lacks && foreign.some((key) => own.some((schema) => takes(schema, key)));
}

/** A mapping of the schema, and what people would call its place. */
interface Home {
  readonly schema: Schema;
  readonly names: readonly string[];
  readonly value: unknown;
}

/** A mapping in which a key would be allowed. */
export interface KeyHome {
  /** What people would call it, such as `settings`, `strategies[]` or `groups.<name>`. */
  readonly name: string;
  /** `undefined` for one of several, or of any name. */
  readonly path: DocumentPath | undefined;
}

/**
 * The places where a key at `path` would be allowed, the nearest first: below the mapping that it is in, else the mappings
 * around that one which lack it, and below those. All options of a union of mappings count.
 */
export function homesOf(
  root: Schema,
  document: unknown,
  path: DocumentPath,
  key: string,
): readonly KeyHome[] {
  const around = [...path.keys(), path.length].toReversed().map((depth) => path.slice(0, depth));
  return around.flatMap((base) => {
    const place = schemaPlace(root, document, base);
    const start = base.length === 0 ? root : place?.schema;
    if (!start || defOf(unwrap(start)).type === 'record' || defOf(unwrap(start)).type === 'array') return [];
    const value = valueAt(document, base);
    const isAround = base.length < path.length;
    const takesIt = isAround && valueAt(value, [key]) === undefined && place?.keys.includes(key);
    const found = below({ schema: start, names: [], value }, key, 4);
    const prefix = isAround ? base.filter((part) => typeof part === 'string') : [];
    return [
      ...(takesIt ? [{ name: prefix.join('.'), path: base }] : []),
      ...found.map(({ names }) => {
        const isOne = names.every((name) => /^\w+$/.test(name));
        return { name: [...prefix, ...names].join('.'), path: isOne ? [...base, ...names] : undefined };
      }),
    ];
  });
}

/** The mappings below one that have a key, breadth first. */
function below(home: Home, key: string, depth: number): readonly Home[] {
  let level: readonly Home[] = [home];
  for (let steps = 0; steps < depth; steps += 1) {
    level = level.flatMap(inner);
    const found = level.filter(({ schema }) => shapesOf(schema).some((shape) => Object.hasOwn(shape, key)));
    if (found.length > 0) return found;
  }
  return [];
}

function inner({ schema, names, value }: Home): readonly Home[] {
  const def = defOf(unwrap(schema));
  if (def.type === 'array')
    return [
      {
        schema: def.element as Schema,
        names: [...names.slice(0, -1), `${names.at(-1)}[]`],
        value: undefined,
      },
    ];
  if (def.type === 'record')
    return [{ schema: def.valueType as Schema, names: [...names, '<name>'], value: undefined }];
  const meant = meantSchema(schema, value);
  const shapes = meant && shapeOf(meant) ? [shapeOf(meant) as Shape] : shapesOf(schema);
  return shapes.flatMap((shape) =>
    Object.entries(shape).map(([name, part]) => ({
      schema: part,
      names: [...names, name],
      value: valueAt(value, [name]),
    })),
  );
}

function shapesOf(schema: Schema): readonly Shape[] {
  const def = defOf(unwrap(schema));
  if (def.type === 'object') return [def.shape];
  return def.type === 'union' ? def.options.flatMap((option) => shapesOf(option)) : [];
}
