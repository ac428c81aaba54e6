"""Mango agents on the toy exchange of bench/transports and of the bench of virtual time: a ring of agents in which balls go around.

    mango_exchange.py WAY AGENTS BALLS PASSES VALUES [PORT]

WAY is one of
    memory      one TCP container: messages are put into the receiver's inbox, nothing is encoded
    tcp         two TCP containers on the loopback interface, neighbours in different ones: every message is JSON on a socket
    mqtt        the same two with an MQTT broker on 127.0.0.1:PORT between them
    simulation  mango's discrete-event simulation, every message delayed by one second

Agent k of AGENTS passes on what it hears to agent (k + 1) mod AGENTS until PASSES messages have been heard in all; BALLS agents,
spread evenly, begin. A message is {round, values} with VALUES doubles. An even number of agents for tcp and mqtt.

Prints one JSON object: wall_ms and cpu_ms of the exchange alone, hops_p50_ms and hops_p99_ms (time between two messages heard,
which with one ball is the time of a hop), peak_MiB of the process, passes.
"""

import asyncio
import json
import math
import resource
import sys
import time

from mango import Agent, SimpleCommunicationSimulation, activate, create_mqtt_container, create_tcp_container, create_world

way, agents_count, balls_count, passes_count, values_count = sys.argv[1], *map(int, sys.argv[2:6])
port = int(sys.argv[6]) if len(sys.argv) > 6 else 1883
values = [math.sin(k) for k in range(values_count)]


class Ring:
    """What all agents know together: how many messages have been heard, and when."""

    def __init__(self):
        self.heard_count = 0
        self.at_s = []
        self.ended = asyncio.Event()

    def hear(self):
        self.heard_count += 1
        if balls_count == 1:
            self.at_s.append(time.perf_counter())
        if self.heard_count == passes_count:
            self.ended.set()
        # what is still under way would be heard beyond the end, so the last round is not passed on
        return self.heard_count + balls_count <= passes_count


class Member(Agent):
    def __init__(self, ring):
        super().__init__()
        self.ring = ring
        self.next = None

    def handle_message(self, content, meta):
        if self.ring.hear():
            self.say(content["round"] + 1)

    def say(self, round_number):
        self.schedule_instant_message({"round": round_number, "values": values}, self.next)


def connected(ring, register):
    members = [register(k, Member(ring)) for k in range(agents_count)]
    for k, member in enumerate(members):
        member.next = members[(k + 1) % agents_count].addr
    return members


def begin(members):
    for ball in range(balls_count):
        members[ball * agents_count // balls_count].say(0)


def measured(ring, begun_s, begun_cpu_s):
    cpu_s = time.process_time() - begun_cpu_s
    wall_s = time.perf_counter() - begun_s
    hops_s = sorted(b - a for a, b in zip(ring.at_s, ring.at_s[1:]))
    at = lambda q: 1000 * hops_s[int(q * (len(hops_s) - 1))] if hops_s else None
    return {
        "passes": ring.heard_count,
        "wall_ms": 1000 * wall_s,
        "cpu_ms": 1000 * cpu_s,
        "hops_p50_ms": at(0.5),
        "hops_p99_ms": at(0.99),
        "peak_MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


async def in_containers():
    if way == "mqtt":
        containers = [create_mqtt_container(("127.0.0.1", port), f"mango-ring-{side}") for side in "ab"]
    else:
        containers = [create_tcp_container(("127.0.0.1", 0)) for _ in range(1 if way == "memory" else 2)]
    ring = Ring()
    async with activate(*containers):
        # a container knows its port only when it is active
        members = connected(ring, lambda k, member: containers[k % len(containers)].register(member))
        start = time.perf_counter(), time.process_time()
        begin(members)
        await ring.ended.wait()
        return measured(ring, *start)


async def in_simulation():
    world = create_world(communication_sim=SimpleCommunicationSimulation(default_delay_s=1.0), record_messages=False)
    ring = Ring()
    members = connected(ring, lambda k, member: world.register(member))
    async with world:
        start = time.perf_counter(), time.process_time()
        begin(members)
        await world.step_until(2.0 + passes_count / balls_count)
        return measured(ring, *start)


if way not in ("memory", "tcp", "mqtt", "simulation"):
    sys.exit(f"There is no way {way}: memory, tcp, mqtt, simulation")
result = asyncio.run(in_simulation() if way == "simulation" else in_containers())
if result["passes"] != passes_count:
    sys.exit(f"{result['passes']} of {passes_count} messages were heard")
print(json.dumps(result))
