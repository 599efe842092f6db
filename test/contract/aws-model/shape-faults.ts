import type { ServiceModel, Shape } from './service-model.ts';

/** Why a value, as the protocol carries it in JSON, is not of a shape: one line a fault, with its path. */
export function shapeFaults(
  model: ServiceModel,
  name: string,
  value: unknown,
  path = name,
): readonly string[] {
  const shape = shapeOf(model, name);
  switch (shape.type) {
    case 'structure':
      return structureFaults(model, shape, value, path);
    case 'list':
      if (!Array.isArray(value)) return [`${path}: ${JSON.stringify(value)} is not a list`];
      return [
        ...boundFaults(shape, value.length, `${path}: entries`),
        ...value.flatMap((item, index) =>
          shapeFaults(model, shape.member?.shape ?? '', item, `${path}[${index}]`),
        ),
      ];
    case 'map':
      if (!isRecord(value)) return [`${path}: ${JSON.stringify(value)} is not a map`];
      return Object.entries(value).flatMap(([key, item]) => [
        ...shapeFaults(model, shape.key?.shape ?? '', key, `${path} key`),
        ...shapeFaults(model, shape.value?.shape ?? '', item, `${path}.${key}`),
      ]);
    case 'string':
      return stringFaults(shape, value, path);
    case 'integer':
    case 'long':
      if (!Number.isInteger(value)) return [`${path}: ${JSON.stringify(value)} is not a whole number`];
      return boundFaults(shape, Number(value), path);
    case 'timestamp':
    case 'double':
    case 'float':
      return typeof value === 'number' ? [] : [`${path}: ${JSON.stringify(value)} is not a number`];
    case 'boolean':
      return typeof value === 'boolean'
        ? []
        : [`${path}: ${JSON.stringify(value)} is neither true nor false`];
    default:
      throw new Error(`${path}: shapes of type ${shape.type} are not checked yet`);
  }
}

/** @throws Error if the model has no such shape */
export function shapeOf(model: ServiceModel, name: string): Shape {
  const shape = model.shapes[name];
  if (shape === undefined) throw new Error(`the model has no shape ${name}`);
  return shape;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function structureFaults(model: ServiceModel, shape: Shape, value: unknown, path: string): readonly string[] {
  if (!isRecord(value)) return [`${path}: ${JSON.stringify(value)} is not a structure`];
  const members = shape.members ?? {};
  const missing = (shape.required ?? []).filter((name) => value[name] === undefined);
  return [
    ...missing.map((name) => `${path}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, item]) => {
      const member = members[name];
      if (member === undefined) return [`${path}.${name} is not a member`];
      return shapeFaults(model, member.shape, item, `${path}.${name}`);
    }),
  ];
}

function stringFaults(shape: Shape, value: unknown, path: string): readonly string[] {
  if (typeof value !== 'string') return [`${path}: ${JSON.stringify(value)} is not a text`];
  return [
    ...boundFaults(shape, value.length, `${path}: characters`),
    ...(shape.enum !== undefined && !shape.enum.includes(value)
      ? [`${path}: ${value} is not one of its values`]
      : []),
    ...(shape.pattern !== undefined && !patternOf(shape.pattern).test(value)
      ? [`${path}: ${value} does not match ${shape.pattern}`]
      : []),
  ];
}

function boundFaults({ min, max }: Shape, amount: number, path: string): readonly string[] {
  if (min !== undefined && amount < min) return [`${path}: ${amount} is less than ${min}`];
  return max !== undefined && amount > max ? [`${path}: ${amount} is more than ${max}`] : [];
}

/** In Java, a range of characters outside the basic plane is written as two halves. */
const BEYOND_BASIC_PLANE = String.raw`\uD800\uDC00-\uDBFF\uDFFF`;

/**
 * A Java pattern in JavaScript: only by the flag `u` does it know `\p{…}` and characters outside the basic plane, and with
 * it some needless escapes no longer.
 */
function patternOf(pattern: string): RegExp {
  const needsUnicode = pattern.includes('\\p{') || pattern.includes(BEYOND_BASIC_PLANE);
  return needsUnicode
    ? new RegExp(pattern.replaceAll(BEYOND_BASIC_PLANE, String.raw`\u{10000}-\u{10FFFF}`), 'u')
    : new RegExp(pattern);
}
