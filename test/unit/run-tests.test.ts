import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** Where tests share what a hook has built, as hosts and a deployment, which the first time is bad. */
const badAtFirst = (mark: string) => `import { existsSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
let isGood = false;
beforeAll(() => {
  isGood = existsSync('${mark}');
  writeFileSync('${mark}', '');
});
it('needs a good one', () => expect(isGood).toBe(true));
it('needs nothing', () => {});
`;
const ALWAYS_BAD = `import { expect, it } from 'vitest';
it('is wrong', () => expect(1).toBe(2));
`;

describe('the run of all tests', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'selfheal-run-tests-'));
    await mkdir(join(directory, 'shared'));
    await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
    await symlink(resolve('node_modules'), join(directory, 'node_modules'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** @param retry how often a test is tried again */
  async function runTests(files: Readonly<Record<string, string>>, retry: number) {
    for (const [name, text] of Object.entries(files))
      await writeFile(join(directory, 'shared', `${name}.test.ts`), text);
    const project = `{ test: { name: 'shared', include: ['shared/*.test.ts'], retry: ${retry} } }`;
    const configuration = join(directory, 'vitest.config.ts');
    await writeFile(configuration, `export default { test: { projects: [${project}] } };\n`);
    const args = [resolve('test/run-tests.ts'), '--root', directory, '--config', configuration];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: directory, encoding: 'utf8' });
    return { code: status, lines: stdout.trimEnd().split('\n') };
  }

  it('tries a whole file again whose tests share what a hook builds, and says so', async () => {
    const { code, lines } = await runTests({ deployed: badAtFirst('built-before') }, 1);
    expect(lines).toContain('passed when the whole file was tried again: shared/deployed.test.ts');
    expect(lines.at(-1)).toBe('2 passed, 0 failed');
    expect(code).toBe(0);
  });

  it('counts what fails again, and tries nothing again where a single test may not be', async () => {
    const again = await runTests({ deployed: badAtFirst('built-before'), wrong: ALWAYS_BAD }, 1);
    expect(again.lines.at(-1)).toBe('2 passed, 1 failed');
    expect(again.code).toBe(1);

    await rm(join(directory, 'built-before'));
    const once = await runTests({}, 0);
    expect(once.lines.at(-1)).toBe('1 passed, 2 failed');
    expect(once.code).toBe(1);
  });

  it('tries no file again if many have failed, which a busy machine does not explain', async () => {
    const names = Array.from({ length: 6 }, (_, index) => `deployed-${index}`);
    const { code, lines } = await runTests(
      Object.fromEntries(names.map((name) => [name, badAtFirst(name)])),
      1,
    );
    expect(lines.at(-1)).toBe('6 passed, 6 failed');
    expect(code).toBe(1);
  });
});
