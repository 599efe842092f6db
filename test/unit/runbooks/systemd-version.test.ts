import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

const LIBRARY = `${import.meta.dirname}/../../../infra/runbooks/lib/service-manager.sh`;

/** What a runbook on a host with this systemd says, before it does anything. */
const answerOn = (printed: string) =>
  execFileSync(
    'bash',
    [
      '-euc',
      `systemctl() { printf '%s\\n' "$PRINTED"; }
       refuse() { echo "$1: $2"; exit; }
       . "$LIBRARY"
       require_systemd_version
       echo goes on`,
    ],
    { encoding: 'utf8', env: { ...process.env, LIBRARY, PRINTED: printed } },
  ).trim();

it.each([
  ['systemd 219\n+PAM +AUDIT +SELINUX', '219'],
  ['systemd 229\n+PAM +AUDIT', '229'],
  ['systemd 235 (235.1)', '235'],
])('a runbook refuses a host whose systemd is too old for its commands: %j', (printed, version) => {
  expect(answerOn(printed)).toBe(`UNSUPPORTED_PLATFORM: systemd ${version} is older than 236`);
});

it('a runbook refuses a host whose systemd does not say its version', () => {
  expect(answerOn('no idea')).toBe('UNSUPPORTED_PLATFORM: systemd of an unknown version is older than 236');
});

it.each(['systemd 236', 'systemd 252 (252.31-1~deb12u1)\n+PAM', 'systemd 257.5 (257.5-2)'])(
  'a runbook runs with a newer systemd: %j',
  (printed) => {
    expect(answerOn(printed)).toBe('goes on');
  },
);
