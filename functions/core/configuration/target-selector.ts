/** The tag that EC2 Auto Scaling puts on every instance that it launches. */
const AUTO_SCALING_GROUP_TAG = 'aws:autoscaling:groupName';

/** Where a component runs. */
export type TargetSelector =
  | { readonly instanceIds: readonly string[] }
  | { readonly tags: Readonly<Record<string, string>> }
  | { readonly autoScalingGroup: string };

/** The tags that a node must carry to be chosen; none for a selector by ids. */
export function selectorTags(
  selector: Exclude<TargetSelector, { readonly instanceIds: readonly string[] }>,
): Readonly<Record<string, string>> {
  return 'tags' in selector ? selector.tags : { [AUTO_SCALING_GROUP_TAG]: selector.autoScalingGroup };
}
