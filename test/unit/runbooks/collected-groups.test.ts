import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CollectorDirectory, createCollectorDirectory } from './collector-directory.ts';

const UNIT = 'system.slice/shop.service';

/**
 * `cpu.stat` of a unit of systemd with a quota, as https://www.opsschool.org shows it; then as it may be a second later. The
 * names are those of the kernel's admin-guide/cgroup-v2.rst, which says that the first three are always there.
 */
const VERSION_2 = {
  before: [1_023_799, 50, 50, 3_938_134],
  after: [11_023_799, 60, 54, 4_338_134],
  text: ([usage, periods, throttled, micros]: readonly number[]) =>
    `usage_usec ${usage}\nuser_usec ${usage}\nsystem_usec 0\nnice_usec 0\nnr_periods ${periods}\nnr_throttled ${throttled}\nthrottled_usec ${micros}\nnr_bursts 0\nburst_usec 0\n`,
};
/** Of version 1, by the kernel's scheduler/sched-bwc.rst. */
const cpuStat1 = (periods: number, throttled: number) =>
  `nr_periods ${periods}\nnr_throttled ${throttled}\nthrottled_time 3938134000\nnr_bursts 0\nburst_time 0\n`;
/** How version 1 says that there is no limit. */
const NO_LIMIT_1 = '9223372036854771712';

describe('the control group of a profiled unit', { timeout: 30_000 }, () => {
  let collector: CollectorDirectory;
  beforeEach(() => {
    collector = createCollectorDirectory(UNIT);
  });
  afterEach(() => collector.remove());

  const write = (name: string, content: string) => collector.write(name, content);
  const collect = () => collector.collect();

  /** Files of the kernel, below where control groups are mounted; the unit's process is this one. */
  function group(root: string, files: Readonly<Record<string, string>>): void {
    for (const [name, content] of Object.entries({ 'cgroup.procs': `${process.pid}\n`, ...files }))
      write(join('cgroup', root, UNIT, name), content);
  }

  it('is read in version 2, as Amazon Linux 2023 and Debian have it', () => {
    write('cgroup/cgroup.controllers', 'cpuset cpu io memory hugetlb pids rdma misc\n');
    const memory = { 'memory.current': '157286400\n', 'memory.max': '209715200\n' };
    const pressure = {
      'cpu.pressure':
        'some avg10=0.00 avg60=0.00 avg300=0.00 total=7\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n',
    };
    group('', { 'cpu.stat': VERSION_2.text(VERSION_2.before), ...memory, ...pressure });
    expect(collect()).toMatchObject({ processes: '1', memory_limit_percent: '75', throttled_percent: '-' });
    group('', { 'cpu.stat': VERSION_2.text(VERSION_2.after), ...memory, ...pressure });
    const row = collect();
    expect(row).toMatchObject({ throttled_percent: '40', pressure_cpu_percent: '0' });
    // Ten seconds of CPU time, within less than that: they are those of the group.
    expect(Number(row['cpu_percent'])).toBeGreaterThan(100);
  });

  it('has no limit in version 2 where it is `max`, and none without a controller of memory', () => {
    write('cgroup/cgroup.controllers', 'cpu\n');
    group('', {
      'cpu.stat': VERSION_2.text(VERSION_2.before),
      'memory.current': '1\n',
      'memory.max': 'max\n',
    });
    expect(collect()).toMatchObject({ memory_limit_percent: '-' });
    rmSync(collector.path(`cgroup/${UNIT}`), { recursive: true });
    group('', { 'cpu.stat': VERSION_2.text(VERSION_2.after) });
    const row = collect();
    expect(row).toMatchObject({ memory_limit_percent: '-', throttled_percent: '40' });
    expect(Number(row['cpu_percent'])).toBeGreaterThan(100);
  });

  it('has no throttling in version 2 without a controller of CPU time', () => {
    write('cgroup/cgroup.controllers', 'memory\n');
    group('', { 'cpu.stat': 'usage_usec 5\nuser_usec 5\nsystem_usec 0\n' });
    collect();
    group('', { 'cpu.stat': 'usage_usec 10000005\nuser_usec 5\nsystem_usec 0\n' });
    const row = collect();
    expect(row).toMatchObject({ throttled_percent: '-', memory_limit_percent: '-' });
    expect(Number(row['cpu_percent'])).toBeGreaterThan(100);
  });

  it.each(['systemd', 'unified'])('is read in version 1, where systemd keeps its own in %s', (own) => {
    group(own, own === 'unified' ? { 'cpu.stat': 'usage_usec 5\n' } : {});
    group('cpu', { 'cpu.stat': cpuStat1(50, 50) });
    group('memory', { 'memory.usage_in_bytes': '157286400\n', 'memory.limit_in_bytes': '209715200\n' });
    expect(collect()).toMatchObject({ processes: '1', memory_limit_percent: '75' });
    group('cpu', { 'cpu.stat': cpuStat1(60, 54) });
    group('memory', { 'memory.usage_in_bytes': '157286400\n', 'memory.limit_in_bytes': `${NO_LIMIT_1}\n` });
    expect(collect()).toMatchObject({ throttled_percent: '40', memory_limit_percent: '-' });
  });
});
