"""Has MiniStack ask IAM about every request, from the moment that this is switched on.

Its own `AUTH=true` checks signatures, resolves the role behind a function's credentials and evaluates that role's
policies, all by code that nobody here wrote; but the CDK can't deploy to it that way. So it is switched on afterwards,
by POST /enforce. Some requests never reach its check, and are asked about here, with the same evaluator:

- what state machines, rules and Lambda itself call with a role, or by the target's own policy: iam_guards.py,
- the use of a topic's key in the name of the publisher: iam_decisions.py,
- requests to the local SSM and CloudWatch endpoints, which ask by POST /authorize.

GET /decisions lists every decision about a role or a service, GET /failures every function that failed, both in the
order in which they happened, `?since=` leaving out the first: on AWS, a function's failure rings an alarm.
"""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from ministack import app
from ministack.core import iam_actions, iam_evaluator, lambda_runtime
from ministack.services import lambda_svc, sts

import iam_decisions
import iam_guards


def _give_functions_their_roles():
    """Also to those that are called before enforcement begins, which would keep the deployer's credentials."""

    def of_role(config):
        function, role = config["FunctionArn"], config["Role"].rsplit("/", 1)[-1]
        account, name = function.split(":")[4], config["FunctionName"]
        digest = hashlib.sha256(function.encode()).hexdigest()
        key, secret, token = f"ASIA{digest[:16].upper()}", f"secret-{digest}", f"token-{digest}"
        sts.register_session(key, {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{name}",
            "UserId": f"{role}:{name}",
            "SecretAccessKey": secret,
            "SessionToken": token,
        })
        return {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token}

    lambda_runtime.execution_credentials = of_role
    lambda_svc.execution_credentials = of_role


def _complete_requests():
    """What AWS knows of a request, and MiniStack does not tell its evaluator."""
    extract_resource_arn = iam_actions.extract_resource_arn
    request_tag_context = iam_actions.request_tag_context

    # A task token belongs to a state machine, which is the resource of the three SendTask actions.
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
    def resource_of(service, method, path, headers, body, *rest):
        target = headers.get("x-amz-target", "")
        if service == "states" and ".SendTask" in target:
            token = json.loads(body or b"{}").get("taskToken", "")
            machines = iam_guards.machine_of_token
            # One that nobody gave belongs to no machine: it is to be found invalid, not denied.
            return machines.get(token) or next(iter(machines.values()), "*")
        resource = extract_resource_arn(service, method, path, headers, body, *rest)
        # The alias or version is the resource, where there is one for each.
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
        if service == "lambda" and path.endswith("/provisioned-concurrency"):
            qualifier = rest[0].get("Qualifier", "")
            return f"{resource}:{qualifier[0] if isinstance(qualifier, list) else qualifier}"
        return resource

    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
    def context_of(service, iam_action, body, params):
        context = request_tag_context(service, iam_action, body, params)
        if iam_action != "events:PutEvents":
            return context
        entries = json.loads(body or b"{}").get("Entries", [])
        return {
            **context,
            "events:source": [entry.get("Source", "") for entry in entries],
            "events:detail-type": [entry.get("DetailType", "") for entry in entries],
        }

    # Operations that MiniStack takes for others of the same path.
    lambda_action = iam_actions._lambda_action

    def lambda_action_of(method, path):
        *_, kind, name = ["", *[part for part in path.split("/") if part]]
        if kind == "aliases":
            return {"GET": "GetAlias", "PUT": "UpdateAlias", "DELETE": "DeleteAlias"}.get(method)
        if name == "concurrency":
            return {"GET": "GetFunctionConcurrency", "DELETE": "DeleteFunctionConcurrency"}.get(
                method, "PutFunctionConcurrency"
            )
        if name == "provisioned-concurrency":
            verb = {"GET": "Get", "DELETE": "Delete"}.get(method, "Put")
            return f"{verb}ProvisionedConcurrencyConfig"
        return lambda_action(method, path)

    iam_actions._lambda_action = lambda_action_of

    # AWS is reached by TLS only, and the policies of queues and topics insist on it; MiniStack is on this machine.
    pin_request_origin = iam_evaluator.pin_request_origin
    app.pin_request_origin = lambda source_ip, _secure_transport: pin_request_origin(source_ip, True)

    iam_actions.extract_resource_arn = resource_of
    iam_actions.request_tag_context = context_of


class _Endpoint(BaseHTTPRequestHandler):
    """A thread of its own for each request: MiniStack's event loop waits for functions that ask here."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or b"{}")
        if self.path == "/enforce":
            app.AUTH = body["enforced"]
            lambda_runtime.reset()
            return self._answer({})
        if self.path == "/authorize":
            return self._answer({"denial": iam_decisions.denial_of_key(**body)})
        return self._answer({"error": f"no such path: {self.path}"}, 404)

    def do_GET(self):
        url = urlsplit(self.path)
        since = int(parse_qs(url.query).get("since", ["0"])[0])
        lists = {"/decisions": iam_decisions.decisions, "/failures": iam_decisions.failures}
        if url.path in lists:
            return self._answer({url.path[1:]: lists[url.path](since)})
        return self._answer({"error": f"no such path: {self.path}"}, 404)

    def _answer(self, body, status=200):
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_):
        pass


def install(port):
    """Puts the checks in place, switched off, and serves the endpoint on this port of 127.0.0.1."""
    iam_decisions.parse_policies_once()
    iam_decisions.keep_keys_of_topics()
    iam_decisions.record_decisions()
    iam_decisions.record_failures()
    _give_functions_their_roles()
    _complete_requests()
    iam_guards.guard_state_machines()
    iam_guards.guard_rules()
    iam_guards.guard_failure_destinations()
    server = ThreadingHTTPServer(("127.0.0.1", port), _Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
