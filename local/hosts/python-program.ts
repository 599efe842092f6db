import { spawnSync } from 'node:child_process';
import { cachedInstall, runInstaller } from '../process/cached-install.ts';
import type { Host } from './host.ts';

/** The version of Python on the hosts' Debian. */
const HOST_PYTHON = '3.11';

/** A program written in Python, as PyPI has it. */
export interface PythonProgram {
  /** Name and exact version of each package that pip is to install; the first one has the program. */
  readonly packages: readonly [`${string}==${string}`, ...`${string}==${string}`[]];
  /** The command, and where its function `main` is. */
  readonly command: string;
  readonly module: string;
}

/**
 * Puts a program of PyPI's on a host, which has no way there itself, as a command in /usr/local/bin. The first call downloads
 * it into the cache.
 *
 * @throws Error if python3 with pip is missing, the download fails, or the host's disk is full
 */
export async function installPythonProgram(host: Host, program: PythonProgram): Promise<void> {
  const { packages, command, module } = program;
  const directory = await cachedInstall(`hosts-${packages[0].replace('==', '-')}`, (target) =>
    runInstaller('python3', [
      ...['-m', 'pip', 'install', '--quiet', '--target', target],
      ...['--python-version', HOST_PYTHON, '--only-binary=:all:', '--no-compile', ...packages],
    ]),
  );
  const archive = spawnSync('tar', ['--create', '--exclude=__pycache__', '--directory', directory, '.'], {
    maxBuffer: 512 * 1024 * 1024,
  });
  if (archive.status !== 0) throw new Error(`tar of ${directory}: ${archive.stderr}`);
  const unpacked = await host.exec(`mkdir -p /opt/${command} && tar --extract --directory /opt/${command}`, {
    input: archive.stdout,
  });
  if (unpacked.exitCode !== 0) throw new Error(`${command} could not be unpacked: ${unpacked.stderr}`);
  const start = [
    '#!/usr/bin/python3',
    'import sys',
    `sys.path.insert(0, '/opt/${command}')`,
    `from ${module} import main`,
    'sys.exit(main())',
  ];
  await host.writeFile(`/usr/local/bin/${command}`, `${start.join('\n')}\n`, 0o755);
}
