"""Reads a JSON list of graphs from the standard input, and writes what networkx finds in each."""

import json
import sys

import networkx as nx
from networkx.algorithms.flow import preflow_push

SOURCE = ("source",)
SINK = ("sink",)


def network(demands, routes, callers):
    graph = nx.DiGraph()
    graph.add_nodes_from([SOURCE, SINK])
    for name, demand in demands.items():
        graph.add_edge(SOURCE, name, capacity=demand)
    for route in routes:
        graph.add_edge(route["caller"], route["callee"], capacity=route["capacity"])
    for name in [node for node in graph if isinstance(node, str) and node not in callers]:
        # Without a capacity: networkx takes it as unlimited.
        graph.add_edge(name, SINK)
    return graph


def has_way_around(graph, entries, component):
    rest = graph.subgraph(node for node in graph if node != component)
    return any(
        entry != component and nx.has_path(graph, entry, component) and nx.has_path(rest, entry, SINK)
        for entry in entries
    )


def findings(demands, routes, cut):
    callers = {route["caller"] for route in routes}
    graph = network(demands, routes, callers)
    without = network(demands, [route for at, route in enumerate(routes) if at not in cut], callers)
    components = sorted({route["callee"] for route in routes} & set(graph))
    dominators = nx.immediate_dominators(graph, SOURCE)
    on_every_path = set()
    node = SINK if SINK in dominators else SOURCE
    while node != SOURCE:
        node = dominators[node]
        on_every_path.add(node)
    return {
        "maximumFlow": nx.maximum_flow_value(graph, SOURCE, SINK, flow_func=preflow_push),
        "minimumCut": nx.minimum_cut_value(graph, SOURCE, SINK),
        "flowWithoutCut": nx.maximum_flow_value(without, SOURCE, SINK),
        "onEveryPath": [name for name in components if name in on_every_path],
        "waysAround": [name for name in components if has_way_around(graph, demands, name)],
    }


print(json.dumps([findings(**graph) for graph in json.load(sys.stdin)]))
