import { readFileSync, writeFileSync } from 'node:fs';
import { configurationJsonSchema } from '../../functions/core/configuration/json-schema.ts';
import {
  configurationReference,
  replaceGenerated,
  runbookReference,
} from '../../functions/core/configuration/reference.ts';

/** What is generated from the schema: the JSON schema for editors and the references in the README. */
export interface GeneratedFiles {
  readonly 'selfheal.schema.json': string;
  readonly 'README.md': string;
}

/**
 * @param readme the README as it is; what stands outside the generated sections is kept
 * @throws RangeError if the README lacks the sections' markers
 */
export function generatedFiles(readme: string): GeneratedFiles {
  const withConfiguration = replaceGenerated(readme, 'configuration reference', configurationReference());
  return {
    'selfheal.schema.json': `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`,
    'README.md': replaceGenerated(withConfiguration, 'runbook reference', runbookReference()),
  };
}

if (import.meta.main) {
  const topLevel = new URL('../../', import.meta.url);
  const files = generatedFiles(readFileSync(new URL('README.md', topLevel), 'utf8'));
  for (const [name, content] of Object.entries(files)) writeFileSync(new URL(name, topLevel), content);
}
