import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { cachedInstall, runInstaller } from '../process/cached-install.ts';

const VERSION = '3.6.1';

/** Where requests come in and what they are handed to; all figures in requests a second. */
export interface RoutedGraph {
  /** By the component at which they come in. */
  readonly demands: Readonly<Record<string, number>>;
  readonly routes: readonly { readonly caller: string; readonly callee: string; readonly capacity: number }[];
  /** Routes without which the flow is asked for, too; positions in `routes`. */
  readonly cut: readonly number[];
}

/** What networkx finds in a graph. */
export interface GraphFindings {
  readonly maximumFlow: number;
  readonly minimumCut: number;
  readonly flowWithoutCut: number;
  /** Every path from where requests come in to where they are answered passes through each of them. */
  readonly onEveryPath: readonly string[];
  /** Some request that may reach the component could be answered without it. */
  readonly waysAround: readonly string[];
}

/**
 * Asks networkx (PyPI, BSD), by its own algorithms. The first call installs it with pip into a virtual environment in the
 * cache (about 20 MB).
 *
 * @throws Error if python3 with venv is missing, the install fails, or networkx refuses a graph
 */
export async function askNetworkx(graphs: readonly RoutedGraph[]): Promise<readonly GraphFindings[]> {
  const installation = await cachedInstall(`networkx-${VERSION}`, install);
  const { status, stdout, stderr, error } = spawnSync(
    join(installation, 'bin', 'python'),
    [join(import.meta.dirname, 'find.py')],
    { encoding: 'utf8', input: JSON.stringify(graphs), maxBuffer: 64 * 1024 * 1024 },
  );
  if (status !== 0) throw new Error(`networkx ${VERSION} failed with ${status ?? String(error)}:\n${stderr}`);
  return JSON.parse(stdout);
}

async function install(directory: string): Promise<void> {
  await runInstaller('python3', ['-m', 'venv', directory]);
  const python = join(directory, 'bin', 'python');
  await runInstaller(python, ['-m', 'pip', 'install', '--quiet', `networkx==${VERSION}`]);
}
