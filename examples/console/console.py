# ruff: noqa: T201  (it prints what it reads)
"""A consumer without any code of ours: every event once, or an end with the reason."""

import json
import sys

from confluent_kafka import Consumer

settings = {
    "group.id": "console",
    "auto.offset.reset": "earliest",
    "enable.auto.commit": False,
}  # all of it, every time
consumer = Consumer({"bootstrap.servers": sys.argv[1], **settings})
consumer.subscribe(["sla-ledger.events.v1"])
positions, indexes = {}, {}  # the last position of each partition, the last index of each log
while True:
    record = consumer.poll(1.0)
    if record is None:
        continue
    event = None if record.error() else json.loads(record.value())
    if event is None:
        sys.exit(f"Kafka: {record.error()}")
    partition, log = record.partition(), event["partitionkey"]
    position, index = int(event["sequence"]), int(event["logindex"])
    if position <= positions.get(partition, 0):
        continue  # it came before: a copy that was given up
    if index != indexes.get(log, -1) + 1:
        sys.exit(f"gap in log {log}: index {index} after {indexes.get(log, -1)}")
    positions[partition], indexes[log] = position, index
    print(position, event["time"], event["type"], event["subject"], flush=True)
