import { KNOWN_RESOURCE_ATTRIBUTES } from '../../alarms/load-alarms.ts';
import type { CloudFormationTemplate } from './synthesize.ts';
import { UnknownResource } from './unknown-resource.ts';

/** The keys of a template. The CDK's own parameters and rules require its bootstrap stack, which is not needed. */
const KNOWN_KEYS: Readonly<Record<string, readonly string[] | 'any'>> = {
  AWSTemplateFormatVersion: 'any',
  Description: 'any',
  Metadata: 'any',
  Outputs: 'any',
  Parameters: ['BootstrapVersion'],
  Resources: 'any',
  Rules: ['CheckBootstrapVersion'],
};

/**
 * Checks the keys of a template, and of each resource in it, against those that are supported here.
 *
 * @throws UnknownResource for conditions, mappings, transforms, creation policies and the like
 */
export function checkTemplate(template: CloudFormationTemplate): void {
  for (const [key, value] of Object.entries(template)) {
    const known = Object.hasOwn(KNOWN_KEYS, key) ? KNOWN_KEYS[key] : undefined;
    if (known === undefined) refuse(key, Object.keys(KNOWN_KEYS));
    else if (known !== 'any')
      for (const name of Object.keys(value as object))
        if (!known.includes(name)) refuse(`${key}.${name}`, known);
  }
  for (const [logicalId, resource] of Object.entries(template.Resources ?? {}))
    for (const attribute of Object.keys(resource))
      if (!KNOWN_RESOURCE_ATTRIBUTES.includes(attribute))
        refuse(`${logicalId}.${attribute}`, KNOWN_RESOURCE_ATTRIBUTES);
}

function refuse(place: string, known: readonly string[]): never {
  throw new UnknownResource(`${place} is not known in the embedded cloud; ${known.join(', ')} are`);
}
