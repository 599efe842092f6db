import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { cfnLintInstallation } from './cfn-lint.ts';

const DATA = 'lib/python*/site-packages/cfnlint/data/AdditionalSpecs/Policies.json';

/** By service; actions and types of resources by their names in lower case. */
const referenceSchema = z.record(
  z.string(),
  z.object({
    Actions: z.record(z.string(), z.object({ Resources: z.array(z.string()).optional() })),
    Resources: z.record(z.string(), z.object({ ARNFormats: z.array(z.string()) })).default({}),
  }),
);

/** What is wrong with an action on a resource, in a line; `undefined` if nothing is. @param resource an ARN, or `*` */
export type CheckResource = (action: string, resource: string) => string | undefined;

/**
 * AWS's service authorization reference, as cfn-lint carries it: which actions there are, and on which types of resources.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export async function readServiceReference(): Promise<CheckResource> {
  const [path] = globSync(join(await cfnLintInstallation(), DATA));
  if (path === undefined) throw new Error(`cfn-lint has no ${DATA}`);
  const services = referenceSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  return (action, resource) => {
    const [prefix = '', name = ''] = action.split(':');
    const service = services[prefix];
    const known = service?.Actions[name.toLowerCase()];
    if (!(service && known)) return `${action}: AWS has no such action`;
    const types = known.Resources ?? [];
    if (resource === '*') return undefined;
    const formats = types.flatMap((type) => service.Resources[type.toLowerCase()]?.ARNFormats ?? []);
    if (formats.some((format) => patternOf(format).test(resource))) return undefined;
    return `${action} on ${resource}: AWS checks it on ${types.join(', ') || '*'} only`;
  };
}

/** `arn:${Partition}:rds:${Region}:${Account}:db:.*` */
function patternOf(format: string): RegExp {
  return new RegExp(`^${format.replaceAll(/\$\{\w+\}/g, '[^:]*')}$`);
}
