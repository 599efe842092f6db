import type { Bench, Outcome } from './bench.ts';

export const FILES = { paths: '/etc/two/a.conf,/etc/two/b.conf', component: 'two' };
export const ROLLBACK = { ...FILES, service: 'two.service', apply: 'reload' };

/** Gives the second file, by its binary form as the host has no setfacl, an access list: user 65534 may read. */
const GRANT = `import os, struct
entry = lambda tag, perm, uid=0xffffffff: struct.pack('<HHI', tag, perm, uid)
os.setxattr('/etc/two/b.conf', 'system.posix_acl_access',
  struct.pack('<I', 2) + entry(1, 6) + entry(2, 4, 65534) + entry(4, 4) + entry(0x10, 4) + entry(0x20, 0))
`;

/** A component with a service and two configuration files: `a1` and `b1`, until a test writes something else. */
export interface TwoFiles {
  /** Everything as at first. */
  reset(): Promise<unknown>;
  content(): Promise<string>;
  /** What runbooks have left behind, one a line. */
  litter(): Promise<string>;
  /** What user 65534 reads in the second file, or `denied`. */
  asNobody(): Promise<string>;
  /** Saves both as a verified version. */
  keep(): Promise<Outcome>;
  /** Gives the service another unit file, and restarts it. */
  unit(lines: string): Promise<void>;
}

/** Puts `/opt/grant.py` on the host besides. */
export async function twoFilesOn(bench: Bench): Promise<TwoFiles> {
  await bench.host.writeFile('/opt/grant.py', GRANT);
  const unit = async (lines: string) => {
    await bench.host.writeFile('/etc/systemd/system/two.service', `[Service]\n${lines}\n`);
    await bench.sh('systemctl daemon-reload; systemctl restart two');
  };
  return {
    reset: async () => {
      await bench.sh(
        'rm -rf /etc/two /var/lib/selfheal/config/two; mkdir /etc/two; cd /etc/two; echo a1 >a.conf; echo b1 >b.conf; chmod 640 *',
      );
      await unit('ExecStart=/bin/sleep infinity\nExecReload=/bin/true');
    },
    content: () => bench.sh('cat /etc/two/a.conf /etc/two/b.conf'),
    litter: () =>
      bench.sh(
        'find /etc/two /opt -name "*selfheal*"; ls /var/lib/selfheal/config/two/replacing 2>/dev/null || true',
      ),
    asNobody: () =>
      bench.sh(
        'setpriv --reuid=65534 --regid=65534 --clear-groups cat /etc/two/b.conf 2>/dev/null || echo denied',
      ),
    keep: () => bench.run('freeze_config', { ...FILES, verified: 'true' }),
    unit,
  };
}
