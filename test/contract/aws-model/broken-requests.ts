import type { ServiceModel } from './service-model.ts';
import { shapeFaults, shapeOf } from './shape-faults.ts';

/** A request that breaks one bound of the model. */
export interface BrokenRequest {
  readonly what: string;
  readonly request: Readonly<Record<string, unknown>>;
}

/**
 * Every way to break one bound of an operation's input: a member left out, of another type, too short, too long, too
 * small, too large, outside its values or its pattern, and one that does not exist.
 *
 * @param sound a request without a fault
 */
export function brokenRequests(
  model: ServiceModel,
  operation: string,
  sound: Readonly<Record<string, unknown>>,
): readonly BrokenRequest[] {
  const input = model.operations[operation]?.input?.shape ?? '';
  const { members = {}, required = [] } = shapeOf(model, input);
  const left = required.map((name) => ({
    what: `${name} is missing`,
    request: Object.fromEntries(Object.entries(sound).filter(([key]) => key !== name)),
  }));
  const broken = Object.entries(members).flatMap(([name, { shape }]) =>
    wrongValues(model, shape).map(({ what, value }) => ({
      what: `${name}${what}`,
      request: { ...sound, [name]: value },
    })),
  );
  return [...left, ...broken, { what: 'Unheard is no member', request: { ...sound, Unheard: 'of' } }];
}

interface WrongValue {
  readonly what: string;
  readonly value: unknown;
}

function wrongValues(model: ServiceModel, name: string): readonly WrongValue[] {
  const shape = shapeOf(model, name);
  const { min = 0, max } = shape;
  const candidates: WrongValue[] = [];
  switch (shape.type) {
    case 'string': {
      const text = sample(model, name) as string;
      candidates.push({ what: ' is a number', value: 7 }, { what: ' is a list', value: [text] });
      if (min > 0) candidates.push({ what: ' is too short', value: text.slice(0, min - 1) });
      if (max !== undefined)
        candidates.push({ what: ' is too long', value: text.padEnd(max + 1, text.at(-1) ?? 'a') });
      if (shape.enum !== undefined) candidates.push({ what: ' is none of its values', value: 'Unheard' });
      if (shape.pattern !== undefined) candidates.push({ what: ' does not match', value: `${text}\n!` });
      break;
    }
    case 'integer':
      candidates.push({ what: ' is text', value: '7' }, { what: ' is a fraction', value: min + 0.5 });
      if (shape.min !== undefined) candidates.push({ what: ' is too small', value: min - 1 });
      if (max !== undefined) candidates.push({ what: ' is too large', value: max + 1 });
      break;
    case 'boolean':
      candidates.push({ what: ' is text', value: 'true' });
      break;
    case 'double':
    case 'timestamp':
      candidates.push({ what: ' is text', value: '7' });
      break;
    case 'list': {
      const item = sample(model, shape.member?.shape ?? '');
      const items = (count: number) => Array.from({ length: count }, () => item);
      candidates.push({ what: ' is no list', value: item });
      if (min > 0) candidates.push({ what: ' has too few entries', value: items(min - 1) });
      if (max !== undefined) candidates.push({ what: ' has too many entries', value: items(max + 1) });
      for (const { what, value } of wrongValues(model, shape.member?.shape ?? '')) {
        candidates.push({ what: `[]${what}`, value: [value] });
      }
      break;
    }
    case 'map':
      candidates.push({ what: ' is no map', value: 'text' });
      for (const { what, value } of wrongValues(model, shape.value?.shape ?? '')) {
        candidates.push({ what: `.<key>${what}`, value: { key: value } });
      }
      break;
    case 'structure': {
      const whole = sample(model, name) as Record<string, unknown>;
      for (const required of shape.required ?? []) {
        const { [required]: _, ...rest } = whole;
        candidates.push({ what: `.${required} is missing`, value: rest });
      }
      for (const [member, part] of Object.entries(shape.members ?? {})) {
        for (const { what, value } of wrongValues(model, part.shape)) {
          candidates.push({ what: `.${member}${what}`, value: { ...whole, [member]: value } });
        }
      }
      candidates.push({ what: '.Unheard is no member', value: { ...whole, Unheard: 'of' } });
      break;
    }
    default:
      throw new Error(`${name}: shapes of type ${shape.type} are not broken yet`);
  }
  // What only looks broken, such as a longer text that still matches, says nothing.
  return candidates.filter(({ value }) => shapeFaults(model, name, value).length > 0);
}

/** Texts that match the patterns in use; a new pattern needs one here. */
const SAMPLES: readonly string[] = [
  'i-0123456789abcdef0',
  'selfheal-graceful-stop',
  '$DEFAULT',
  '1',
  '10%',
  'arn:aws:s3:::bucket',
  '/latest',
];

/** A value of a shape, with every member that it has to have. */
function sample(model: ServiceModel, name: string): unknown {
  const shape = shapeOf(model, name);
  switch (shape.type) {
    case 'string': {
      const plain = (shape.enum?.[0] ?? 'a').padEnd(shape.min ?? 1, 'a');
      const found = [plain, ...SAMPLES].find((text) => shapeFaults(model, name, text).length === 0);
      if (found === undefined) throw new Error(`${name}: no sample matches ${shape.pattern}; add one`);
      return found;
    }
    case 'integer':
      return shape.min ?? 1;
    case 'boolean':
      return true;
    case 'double':
    case 'timestamp':
      return 1;
    case 'list':
      return Array.from({ length: Math.max(1, shape.min ?? 0) }, () =>
        sample(model, shape.member?.shape ?? ''),
      );
    case 'map':
      return { key: sample(model, shape.value?.shape ?? '') };
    case 'structure':
      return Object.fromEntries(
        Object.entries(shape.members ?? {}).map(([member, part]) => [member, sample(model, part.shape)]),
      );
    default:
      throw new Error(`${name}: shapes of type ${shape.type} have no sample yet`);
  }
}
