import type { TargetKind } from '../target/target.ts';

/** The tag that EC2 Auto Scaling puts on every instance that it launches. */
const AUTO_SCALING_GROUP_TAG = 'aws:autoscaling:groupName';

/** What is not a host: its only target is named by the configuration. */
export interface CustomTarget {
  readonly custom: string;
}

/** Where a component runs. */
export type TargetSelector = HostSelector | CustomTarget;

/** The hosts on which a component runs. */
export type HostSelector =
  | { readonly instanceIds: readonly string[] }
  | { readonly tags: Readonly<Record<string, string>> }
  | { readonly autoScalingGroup: string };

/** The tags that a node must carry to be chosen; none for a selector by ids. */
export function selectorTags(
  selector: Exclude<HostSelector, { readonly instanceIds: readonly string[] }>,
): Readonly<Record<string, string>> {
  return 'tags' in selector ? selector.tags : { [AUTO_SCALING_GROUP_TAG]: selector.autoScalingGroup };
}

export function selectsHosts(selector: TargetSelector): selector is HostSelector {
  return !('custom' in selector);
}

export function targetKindOf(selector: TargetSelector): TargetKind {
  return selectsHosts(selector) ? 'host' : 'custom';
}
