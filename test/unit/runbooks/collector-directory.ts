import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const COLLECTOR = join(import.meta.dirname, '../../../infra/runbooks/lib/collect.sh');

/** A directory that the collector takes for the host's: its own files, the kernel's control groups and its commands. */
export interface CollectorDirectory {
  path(name: string): string;
  write(name: string, content: string, mode?: number): void;
  /** What the collector measures now, by column. */
  collect(): Readonly<Record<string, string>>;
  remove(): void;
}

/**
 * @param unit the control group of the profiled unit, which is active
 * @param conf what the collector is configured with beside the unit
 */
export function createCollectorDirectory(
  unit: string,
  conf: { readonly url?: string; readonly custom?: string } = {},
): CollectorDirectory {
  const directory = mkdtempSync(join(tmpdir(), 'collected-'));
  const path = (name: string) => join(directory, name);
  const write = (name: string, content: string, mode = 0o644) => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), content, { mode });
  };
  write(
    'systemctl',
    `#!/bin/sh\nprintf 'ActiveState=active\\nControlGroup=/${unit}\\nInvocationID=1\\n'\n`,
    0o755,
  );
  const { url = '', custom = '' } = conf;
  write(
    'web/conf',
    `unit shop.service\nurl ${url}\ncustom ${custom}\npage_bytes 4096\nticks_per_second 100\n`,
  );
  const script = readFileSync(COLLECTOR, 'utf8');
  const mounted = script.replace('control=/sys/fs/cgroup ', `control=${path('cgroup')} `);
  if (mounted === script) throw new Error('the collector reads control groups elsewhere');
  write('collect.sh', mounted);
  return {
    path,
    write,
    collect: () => {
      execFileSync('bash', [path('collect.sh'), path('web')], {
        env: { ...process.env, PATH: `${directory}:${process.env['PATH']}` },
      });
      const [header = '', ...rows] = readFileSync(path('web/ring'), 'utf8').trim().split('\n');
      const values = rows.at(-1)?.split(' ') ?? [];
      return Object.fromEntries(header.split(' ').map((name, at) => [name, values[at] ?? '']));
    },
    remove: () => rmSync(directory, { recursive: true }),
  };
}
