import type { Ec2Instance, InstanceStatus, NetworkInterface } from '../core/target/ec2-instance.ts';

/**
 * Instances of EC2. None of its calls here has an idempotency token.
 *
 * Every method @throws NotFound, NotPermitted, RequestRefused, ServiceUnavailable
 */
export interface Ec2Instances {
  /** Those of them that EC2 knows; a terminated instance is known for about an hour. */
  readonly read: (ids: readonly string[]) => Promise<readonly Ec2Instance[]>;
  /** Ids of the stopped instances that carry all of these tags. */
  readonly stoppedWith: (tags: Readonly<Record<string, string>>) => Promise<readonly string[]>;
  /** With the result of EC2's own checks, which run once a minute. */
  readonly statuses: (ids: readonly string[]) => Promise<readonly InstanceStatus[]>;
  /** Whether instances of a type have disks that are lost when they stop. */
  readonly hasInstanceStore: (type: string) => Promise<boolean>;
  /** Repeating it reboots them again. It is done in full or not at all. */
  readonly reboot: (ids: readonly string[]) => Promise<void>;
  /** @throws ServiceUnavailable: also while it is still on its way to the other state */
  readonly stop: (id: string) => Promise<void>;
  readonly start: (id: string) => Promise<void>;
  /**
   * Takes snapshots of all of an instance's volumes at one moment. Repeating it takes others.
   *
   * @param marker by which they are found
   * @returns their ids
   */
  readonly snapshot: (id: string, marker: string) => Promise<readonly string[]>;
  /** Ids of the snapshots with a marker, as far as EC2 lists them yet. */
  readonly snapshotsOf: (marker: string) => Promise<readonly string[]>;
  /** Has its metrics reported each minute. Repeating it changes nothing. */
  readonly monitor: (id: string) => Promise<void>;
  /** Has its metrics reported every five minutes. Repeating it changes nothing. */
  readonly unmonitor: (id: string) => Promise<void>;
  /** All network interfaces that are attached to them. */
  readonly interfaces: (ids: readonly string[]) => Promise<readonly NetworkInterface[]>;
  /** Replaces all security groups of a network interface. */
  readonly setGroups: (interfaceId: string, groups: readonly string[]) => Promise<void>;
}
