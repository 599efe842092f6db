import { readFileSync, writeFileSync } from 'node:fs';
import { actionReference } from '../../functions/core/configuration/reference/action-reference.ts';
import { configurationReference } from '../../functions/core/configuration/reference/configuration-reference.ts';
import { metricWords } from '../../functions/core/configuration/reference/metric-words.ts';
import { replaceGenerated } from '../../functions/core/configuration/reference/replace-generated.ts';
import { configurationJsonSchema } from '../../functions/core/configuration/schema/json-schema.ts';

/** The pages with a generated section. */
export const REFERENCE_PAGES = ['docs/configuration.md', 'docs/actions.md', 'docs/diagnosis.md'] as const;
type ReferencePage = (typeof REFERENCE_PAGES)[number];

/** The files generated from the schema: the JSON schema for editors, and the generated sections of pages. */
export type GeneratedFiles = Readonly<Record<'selfheal.schema.json' | ReferencePage, string>>;

/**
 * @param pages the current pages; text outside the generated sections is kept
 * @throws RangeError if a page lacks the markers of its section
 */
export function generatedFiles(pages: Readonly<Record<ReferencePage, string>>): GeneratedFiles {
  return {
    'selfheal.schema.json': `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`,
    'docs/configuration.md': replaceGenerated(
      pages['docs/configuration.md'],
      'configuration reference',
      configurationReference(),
    ),
    'docs/actions.md': replaceGenerated(pages['docs/actions.md'], 'action reference', actionReference()),
    'docs/diagnosis.md': replaceGenerated(pages['docs/diagnosis.md'], 'metric words', metricWords()),
  };
}

if (import.meta.main) {
  const topLevel = new URL('../../', import.meta.url);
  const read = (name: string) => readFileSync(new URL(name, topLevel), 'utf8');
  const files = generatedFiles({
    'docs/configuration.md': read('docs/configuration.md'),
    'docs/actions.md': read('docs/actions.md'),
    'docs/diagnosis.md': read('docs/diagnosis.md'),
  });
  for (const [name, content] of Object.entries(files)) writeFileSync(new URL(name, topLevel), content);
}
