import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessHost } from './process-host.ts';
import { runScript } from './run-script.ts';

export interface ServiceProgram {
  readonly name: string;
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly environment?: Readonly<Record<string, string>>;
  /** The signal that ends the program without a long wait. @default 'TERM' */
  readonly stopSignal?: 'TERM' | 'INT';
}

/**
 * Writes the script that starts and stops a service and reports its status, with the actions and exit codes of the LSB.
 */
export function installInitScript(host: ProcessHost, service: ServiceProgram): void {
  writeFileSync(join(host.initDirectory, service.name), initScript(host, service), { mode: 0o700 });
}

/** Runs a service's script by hand. @throws Error if it fails */
export async function callInitScript(host: ProcessHost, name: string, action: string): Promise<void> {
  const file = join(host.directory, 'orchestration', `by-hand-${name}-${action}`);
  const script = `#!/bin/sh\nexec ${quoted(join(host.initDirectory, name))} ${quoted(action)}\n`;
  const result = await runScript(file, script, { environment: host.environment, timeoutSeconds: 20 });
  if (result.exitCode !== 0) throw new Error(`${name} ${action} on ${host.name}: ${result.stderr.trim()}`);
}

/** The process of a service, according to its script's pid file; 0 if it has none. */
export function pidFile(host: ProcessHost, name: string): string {
  return join(host.directory, 'run', `${name}.pid`);
}

function initScript(
  host: ProcessHost,
  { name, command, environment = {}, stopSignal = 'TERM' }: ServiceProgram,
): string {
  const variables = Object.entries(environment).map(([key, value]) => `${key}=${quoted(value)}`);
  return `#!/bin/bash
### BEGIN INIT INFO
# Provides: ${name}
### END INIT INFO
# pidfile: ${pidFile(host, name)}
pidfile=${quoted(pidFile(host, name))}
log=${quoted(join(host.directory, `${name}.log`))}

# A process that has ended, and that nobody has asked how, is still there as a zombie.
runs() {
  [ -s "$pidfile" ] && kill -0 "$(cat "$pidfile")" 2>/dev/null || return 1
  case "$(sed 's/^.*) //' "/proc/$(cat "$pidfile")/stat" 2>/dev/null)" in '' | Z*) return 1 ;; esac
}

start() {
  runs && return 0
  ${variables.join(' ')} setsid ${command.map(quoted).join(' ')} </dev/null >>"$log" 2>&1 &
  echo $! >"$pidfile"
  sleep 0.3
  runs && return 0
  echo "${name} ended at once; its last lines:" >&2
  tail -n 12 "$log" >&2
  return 1
}

stop() {
  runs || { rm -f "$pidfile"; return 0; }
  kill -${stopSignal} "$(cat "$pidfile")"
  for _ in $(seq 50); do
    runs || { rm -f "$pidfile"; return 0; }
    sleep 0.1
  done
  echo "${name} does not stop" >&2
  return 1
}

case \${1:-} in
  start) start ;;
  stop) stop ;;
  restart) stop && start ;;
  reload) runs && kill -HUP "$(cat "$pidfile")" ;;
  status) if runs; then exit 0; elif [ -s "$pidfile" ]; then exit 1; else exit 3; fi ;;
  *) echo "usage: $0 start|stop|restart|reload|status" >&2; exit 2 ;;
esac
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
