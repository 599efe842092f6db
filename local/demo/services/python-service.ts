import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../../hosts/host.ts';

/**
 * Installs a program of this directory on a host as the unit `<name>.service`, and starts it.
 *
 * @throws Error if it does not start
 */
export async function installPythonService(host: Host, name: string): Promise<void> {
  const program = `/usr/local/lib/${name}.py`;
  await host.writeFile(program, await readFile(join(import.meta.dirname, `${name}.py`)));
  await host.writeFile(
    `/etc/systemd/system/${name}.service`,
    `[Unit]
Description=${name}

[Service]
ExecStart=/usr/bin/python3 -u ${program}

[Install]
WantedBy=multi-user.target
`,
  );
  await succeed(host, `systemctl daemon-reload && systemctl enable --now --quiet ${name}.service`);
}

/**
 * Runs a script on a host.
 *
 * @returns what it printed, trimmed
 * @throws Error if it fails
 */
export async function succeed(host: Host, script: string): Promise<string> {
  const { exitCode, stdout, stderr } = await host.exec(script, { timeoutSeconds: 30 });
  if (exitCode !== 0) throw new Error(`${host.name}: "${script}" failed: ${stderr.trim() || stdout.trim()}`);
  return stdout.trim();
}
