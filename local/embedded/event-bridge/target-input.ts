import type { BusEvent } from './event.ts';
import { InvalidPattern } from './pattern-operators.ts';

/** The input of a target for an event. */
export type TargetInput = (event: BusEvent) => unknown;

/** The ways to set a target's input in CloudFormation; without either, it is the event itself. */
export interface TargetInputDefinition {
  /** JSON, the same for every event. */
  readonly Input?: string | undefined;
  /** The part of the event that is the input. */
  readonly InputPath?: string | undefined;
  readonly InputTransformer?:
    | {
        readonly InputPathsMap?: Readonly<Record<string, string>> | undefined;
        readonly InputTemplate: string;
      }
    | undefined;
}

/**
 * Compiles the input of a target. The only template supported here is a text in quotes.
 *
 * @throws InvalidPattern for anything else
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function compileTargetInput(definition: TargetInputDefinition, place: string): TargetInput {
  const { Input, InputPath, InputTransformer } = definition;
  if ([Input, InputPath, InputTransformer].filter((way) => way !== undefined).length > 1)
    throw new InvalidPattern(`${place}: Input, InputPath and InputTransformer exclude each other`);
  if (Input !== undefined) {
    const constant = parsedJson(Input, `${place}.Input`);
    return () => constant;
  }
  if (InputPath !== undefined) return compilePath(InputPath, `${place}.InputPath`);
  if (InputTransformer === undefined) return (event) => event;
  const { InputPathsMap = {}, InputTemplate } = InputTransformer;
  const template = parsedJson(InputTemplate, `${place}.InputTransformer.InputTemplate`);
  if (typeof template !== 'string')
    throw new InvalidPattern(`${place}.InputTransformer: only a text in quotes is known here as a template`);
  const paths = new Map(
    Object.entries(InputPathsMap).map(([name, path]) => [name, compilePath(path, `${place}.${name}`)]),
  );
  for (const [, name = ''] of template.matchAll(PLACEHOLDER)) {
    if (!paths.has(name)) throw new InvalidPattern(`${place}.InputTransformer: <${name}> has no path`);
  }
  return (event) => template.replaceAll(PLACEHOLDER, (_, name: string) => asText(paths.get(name)?.(event)));
}

const PLACEHOLDER = /<([^<>]+)>/g;

/** @throws InvalidPattern for a path with anything but field names */
export function compilePath(path: string, place: string): (event: BusEvent) => unknown {
  if (!/^\$(\.[A-Za-z_][\w-]*)*$/.test(path))
    throw new InvalidPattern(`${place}: ${path} is no path that is known here, such as $.detail.reason`);
  const fields = path.split('.').slice(1);
  return (event) =>
    fields.reduce<unknown>(
      (value, field) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, field)
          ? (value as Readonly<Record<string, unknown>>)[field]
          : undefined,
      event,
    );
}

/** Missing values are left out. */
function asText(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parsedJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidPattern(`${place}: ${text} is not JSON`, { cause: error });
  }
}
