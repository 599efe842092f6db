import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';

const IMPORT_OF_CLIENT = /^import (?:type )?\{(?<names>[^}]*)\} from '@aws-sdk\/client-/gm;
const REGISTERED_ERROR =
  /^export var (?<name>\w+)\$ = \[-3, n0,[\s\S]*?^\];\nn0_registry\.registerError\(\k<name>\$, \k<name>\);$/gm;

/** Event streams: none of our API calls has one. */
const NO_EVENT_STREAMS = `
export class EventStreamSerde { constructor() { throw new Error('event streams are not bundled'); } }
export const eventStreamSerdeProvider = () => { throw new Error('event streams are not bundled'); };
export const resolveEventStreamSerdeConfig = (config) => config;`;

/** DynamoDB's endpoint discovery, which is off unless a client asks for it. */
const NO_ENDPOINT_DISCOVERY = `
export const resolveEndpointDiscoveryConfig = (config) => config;
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: () => undefined,
  configFileSelector: () => undefined,
  default: undefined,
};`;

/**
 * EventBridge's global endpoints, whose requests are signed for all regions at once: each of our signatures is for one.
 */
const ONE_REGION = "export { SignatureV4 as SignatureV4MultiRegion } from '@smithy/signature-v4';";

/** Part of the retry mode `adaptive`; the clients use the default, `standard`. */
const NO_RATE_LIMITER = `
export class DefaultRateLimiter { constructor() { throw new Error('adaptive retries are not bundled'); } }`;

/** Of a field in a schema: for the reference and the editor's schema, never shown by a function. */
const DESCRIPTION = /\.check\(\s*z\.describe\(\s*(?<quote>['"`])(?:(?!\k<quote>).)*\k<quote>,?\s*\),?\s*\)/gs;

/** Of an action: for the reference alone, too, but for those that notify people, who are sent it. */
const SUMMARY = /^ {2}summary:\s*(?<quote>['"`])(?:(?!\k<quote>).)*\k<quote>,$/gm;

/** Of an action: for the check of a configuration, which is over when it is deployed. */
const UNFIT = /^ {2}unfitParams: \w+,$/gm;

/** Of an action: its permissions on what is not a host, for the templates that grant them. */
const CALLS = /^ {2}(?: {2})?(?:lambda_alias|ecs_service|db_instance|db_cluster|calls): \[[^\]]*\],\n/gm;

const EXPORTED = /^export (?:const|function) (?<name>\w+)/gm;

/** Modules that are replaced as a whole. */
const REPLACED: Readonly<Record<string, string>> = {
  '@smithy/core/event-streams': NO_EVENT_STREAMS,
  '@aws-sdk/middleware-endpoint-discovery': NO_ENDPOINT_DISCOVERY,
  '@aws-sdk/signature-v4-multi-region': ONE_REGION,
};
const REPLACED_ID = '\0replaced:';

/** Modules of which parts are left out. */
const TRIMMED = {
  schemas: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_0\.js$/,
  package: /@aws-sdk\/client-[^/]+\/package\.json$/,
  jsonSchema: /zod\/v4\/core\/(json-schema-processors|to-json-schema)\.js$/,
  rateLimiter: /@smithy\/core\/.*\/util-retry\/DefaultRateLimiter\.js$/,
  core: /functions\/core\/.*\.ts$/,
};

/**
 * Leaves out of the AWS SDK and of zod the code that none of our functions can reach but that a bundler cannot
 * recognise as unused. Every schema of zod refers to its translation into JSON Schema. Each client registers all errors
 * of its service when it is imported; an error that is not registered keeps its name, message, fault and fields, but
 * has no class of its own, so the classes that adapters import stay.
 *
 * @param adapters the folder whose imports decide which errors stay
 */
export function trimmedLibraries(adapters: string): Plugin {
  const imported = importsOfClients(adapters);
  return {
    name: 'trimmed-libraries',
    resolveId(source, importer) {
      if (source in REPLACED) return REPLACED_ID + source;
      return importer?.startsWith(REPLACED_ID)
        ? this.resolve(source, join(adapters, 'replaced.ts'))
        : undefined;
    },
    load: (id) => (id.startsWith(REPLACED_ID) ? REPLACED[id.slice(REPLACED_ID.length)] : undefined),
    transform: {
      filter: { id: Object.values(TRIMMED) },
      handler: (code, id) => trimmed(code, id, imported),
    },
  };
}

function trimmed(code: string, id: string, imported: ReadonlySet<string>): string {
  if (TRIMMED.schemas.test(id)) return withoutErrors(code, imported);
  if (TRIMMED.package.test(id)) return onlyVersion(code);
  if (TRIMMED.jsonSchema.test(id)) return withoutJsonSchema(code);
  if (TRIMMED.rateLimiter.test(id)) return NO_RATE_LIMITER;
  return withoutTexts(code, id);
}

function importsOfClients(directory: string): ReadonlySet<string> {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const names = files.flatMap((file) =>
    [...readFileSync(join(directory, file), 'utf8').matchAll(IMPORT_OF_CLIENT)].flatMap(
      ({ groups }) => groups?.['names']?.split(',') ?? [],
    ),
  );
  return new Set(names.map((name) => name.replace('type ', '').trim()));
}

function withoutErrors(schemas: string, kept: ReadonlySet<string>): string {
  return schemas.replaceAll(REGISTERED_ERROR, (statements: string, name: string) => {
    const isReferred = schemas.split(`${name}$`).length > 3;
    return kept.has(name) || isReferred ? statements : '';
  });
}

/** A client only needs its own version. */
function onlyVersion(packageJson: string): string {
  const { version } = JSON.parse(packageJson) as { readonly version: string };
  return JSON.stringify({ version });
}

function withoutTexts(code: string, id: string): string {
  const withoutDescriptions = code.replaceAll(DESCRIPTION, '').replaceAll(UNFIT, '');
  const contents = id.includes('/core/actions/')
    ? withoutDescriptions.replaceAll(CALLS, '')
    : withoutDescriptions;
  return id.endsWith('/notify-actions.ts') ? contents : contents.replaceAll(SUMMARY, "  summary: '',");
}

/** Exports the same names, for functions that nobody calls. */
function withoutJsonSchema(module: string): string {
  const names = [...module.matchAll(EXPORTED)].map(({ groups }) => groups?.['name'] ?? '');
  return [
    "const leftOut = () => { throw new Error('JSON Schema is not bundled'); };",
    ...names.map((name) => `export const ${name} = leftOut;`),
    'export { leftOut as process };',
  ].join('\n');
}
