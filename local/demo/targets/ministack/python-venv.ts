import { runInstaller } from '../../../process/cached-install.ts';

/** Debian has the parts that `python3 -m venv` needs in a separate package, which a machine with Python may lack. */
export async function ensurePythonVenv(progress: (line: string) => void): Promise<void> {
  try {
    await runInstaller('python3', ['-c', 'import venv, ensurepip']);
  } catch {
    progress('apt-get install python3-venv');
    await runInstaller('apt-get', ['update', '-qq']);
    await runInstaller('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'python3-venv']);
  }
}
