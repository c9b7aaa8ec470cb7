"""A session that holds a network under a name, takes new measurements as columns, forecasts, and tells what has
happened.
"""

import aura

NETWORK = {
    "directed": True,
    "nodes": [
        {"id": "gateway", "load": 40, "capacity": 100},
        {"id": "orders", "load": 60, "capacity": 100},
        {"id": "stock", "load": 30, "capacity": 80},
    ],
    "edges": [
        {"source": "gateway", "target": "orders", "calls_per_s": 50},
        {"source": "orders", "target": "stock", "calls_per_s": 20},
    ],
}

with aura.Session() as session:
    print("observed:", session.observe(topology="shop", document=NETWORK))
    # One value for every agent, then one for each of the agents at these positions.
    print("loads:", session.observe(topology="shop", arrays={"load": [45.0, 97.0, 71.0]}))
    print("queues:", session.observe(topology="shop", arrays={"queue": [140.0, 25.0], "agent": [1, 2]}))

    for i, probability in enumerate(session.predict(topology="shop").columns["probability"]):
        print(f"agent {i} fails with probability {probability:.3f}")
    print("events:", session.events(after=0))
