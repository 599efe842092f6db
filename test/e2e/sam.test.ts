// @thorough
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runSam } from '../../local/sam/sam.ts';
import { requirement } from '../factories/requirements.ts';

const PROJECT = join(import.meta.dirname, '..', '..');

/** What `cdk synth` sets: by it, SAM finds the functions' code. */
const CLI_CONTEXT = { 'aws:cdk:enable-asset-metadata': true, 'aws:cdk:enable-path-metadata': true };

interface BuiltTemplate {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Metadata: Readonly<Record<string, unknown>> }>
  >;
}

describe.skipIf(!requirement('python'))('the SAM CLI, on what `npm run synth` writes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'selfheal-assembly-'));
  const assembly = join(directory, 'cdk.out');
  beforeAll(() => {
    execFileSync(process.execPath, [join(PROJECT, 'infra', 'app.ts')], {
      cwd: PROJECT,
      env: { ...process.env, CDK_OUTDIR: assembly, CDK_CONTEXT_JSON: JSON.stringify(CLI_CONTEXT) },
    });
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('accepts every template', async () => {
    const templates = readdirSync(assembly).filter((name) => name.endsWith('.template.json'));
    expect(templates.length).toBeGreaterThan(5);
    for (const template of templates) {
      expect(await runSam(['validate', '--template', template], assembly)).toContain(
        'is a valid SAM Template',
      );
    }
  });

  it.each(['SelfhealEngine', 'SelfhealWatchdog'])(
    'builds %s, and finds the code of each function',
    async (stack) => {
      const built = join(directory, stack);
      await runSam(['build', '--template', `${stack}.template.json`, '--build-dir', built], assembly);
      const { Resources } = parse(readFileSync(join(built, 'template.yaml'), 'utf8')) as BuiltTemplate;
      const functions = Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
      expect(functions.length).toBeGreaterThan(0);
      // SAM leaves what the CDK has bundled as it is, and runs it from where it is.
      const code = functions.map(({ Metadata }) => resolve(built, String(Metadata['aws:asset:path'])));
      expect(code.filter((path) => !existsSync(join(path, 'index.mjs')))).toEqual([]);
    },
  );
});
