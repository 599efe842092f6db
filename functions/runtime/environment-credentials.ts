import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for the SDK's credential chain in the bundles: a Lambda function's credentials are in its environment, and
 * the chain's other links (profiles, SSO, web identity…) would be a sixth of every bundle.
 */
export const defaultProvider = () => fromEnv();
