import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { cachedInstall, runInstaller } from '../process/cached-install.ts';

const VERSION = '1.58.0';

/** Exit codes above this one are a failure of cfn-lint itself. */
const ALL_KINDS_OF_FINDINGS = 2 + 4 + 8;

/**
 * Checks CloudFormation templates with AWS's own linter and the resource schemas of these regions. The first call
 * installs it with pip into a virtual environment in the cache (about 180 MB).
 *
 * @returns its findings as it prints them; empty if there are none
 * @throws Error if python3 with venv is missing, the install fails, or cfn-lint can't read a template
 */
export async function lintTemplates(
  templates: readonly string[],
  regions: readonly string[],
): Promise<string> {
  const installation = await cfnLintInstallation();
  const { status, stdout, stderr, error } = spawnSync(
    // Run by its interpreter: the script's first line names the one that it was installed with, elsewhere.
    join(installation, 'bin', 'python'),
    [join(installation, 'bin', 'cfn-lint'), '--regions', ...regions, '--template', ...templates],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (status === 0) return '';
  if (status === null || (status & ~ALL_KINDS_OF_FINDINGS) !== 0) {
    throw new Error(`cfn-lint ${VERSION} failed with ${status ?? String(error)}:\n${stdout}${stderr}`);
  }
  return stdout;
}

/** The virtual environment that has cfn-lint, and the data that it carries. @throws Error if the install fails */
export async function cfnLintInstallation(): Promise<string> {
  return await cachedInstall(`cfn-lint-${VERSION}`, install);
}

async function install(directory: string): Promise<void> {
  await runInstaller('python3', ['-m', 'venv', directory]);
  const python = join(directory, 'bin', 'python');
  await runInstaller(python, ['-m', 'pip', 'install', '--quiet', `cfn-lint==${VERSION}`]);
}
