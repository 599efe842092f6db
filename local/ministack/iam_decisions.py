"""Asks MiniStack's own evaluator whether somebody may do something, and keeps every decision and every failure.

Policies are parsed once: MiniStack parses all of a role's for each request, which under a storm costs as much as
everything else together.
"""

import contextvars
import functools
import threading

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import lambda_svc, sns, sts
from ministack.services.cloudformation import provisioners

REGION = "us-east-1"
# What SNS does with the key of an encrypted topic, in the publisher's name.
# https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#sns-what-permissions-for-sse
_TO_PUBLISH_ENCRYPTED = ("kms:GenerateDataKey", "kms:Decrypt")

_decisions = []
_failures = []
_lock = threading.Lock()
# What the request under way may not do with a topic's key: the action and the key.
_denied_on_key = contextvars.ContextVar("denied_on_key", default=None)


def decisions(since):
    with _lock:
        return _decisions[since:]


def failures(since):
    with _lock:
        return _failures[since:]


def _record(principal, action, resource, allowed):
    with _lock:
        _decisions.append({"principal": principal, "action": action, "resource": resource, "allowed": allowed})


def parse_policies_once():
    parse = iam_evaluator.parse_policy_document
    parse_text = functools.lru_cache(maxsize=4096)(parse)
    iam_evaluator.parse_policy_document = lambda doc: parse_text(doc) if isinstance(doc, str) else parse(doc)


def record_decisions():
    """Keeps what is decided about anyone but the account's root, who deploys and tests."""
    enforce = iam_evaluator.enforce

    def recorded(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        denied = enforce(access_key_id, iam_action, service, region, resource_arn, service_context)
        if iam_evaluator.is_root_access_key(access_key_id):
            return denied
        session = sts._sessions.get(access_key_id) or {}
        principal = session.get("Arn", access_key_id)
        _record(principal, iam_action, resource_arn, denied is None)
        if denied is None and iam_action == "sns:Publish":
            for action, key in _on_key_of(resource_arn):
                denied = enforce(access_key_id, action, "kms", region, key)
                _record(principal, action, key, denied is None)
                if denied:
                    _denied_on_key.set((action, key))
                    return denied
        return denied

    answer = iam_actions.access_denied_response

    # AWS names the resource too: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    # SNS hands on what KMS says: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
    def answered(service, action, principal_arn, request_id, resource_arn="*", **more):
        on_key = _denied_on_key.get()
        if service == "sns" and on_key:
            _denied_on_key.set(None)
            more |= {"error_code": "KMSAccessDenied", "message": _sentence(principal_arn, *on_key)}
        elif not more.get("message") and not more.get("explicit_deny"):
            more["message"] = _sentence(principal_arn, action, resource_arn)
        return answer(service, action, principal_arn, request_id, resource_arn=resource_arn, **more)

    iam_evaluator.enforce = recorded
    iam_actions.access_denied_response = answered


def keep_keys_of_topics():
    """MiniStack's CloudFormation forgets them."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::SNS::Topic"]
    create = handlers["create"]

    def created(logical_id, props, stack_name):
        arn, attributes = create(logical_id, props, stack_name)
        if props.get("KmsMasterKeyId"):
            sns._topics[arn]["attributes"]["KmsMasterKeyId"] = props["KmsMasterKeyId"]
        return arn, attributes

    handlers["create"] = created


def record_failures():
    execute = lambda_svc._execute_function

    def recorded(func, event):
        result = execute(func, event)
        if isinstance(result, dict) and result.get("error"):
            body = result.get("body")
            said = body if isinstance(body, dict) else {}
            name = (func.get("config") or func).get("FunctionName", "")
            message = f"{said.get('errorType', 'error')}: {said.get('errorMessage', body)}"
            with _lock:
                _failures.append({"function": name, "message": message})
        return result

    lambda_svc._execute_function = recorded


def denial_of_role(role_arn, session, action, resource, context=None):
    """AWS's message if the role may not do this; None if it may, or nothing is enforced yet."""
    if not app.AUTH:
        return None
    account, role = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
    principal = f"arn:aws:sts::{account}:assumed-role/{role}/{session}"
    asked = [(action, resource), *(_on_key_of(resource) if action == "sns:Publish" else [])]
    for one, on in asked:
        ctx = _context(principal, "AssumedRole", account, one, on, context)
        result = iam_evaluator.evaluate(ctx, iam_evaluator._gather_role_policies(role, account))
        own = iam_evaluator._resource_policy(one.split(":")[0], on)
        if own:
            result = iam_evaluator.combine_resource_policy(result, ctx, *own, required=one.startswith("kms:"))
        allowed = result.decision == "Allow"
        _record(principal, one, on, allowed)
        if not allowed:
            return _sentence(principal, one, on)
    return None


def _sentence(principal, action, resource):
    return (f"User: {principal} is not authorized to perform: {action} on resource: {resource} "
            f"because no identity-based policy allows the {action} action")


def is_allowed_to_rule(rule_arn, action, resource):
    """Whether the resource's own policy lets EventBridge do this for the rule."""
    policy, account = iam_evaluator._resource_policy(resource.split(":")[2], resource) or (None, get_account_id())
    context = {"aws:SourceArn": rule_arn, "aws:SourceAccount": get_account_id()}
    ctx = _context("events.amazonaws.com", "Service", account or get_account_id(), action, resource, context)
    result = iam_evaluator.evaluate_resource_policy(policy, ctx, service="events.amazonaws.com")
    _record(rule_arn, action, resource, result.decision == "Allow")
    return result.decision == "Allow"


def denial_of_key(accessKeyId, action, resource, context):
    """The same of the role behind an access key."""
    if not app.AUTH:
        return None
    principal = iam_evaluator.resolve_principal(accessKeyId, get_account_id())
    if isinstance(principal, iam_evaluator.AuthError):
        return principal.message
    if principal.policies is None:
        return None
    role, session = principal.arn.rsplit("/", 2)[-2:]
    return denial_of_role(f"arn:aws:iam::{principal.account}:role/{role}", session, action, resource, context)


def _context(principal, kind, account, action, resource, context):
    return iam_evaluator.EvalContext(
        principal_arn=principal,
        principal_type=kind,
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=REGION,
        # AWS is reached by TLS only, and the policies of queues and topics insist on it.
        secure_transport=True,
        service_context={key.lower(): value for key, value in (context or {}).items()},
    )


def _on_key_of(topic_arn):
    topic = sns._topic_by_arn_any_scope(topic_arn) or {}
    key = topic.get("attributes", {}).get("KmsMasterKeyId")
    return [(action, key) for action in _TO_PUBLISH_ENCRYPTED] if key else []
